/* test_comparison.c - versions that cannot be compared are refused with a reason; test_promotion.c
 * tests the others. */
#include "server/tasks/comparison.h"

#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    put_series(&f, "x", FREQ_M, 0, 40, 1);
    put_tagged(&f, "t", "the/DET dog/NN|a/DET cat/NN|the/DET cat/NN");
}

static void teardown(void)
{
    fixture_close(&f);
}

static void expect_reason(const char *dataset, enum task task, const char *params, char *evaluation,
                          char *metrics, const char *words)
{
    char name[] = "x", text[200];
    const struct job job = {.dataset = name, .dataset_id = dataset_id(&f, dataset), .params = text};
    const struct trained t = {.evaluation = evaluation, .metrics = metrics};
    const struct model other = {.task = task, .version = 3};
    struct comparison c;

    (void)snprintf(text, sizeof(text), "%s", params);
    f.e = (struct err){0};
    ck_status(comparison_of_job(&c, f.store, &job, &t, &other, NULL, NULL, &f.e), ST_INVALID, &f.e);
    ck_assert_msg(strstr(f.e.message, words) != NULL, "%s", f.e.message);
}

START_TEST(nothing_held_out_is_a_reason)
{
    char empty[] = "{\"series\":[]}", none[] = "{}";
    char gone[] = "{\"series\":[{\"id\":\"other\",\"truth\":[1,2],\"time\":[\"1970-01\"]}]}";

    expect_reason("x", TASK_FORECAST, "{}", empty, NULL, "held no observations out");
    expect_reason("x", TASK_FORECAST, "{}", none, NULL, "held no observations out");
    expect_reason("x", TASK_FORECAST, "{}", gone, NULL, "held no observations out");
    expect_reason("t", TASK_TAG, "{\"test_size\":0}", NULL, none, "held no sentences out");
    expect_reason("t", TASK_TAG, "{\"test_size\":9}", NULL, none, "held no sentences out");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("comparison");
    TCase *t = tcase_create("comparison");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, nothing_held_out_is_a_reason);
    suite_add_tcase(s, t);
    return suite_run(s);
}
