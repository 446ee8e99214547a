/* test_pool.c - every task of every run is done once and seen by the caller, with any number of
 * threads, for runs in quick succession and after long pauses. */
#include "server/jobs/pool.h"

#include <check.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum { TASKS = 1000, RUNS = 20000, MANY = 200000 };

struct count {
    int done[TASKS]; /* each written by one task alone, read after the run */
    atomic_int calls;
};

static void count_task(void *arg, int i)
{
    struct count *c = arg;

    c->done[i]++;
    atomic_fetch_add(&c->calls, 1);
}

static struct pool *make(int threads)
{
    struct pool *p = NULL;

    ck_assert_int_eq(pool_new(&p, threads, NULL), ST_OK);
    ck_assert_int_eq(pool_parallel(p)->threads, threads);
    return p;
}

START_TEST(every_task_once)
{
    static struct count c;
    struct pool *p = make(_i + 1);

    for (int n = 1; n < TASKS; n = 2 * n + 1) {
        memset(c.done, 0, sizeof(c.done));
        atomic_store(&c.calls, 0);
        parallel_run(pool_parallel(p), n, count_task, &c);
        ck_assert_int_eq(atomic_load(&c.calls), n);
        for (int i = 0; i < TASKS; i++)
            ck_assert_int_eq(c.done[i], i < n);
    }
    pool_free(p);
}
END_TEST

/* Work of a run is on the caller's stack: a thread that comes late must not touch it. */
START_TEST(runs_follow_each_other)
{
    struct pool *p = make(_i + 2);

    for (int r = 0; r < RUNS; r++) {
        struct count c = {0};
        int n = 1 + r % 5;

        parallel_run(pool_parallel(p), n, count_task, &c);
        for (int i = 0; i <= n; i++)
            ck_assert_int_eq(c.done[i], i < n);
        if (r % 4000 == 0)
            poll(NULL, 0, 2); /* let the threads fall asleep */
    }
    pool_free(p);
}
END_TEST

static void sum_task(void *arg, int i)
{
    atomic_fetch_add((_Atomic int64_t *)arg, i);
}

START_TEST(more_tasks_than_a_ticket_holds)
{
    struct pool *p = make(3);
    _Atomic int64_t sum = 0;

    parallel_run(pool_parallel(p), MANY, sum_task, &sum);
    ck_assert_int_eq(atomic_load(&sum), (int64_t)MANY * (MANY - 1) / 2);
    pool_free(p);
    pool_free(NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pool");
    TCase *t = tcase_create("pool");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, every_task_once, 0, 6);
    tcase_add_loop_test(t, runs_follow_each_other, 0, 4);
    tcase_add_test(t, more_tasks_than_a_ticket_holds);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
