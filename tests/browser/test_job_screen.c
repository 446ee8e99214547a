/* test_job_screen.c - a job from its first epoch to its end: the curve that moves, the question
 * before it is cancelled, what it made, and what to do when it has failed. */
#include "tests/browser/page.h"

#include <stdio.h>
#include <string.h>

static char at_job[64], in_api[64];

static void start(const char *json)
{
    post(&page.r, &page.d, "/v1/jobs", json, 202);
    (void)snprintf(at_job, sizeof(at_job), "#/jobs/%s", text_at(page.r.json, "id"));
    (void)snprintf(in_api, sizeof(in_api), "/v1/jobs/%s", text_at(page.r.json, "id"));
}

static void start_long(void)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    start("{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"long\",\"params\":"
          "{\"epochs\":100000,\"ensemble\":false,\"patience\":0}}");
}

#define POINTS "Number(/Chart of (\\d+)/.exec(document.querySelector('.chart')?.ariaLabel)?.[1])"

START_TEST(the_curve_moves_while_it_trains)
{
    start_long();
    page_open(at_job);
    page_until(POINTS " > 1");
    cJSON_Delete(browser_run(&page.b, "window.before = " POINTS ";"));
    page_until(POINTS " > window.before");
    page_until("/^Epoch .* of .*, loss .*, validation .* left$/.test("
               "document.querySelector('.progress-line').textContent)");
    ck_assert(page_is("document.querySelector('.badge').textContent === '1'"));
    page_clean();
}
END_TEST

START_TEST(a_question_stands_before_the_cancellation)
{
    start_long();
    page_open(at_job);
    page_click("button", "Cancel");
    page_click("dialog button", "Let it run");
    get(&page.r, &page.d, in_api, 200);
    ck_assert(!cJSON_IsTrue(at(page.r.json, "cancel_requested")));
    page_click("button", "Cancel");
    page_click("dialog button", "Cancel the job");
    page_until("document.querySelector('.verdict')?.textContent.includes('cancelled')");
    get(&page.r, &page.d, in_api, 200);
    ck_assert_str_eq(text_at(page.r.json, "state"), "cancelled");
    page_clean();
}
END_TEST

START_TEST(a_job_that_has_ended_tells_how_good_its_model_is)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    start("{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"flights\","
          "\"search\":{\"trials\":2}}");
    page_open(at_job);
    page_until("/MAPE .*%.*12 months/.test(document.querySelector('.verdict')?.textContent)");
    ck_assert(page_is("document.querySelector('main a[href=\"#/models/flights?version=1\"]')"));
    ck_assert(page_is("document.querySelector('main table').rows.length === 3")); /* the trials */
    ck_assert(page_is(POINTS " > 1"));
    page_clean();
}
END_TEST

START_TEST(a_backtest_is_drawn_beside_the_truth)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    start(
        "{\"task\":\"backtest\",\"dataset\":\"flights\",\"windows\":2,\"params\":{\"epochs\":2}}");
    page_open(at_job);
    page_until("document.querySelector('.verdict')?.textContent.includes('over 2 origins')");
    page_until(POINTS " === 24");
    page_clean();
}
END_TEST

START_TEST(a_failed_job_tells_what_to_do)
{
    page_example("flights", "airpassengers.csv", "text/csv");
    start("{\"task\":\"forecast\",\"dataset\":\"flights\",\"model\":\"bad\",\"params\":"
          "{\"epochs\":200,\"ensemble\":false,\"optimizer\":\"sgd\",\"learning_rate\":100,"
          "\"gradient_clip\":0,\"loss\":\"mse\"}}");
    page_open(at_job);
    page_until("document.querySelector('.problem')?.textContent.includes('learning_rate')");
    page_click("a", "Train again with changes");
    page_until("document.querySelector('[name=\"/params/learning_rate\"]')?.value === '100'");
    page_clean();
}
END_TEST

START_TEST(the_scale_is_in_the_address)
{
    start_long();
    page_open(at_job);
    page_click(".field.check input", NULL);
    page_until("location.hash.endsWith('?log=1')");
    page_until("document.querySelector('.axis-title')?.textContent.includes('logarithmic')");
    page_clean();
}
END_TEST

START_TEST(jobs_are_listed_by_state)
{
    start_long();
    page_open("#/jobs?state=running");
    page_until("document.querySelectorAll('main tbody tr').length === 1");
    page_open("#/jobs?state=failed");
    page_until("document.querySelector('.empty')");
    page_open("#/jobs/nothing");
    page_until("document.querySelector('.problem')");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_curve_moves_while_it_trains,
        a_question_stands_before_the_cancellation,
        a_job_that_has_ended_tells_how_good_its_model_is,
        a_backtest_is_drawn_beside_the_truth,
        a_failed_job_tells_what_to_do,
        the_scale_is_in_the_address,
        jobs_are_listed_by_state,
    };

    return page_suite("job screen", tests, sizeof(tests) / sizeof(tests[0]));
}
