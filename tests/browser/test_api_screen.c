/* test_api_screen.c - the reference: every operation of the contract, and requests that are tried
 * against this service. */
#include "tests/browser/page.h"

#include <string.h>

START_TEST(every_operation_is_there)
{
    page_open("#/api");
    page_until("document.querySelector('.operation')");
    cJSON_Delete(browser_run(&page.b,
                             "const contract = await (await fetch('../openapi.json')).json();"
                             "for (const [path, item] of Object.entries(contract.paths))"
                             "  for (const m of ['get', 'post', 'put', 'delete'])"
                             "    if (item[m] && !path.startsWith('/ui') &&"
                             "        !document.getElementById(item[m].operationId)) throw path;"));
    page_clean();
}
END_TEST

START_TEST(a_get_is_answered)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    page_open("#/api/getDataset");
    page_until("document.querySelector('#getDataset input')?.value === 'flights'");
    page_click("#getDataset button", "Send");
    page_until("document.querySelector('#getDataset .answer')?.textContent.includes('1949-01')");
    ck_assert(page_is("document.querySelector('#getDataset .code').textContent.includes("
                      "'/v1/datasets/flights')"));
    page_clean();
}
END_TEST

START_TEST(what_changes_something_is_shown_and_not_sent)
{
    page_open("#/api/createJob");
    page_until("document.querySelector('#createJob pre')?.textContent.includes('curl')");
    ck_assert(!page_is("[...document.querySelectorAll('#createJob button')].some(b => "
                       "b.textContent === 'Send')"));
    page_click("#createJob summary", "application/json");
    page_until("document.querySelector('#createJob .nested .nested .member')");
    page_clean();
}
END_TEST

START_TEST(words_choose_operations)
{
    page_open("#/api?q=checkpoint");
    page_until("document.querySelectorAll('.operation').length === 2");
    page_open("#/api?q=nothing+has+these+words");
    page_until("document.querySelector('.empty')");
    page_clean();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_operation_is_there,
        a_get_is_answered,
        what_changes_something_is_shown_and_not_sent,
        words_choose_operations,
    };

    return page_suite("api screen", tests, sizeof(tests) / sizeof(tests[0]));
}
