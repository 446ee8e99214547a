/* test_backtest_task.c - the plan of a backtest as it is stored with its job. */
#include "server/tasks/backtest_task.h"
#include "tests/unit/suite.h"

START_TEST(a_plan_comes_back)
{
    const struct backtest_plan plan = {.windows = 3, .step = 2, .horizon = 12};
    struct backtest_plan back = {0};
    char *json = backtest_plan_json(&plan);
    struct err e = {0};

    ck_assert_str_eq(json, "{\"windows\":3,\"step\":2,\"horizon\":12}");
    ck_assert_int_eq(backtest_plan_read(&back, json, &e), ST_OK);
    ck_assert_int_eq(back.windows, 3);
    ck_assert_int_eq(back.step, 2);
    ck_assert_int_eq(back.horizon, 12);
    free(json);
}
END_TEST

START_TEST(a_broken_plan_is_refused)
{
    static const char *const broken[] = {"", "{}", "{\"windows\":3,\"step\":2}",
                                         "{\"windows\":3,\"step\":\"2\",\"horizon\":1}"};

    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        struct backtest_plan back = {0};
        struct err e = {0};

        ck_assert_int_eq(backtest_plan_read(&back, broken[i], &e), ST_CORRUPT);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks backtest task");
    TCase *t = tcase_create("backtest_task");

    tcase_add_test(t, a_plan_comes_back);
    tcase_add_test(t, a_broken_plan_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
