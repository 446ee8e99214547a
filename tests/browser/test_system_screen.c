/* test_system_screen.c - the screen with the state of the service, its updates, and the key of the
 * page. */
#include "tests/browser/page.h"

#include <stdio.h>
#include <string.h>

START_TEST(numbers_are_there_at_once_and_curves_after_some_seconds)
{
    page_open("#/system");
    page_until("document.querySelectorAll('.panel-text').length === 8");
    ck_assert(page_is("document.body.innerText.includes('requests and 0 jobs wait')"));
    ck_assert(page_is("[...document.querySelectorAll('td code')].some(c => "
                      "c.textContent === '/v1/jobs')"));
    page_until("document.querySelectorAll('.panel .plot canvas').length >= 8");
    page_clean();
}
END_TEST

/* The number of running jobs in the rail comes from the metrics, without a request of its own. */
START_TEST(running_jobs_are_counted_without_a_request)
{
    page_example("sine", "sine.csv", "text/csv");
    page_open("#/system");
    page_until("document.querySelector('.panel-text')");
    cJSON_Delete(browser_run(&page.b, "performance.clearResourceTimings();"));
    post(&page.r, &page.d, "/v1/jobs",
         "{\"task\":\"forecast\",\"dataset\":\"sine\",\"model\":\"sine\",\"recipe\":"
         "\"tutorial-sine\",\"params\":{\"epochs\":100000,\"patience\":0}}",
         202);
    page_until("document.querySelector('.badge').textContent === '1'");
    ck_assert(!page_is("performance.getEntriesByType('resource')"
                       ".some(e => e.name.includes('/v1/jobs'))"));
}
END_TEST

START_TEST(the_newest_changes_are_a_table)
{
    page_example("sine", "sine.csv", "text/csv");
    del(&page.r, &page.d, "/v1/datasets/sine", 204);
    page_open("#/system");
    page_until("document.querySelector('.audit')");
    ck_assert(!page_is("document.querySelector('.audit table')"));
    cJSON_Delete(browser_run(&page.b, "document.querySelector('.audit').open = true;"));
    page_until("document.querySelectorAll('.audit tbody tr').length === 2");
    ck_assert(page_is("(r => r.cells[1].textContent === 'anonymous' && r.cells[2].textContent === "
                      "'DELETE /v1/datasets/{name}' && r.cells[3].textContent === "
                      "'/v1/datasets/sine' && r.cells[4].textContent === '204')"
                      "(document.querySelector('.audit tbody tr'))"));
    page_clean();
}
END_TEST

/* The table of settings as the daemon prints it, without secrets. */
START_TEST(the_configuration_is_a_table_without_secrets)
{
    static const char cells[] = "[...document.querySelectorAll('.config tbody tr')]"
                                ".find(r => r.cells[0].textContent === '%s')?.cells[%d].textContent"
                                ".includes('%s')";
    static const struct {
        const char *key, *text;
        int cell;
    } expected[] = {{"workers", "2", 1},
                    {"workers", "a flag", 2},
                    {"max_queue", "100", 1},
                    {"max_queue", "default", 2},
                    {"api_key", "set; not shown", 1},
                    {"read_key", "not set", 1},
                    {"max_queue", "The most jobs that wait", 4}};

    (void)daemon_stop(&page.d, 20);
    daemon_start(&page.d, (const char *const[]){"--api-key", "hush-hush", "--workers", "2", NULL});
    page_open("#/nothing");
    cJSON_Delete(browser_run(&page.b, "sessionStorage.setItem('lstmd.key', 'hush-hush');"));
    page_open("#/system");
    page_until("document.querySelector('.config')");
    ck_assert(!page_is("document.querySelector('.config table')"));
    cJSON_Delete(browser_run(&page.b, "document.querySelector('.config').open = true;"));
    page_until("document.querySelector('.config table')");
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        char script[400];

        (void)snprintf(script, sizeof(script), cells, expected[i].key, expected[i].cell,
                       expected[i].text);
        ck_assert_msg(page_is(script), "%s: no %s", expected[i].key, expected[i].text);
    }
    ck_assert(!page_is("document.documentElement.innerHTML.includes('hush')"));
    page_clean();
    cJSON_Delete(browser_run(&page.b, "sessionStorage.clear();"));
}
END_TEST

static void log_in(const char *key)
{
    char script[200];

    page_until("document.querySelector('#key')");
    (void)snprintf(script, sizeof(script), "document.querySelector('#key').value = '%s';", key);
    cJSON_Delete(browser_run(&page.b, script));
    page_click("button", "Log in");
}

START_TEST(a_key_is_taken_and_given_back)
{
    (void)daemon_stop(&page.d, 20);
    daemon_start(&page.d, (const char *const[]){"--api-key", "full", "--read-key", "read", NULL});
    page_open("#/nothing");
    cJSON_Delete(browser_run(&page.b, "sessionStorage.setItem('lstmd.key', 'read');"));
    page_open("#/system");
    page_until("document.body.innerText.includes('it may read, forecast and tag.')");
    ck_assert(!page_is("document.querySelector('.config')"));
    log_in("wrong");
    page_until("document.querySelector('[role=status]') && "
               "sessionStorage.getItem('lstmd.key') === 'read'");
    log_in("full");
    page_until("document.body.innerText.includes('change data, jobs and models')");
    page_click("button", "Log out");
    page_until("!sessionStorage.getItem('lstmd.key')");
}
END_TEST

START_TEST(a_service_that_ends_is_told)
{
    page_open("#/system");
    page_until("document.querySelector('.panel-text')");
    (void)daemon_stop(&page.d, 20);
    page_until("document.querySelector('.note')?.textContent.includes('does not answer')");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        numbers_are_there_at_once_and_curves_after_some_seconds,
        running_jobs_are_counted_without_a_request,
        the_newest_changes_are_a_table,
        the_configuration_is_a_table_without_secrets,
        a_key_is_taken_and_given_back,
        a_service_that_ends_is_told,
    };

    return page_suite("system screen", tests, sizeof(tests) / sizeof(tests[0]));
}
