/* test_train_screen.c - the form of a job: every parameter of the contract, the service's errors at
 * their fields, and a job as it was filled in. */
#include "tests/browser/page.h"

#include <stdio.h>
#include <string.h>

static void fill(const char *pointer, const char *value)
{
    char script[300];

    (void)snprintf(script, sizeof(script), "document.querySelector('[name=\"%s\"]')", pointer);
    page_until(script);
    (void)snprintf(script, sizeof(script),
                   "const f = document.querySelector('[name=\"%s\"]'); f.value = '%s';"
                   "f.dispatchEvent(new Event('input'));"
                   "f.dispatchEvent(new Event('change'));",
                   pointer, value);
    cJSON_Delete(browser_run(&page.b, script));
}

/* The job whose screen the page shows. */
static void read_job(void)
{
    char path[128];
    cJSON *id;

    page_until("location.hash.startsWith('#/jobs/')");
    id = page_value("location.hash.split('/')[2]");
    (void)snprintf(path, sizeof(path), "/v1/jobs/%s", id->valuestring);
    cJSON_Delete(id);
    get(&page.r, &page.d, path, 200);
}

START_TEST(every_parameter_has_a_field)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    page_open("#/train?dataset=flights");
    page_until("document.querySelector('form.train')");
    ck_assert(page_is("document.querySelectorAll('[name^=\"/params/\"]').length > 25"));
    cJSON_Delete(browser_run(
        &page.b, "const contract = await (await fetch('../openapi.json')).json();"
                 "const names = contract.components.schemas.ForecastHyperparameters.properties;"
                 "for (const n in names)"
                 "  if (!document.querySelector(`[name='/params/${n}']`)) throw n;"));
    page_clean();
}
END_TEST

START_TEST(a_job_is_as_it_was_filled_in)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    page_open("#/train?dataset=flights");
    fill("/params/epochs", "3");
    fill("/params/ensemble", "false");
    fill("/model", "mine");
    ck_assert(page_is("document.querySelector('.curl code').textContent.includes('\"epochs\":3')"));
    page_click("button", "Train");
    read_job();
    ck_assert_str_eq(text_at(page.r.json, "model"), "mine");
    ck_assert_int_eq((int)number_at(page.r.json, "params.epochs"), 3);
    ck_assert(cJSON_IsFalse(at(page.r.json, "params.ensemble")));
    page_until("document.querySelector('.verdict')");
    page_clean();
}
END_TEST

START_TEST(an_error_stands_at_its_field)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    page_open("#/train?dataset=flights");
    fill("/params/learning_rate", "much");
    page_click("button", "Train");
    page_until("document.querySelector('.wrong [name=\"/params/learning_rate\"]')?.ariaInvalid");
    ck_assert(page_is("document.activeElement.name === '/params/learning_rate'"));
    ck_assert(page_is("document.querySelector('.wrong .wrong-why').textContent.includes("
                      "'must be a number')"));
    fill("/params/learning_rate", "");
    fill("/params/window", "9000"); /* this value does not fit the data */
    page_click("button", "Train");
    page_until("document.querySelector('.wrong [name=\"/params/window\"]')");
    ck_assert(!page_is("document.querySelector('.wrong [name=\"/params/learning_rate\"]')"));
}
END_TEST

START_TEST(backtests_and_searches_are_asked_for)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    page_open("#/train?dataset=flights&task=backtest&params.epochs=1");
    fill("/windows", "2");
    page_click("button", "Backtest");
    read_job();
    ck_assert_str_eq(text_at(page.r.json, "task"), "backtest");
    ck_assert_int_eq((int)number_at(page.r.json, "windows"), 2);
    page_open("#/train?dataset=flights&search=1&params.epochs=1");
    fill("/search/trials", "2");
    page_click("button", "Search and train");
    read_job();
    ck_assert_int_eq((int)number_at(page.r.json, "search.trials"), 2);
    page_clean();
}
END_TEST

/* With a key, which goes with the event stream of the job as well. */
START_TEST(a_key_trains_and_a_read_key_does_not)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    (void)daemon_stop(&page.d, 20);
    daemon_start(&page.d, (const char *const[]){"--api-key", "full", "--read-key", "read", NULL});
    page_open("#/nothing");
    cJSON_Delete(browser_run(&page.b, "sessionStorage.setItem('lstmd.key', 'read');"));
    page_open("#/train");
    page_until("document.querySelector('.empty')?.textContent.includes('may read')");
    cJSON_Delete(browser_run(&page.b, "sessionStorage.setItem('lstmd.key', 'full');"));
    page_open("#/train?dataset=flights");
    fill("/params/epochs", "5");
    page_click("button", "Train");
    page_until("document.querySelector('.verdict')?.textContent.includes('MAPE')");
    page_until("document.querySelector('.plot canvas')");
    cJSON_Delete(browser_run(&page.b, "sessionStorage.clear();"));
}
END_TEST

START_TEST(a_tagger_starts_from_the_weights_of_another)
{
    page_example("treebank", "treebank.conllu", "text/x-conllu");
    run_job(&page.r, &page.d,
            "{\"task\":\"tag\",\"dataset\":\"treebank\",\"model\":\"words\",\"params\":"
            "{\"epochs\":2,\"members\":1}}",
            "succeeded");
    page_open("#/train?dataset=treebank&model=more");
    fill("/warm_start_from", "words/1");
    page_click("button", "Train");
    read_job();
    ck_assert_str_eq(text_at(page.r.json, "warm_start_from"), "words/1");
    page_clean();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_parameter_has_a_field,          a_job_is_as_it_was_filled_in,
        an_error_stands_at_its_field,         backtests_and_searches_are_asked_for,
        a_key_trains_and_a_read_key_does_not, a_tagger_starts_from_the_weights_of_another,
    };

    return page_suite("train screen", tests, sizeof(tests) / sizeof(tests[0]));
}
