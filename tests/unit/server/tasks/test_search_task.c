/* test_search_task.c - the plan of a search as it is stored with its job. */
#include "server/tasks/search_task.h"
#include "tests/unit/suite.h"

START_TEST(a_plan_comes_back)
{
    struct search_request r = {.trials = 7, .time_limit_seconds = 60}, back;
    struct err e = {0};
    char *json;

    r.fixed[1] = r.fixed[4] = true;
    json = search_request_json(&r);
    ck_assert_ptr_nonnull(json);
    ck_assert_int_eq(search_request_read(&back, json, &e), ST_OK);
    ck_assert_int_eq(back.trials, 7);
    ck_assert_int_eq(back.time_limit_seconds, 60);
    for (int i = 0; i < SEARCH_PARAMS_MAX; i++)
        ck_assert_int_eq(back.fixed[i], r.fixed[i]);
    free(json);
}
END_TEST

START_TEST(every_parameter_has_room)
{
    int n;

    params_table(&n);
    ck_assert_int_le(n, SEARCH_PARAMS_MAX);
}
END_TEST

START_TEST(a_broken_plan_is_refused)
{
    struct search_request back;
    struct err e = {0};

    ck_assert_int_eq(search_request_read(&back, "", &e), ST_CORRUPT);
    ck_assert_int_eq(search_request_read(&back, "{\"trials\":1}", &e), ST_CORRUPT);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks search task");
    TCase *t = tcase_create("search_task");

    tcase_add_test(t, a_plan_comes_back);
    tcase_add_test(t, every_parameter_has_room);
    tcase_add_test(t, a_broken_plan_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
