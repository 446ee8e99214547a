/* test_task_table.c - the task of a request and of a stored job. */
#include "server/tasks/task_table.h"

#include "server/tasks/backtest_task.h"
#include "server/tasks/forecast_task.h"
#include "server/tasks/search_task.h"
#include "server/tasks/tag_task.h"
#include "tests/unit/suite.h"

START_TEST(a_request_has_its_row)
{
    const struct backtest_plan plan = {0};
    const struct search_request search = {0};
    struct job_request r = {.task = TASK_FORECAST};

    ck_assert_ptr_eq(task_of_request(&r), &forecast_task);
    r.search = &search;
    ck_assert_ptr_eq(task_of_request(&r), &search_task);
    r.search = NULL;
    r.backtest = &plan;
    ck_assert_ptr_eq(task_of_request(&r), &backtest_task);
    r = (struct job_request){.task = TASK_TAG};
    ck_assert_ptr_eq(task_of_request(&r), &tag_task);
}
END_TEST

START_TEST(a_stored_job_has_the_row_of_its_request)
{
    char forecast[] = "forecast", tag[] = "tag", other[] = "other", plan[] = "{}";
    struct job j = {.task = forecast};

    ck_assert_ptr_eq(task_of_job(&j), &forecast_task);
    j.search = plan;
    ck_assert_ptr_eq(task_of_job(&j), &search_task);
    j.search = NULL;
    j.backtest = plan;
    ck_assert_ptr_eq(task_of_job(&j), &backtest_task);
    j = (struct job){.task = tag};
    ck_assert_ptr_eq(task_of_job(&j), &tag_task);
    j.task = other;
    ck_assert_ptr_null(task_of_job(&j));
}
END_TEST

START_TEST(only_a_backtest_makes_no_model)
{
    const struct job_task *const all[] = {&forecast_task, &tag_task, &search_task, &backtest_task};

    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(all[i]->makes_model, all[i] != &backtest_task);
        ck_assert_int_eq(all[i]->kind, all[i] == &tag_task ? DATA_TAGGED : DATA_SERIES);
        ck_assert_int_eq(all[i]->task, all[i] == &tag_task ? TASK_TAG : TASK_FORECAST);
        ck_assert(all[i]->resolve && all[i]->run);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tasks task table");
    TCase *t = tcase_create("task_table");

    tcase_add_test(t, a_request_has_its_row);
    tcase_add_test(t, a_stored_job_has_the_row_of_its_request);
    tcase_add_test(t, only_a_backtest_makes_no_model);
    suite_add_tcase(s, t);
    return suite_run(s);
}
