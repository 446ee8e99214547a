/* test_request_pool.c - the order in which requests are served, the worker of each, and
 * refusals. */
#include "server/http/http.h"
#include "server/http/request_pool.h"

#include "server/base/clock.h"

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ITEMS = 64 };

struct job {
    struct pool_item item; /* first */
    char name;
    bool holds; /* stays until hold is cleared */
};

static struct job jobs[ITEMS];
static int num_jobs;
static char served[ITEMS + 1]; /* names in the order in which they were served; under lock */
static char ended[ITEMS + 1];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool hold;
static atomic_int holding;
static struct request_pool *pool;

static void note(char *list, char name)
{
    (void)pthread_mutex_lock(&lock);
    list[strlen(list)] = name;
    (void)pthread_mutex_unlock(&lock);
}

static void serve(void *ctx, struct pool_item *item)
{
    const struct job *j = (const struct job *)item;

    (void)ctx;
    if (j->holds)
        atomic_fetch_add(&holding, 1);
    while (j->holds && atomic_load(&hold))
        usleep(1000);
    note(served, j->name);
}

static void end(void *ctx, struct pool_item *item)
{
    (void)ctx;
    note(ended, ((struct job *)item)->name);
}

static void start(unsigned workers, unsigned max_waiting)
{
    const struct request_pool_config c = {
        .workers = workers, .max_waiting = max_waiting, .serve = serve, .end = end};
    struct err e = {0};

    memset(jobs, 0, sizeof(jobs));
    memset(served, 0, sizeof(served));
    memset(ended, 0, sizeof(ended));
    num_jobs = 0;
    atomic_store(&hold, true);
    atomic_store(&holding, 0);
    ck_assert_msg(request_pool_start(&pool, &c, &e) == ST_OK, "%s", e.message);
}

static void stop(void)
{
    atomic_store(&hold, false);
    request_pool_stop(pool);
    request_pool_free(pool);
    pool = NULL;
}

static bool add(char name, enum http_lane lane, size_t bytes, const char *client, bool holds)
{
    struct job *j = &jobs[num_jobs++];

    j->name = name;
    j->holds = holds;
    j->item = (struct pool_item){.lane = lane, .bytes = bytes, .client = client};
    return request_pool_add(pool, &j->item);
}

static void until_holding(int n)
{
    for (int64_t by = clock_monotonic_ms() + 20000; atomic_load(&holding) < n; usleep(1000))
        ck_assert_msg(clock_monotonic_ms() < by, "%d are held, not %d", atomic_load(&holding), n);
}

static void until_served(const char *names)
{
    bool same = false;

    for (int64_t by = clock_monotonic_ms() + 20000; !same; usleep(1000)) {
        (void)pthread_mutex_lock(&lock);
        same = strcmp(served, names) == 0;
        (void)pthread_mutex_unlock(&lock);
        ck_assert_msg(same || clock_monotonic_ms() < by, "served: '%s', not '%s'", served, names);
    }
}

/* Holds all four threads of the lanes work and bulk, two of each; first those of bulk, because they
 * may serve work too. */
static void hold_the_long_ones(void)
{
    for (int i = 0; i < 4; i++) {
        ck_assert(add('x', i < 2 ? HTTP_BULK : HTTP_WORK, 0, "h", true));
        if (i % 2)
            until_holding(i + 1);
    }
}

START_TEST(short_requests_find_a_thread_that_no_long_one_holds)
{
    start(2, 100);
    hold_the_long_ones();
    ck_assert(add('b', HTTP_BULK, 0, "a", false));
    ck_assert(add('k', HTTP_WORK, 0, "a", false));
    ck_assert(add('r', HTTP_READ, 0, "a", false));
    until_served("r");
    ck_assert(add('w', HTTP_WRITE, 0, "a", false));
    until_served("rw");
    stop();
    ck_assert_int_eq(strlen(served) + strlen(ended), 8);
}
END_TEST

START_TEST(a_read_does_not_wait_for_a_change_that_waits)
{
    start(2, 100);
    hold_the_long_ones();
    ck_assert(add('w', HTTP_WRITE, 0, "a", true));
    until_holding(5);
    ck_assert(add('r', HTTP_READ, 0, "a", false));
    until_served("r");
    stop();
}
END_TEST

START_TEST(bulk_leaves_threads_to_work)
{
    start(2, 100);
    for (int i = 0; i < 6; i++)
        ck_assert(add('x', HTTP_BULK, 0, "h", true));
    until_holding(2);
    ck_assert(add('k', HTTP_WORK, 0, "a", false));
    until_served("k");
    ck_assert_int_eq(atomic_load(&holding), 2);
    stop();
}
END_TEST

/* One thread that does bulk; everything else is queued while it is held. */
static void hold_bulk(void)
{
    start(1, 100);
    ck_assert(add('x', HTTP_BULK, 0, "h", true));
    until_holding(1);
}

START_TEST(the_cheap_go_before_the_dear)
{
    hold_bulk();
    ck_assert(add('c', HTTP_BULK, 64 << 20, "a", false));
    ck_assert(add('b', HTTP_BULK, 16 << 20, "b", false));
    ck_assert(add('a', HTTP_BULK, 1 << 20, "c", false));
    atomic_store(&hold, false);
    until_served("xabc");
    stop();
}
END_TEST

START_TEST(who_sends_much_delays_only_himself)
{
    hold_bulk();
    for (int i = 0; i < 5; i++)
        ck_assert(add('m', HTTP_BULK, 0, "many", false));
    ck_assert(add('o', HTTP_BULK, 0, "one", false));
    ck_assert(add('t', HTTP_BULK, 0, "two", false));
    atomic_store(&hold, false);
    until_served("xmotmmmm");
    stop();
}
END_TEST

START_TEST(one_too_many_is_refused)
{
    struct http_pool_counts n = {{0}};

    start(1, 3);
    ck_assert(add('x', HTTP_BULK, 0, "h", true));
    until_holding(1);
    for (int i = 0; i < 3; i++)
        ck_assert(add('b', HTTP_BULK, 0, "a", false));
    ck_assert(!add('n', HTTP_BULK, 0, "a", false));
    ck_assert(!add('n', HTTP_READ, 0, "a", false));
    request_pool_counts(pool, &n);
    ck_assert_uint_eq(n.refused, 2);
    ck_assert_uint_eq(n.all_waiting, 3);
    ck_assert_uint_eq(n.waiting[HTTP_BULK], 3);
    ck_assert_uint_eq(n.serving[HTTP_BULK], 1);
    stop();
    ck_assert_ptr_null(strchr(served, 'n'));
    ck_assert_ptr_null(strchr(ended, 'n'));
}
END_TEST

static bool is_b(void *ctx, struct pool_item *item)
{
    (void)ctx;
    return ((struct job *)item)->name == 'b';
}

START_TEST(a_sweep_ends_what_is_over)
{
    struct http_pool_counts n = {{0}};

    hold_bulk();
    ck_assert(add('a', HTTP_BULK, 0, "a", false));
    ck_assert(add('b', HTTP_BULK, 0, "a", false));
    ck_assert(add('b', HTTP_BULK, 0, "a", false));
    request_pool_sweep(pool, is_b);
    ck_assert_str_eq(ended, "bb");
    request_pool_counts(pool, &n);
    ck_assert_uint_eq(n.all_waiting, 1);
    atomic_store(&hold, false);
    until_served("xa");
    stop();
}
END_TEST

static bool has_ended(char name)
{
    bool has;

    (void)pthread_mutex_lock(&lock);
    has = strchr(ended, name) != NULL;
    (void)pthread_mutex_unlock(&lock);
    return has;
}

static void *release_soon(void *ctx)
{
    (void)ctx;
    for (int64_t by = clock_monotonic_ms() + 20000; !has_ended('b') && clock_monotonic_ms() < by;)
        usleep(1000);
    atomic_store(&hold, false);
    return NULL;
}

START_TEST(stopping_ends_what_waits_and_finishes_what_is_served)
{
    pthread_t thread;

    hold_bulk();
    ck_assert(add('b', HTTP_BULK, 0, "a", false));
    ck_assert_int_eq(pthread_create(&thread, NULL, release_soon, NULL), 0);
    request_pool_stop(pool);
    ck_assert_str_eq(ended, "b");
    ck_assert_str_eq(served, "x");
    ck_assert(!add('n', HTTP_READ, 0, "a", false));
    request_pool_free(pool);
    pthread_join(thread, NULL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http request pool");
    TCase *t = tcase_create("pool");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 120);
    tcase_add_test(t, short_requests_find_a_thread_that_no_long_one_holds);
    tcase_add_test(t, a_read_does_not_wait_for_a_change_that_waits);
    tcase_add_test(t, bulk_leaves_threads_to_work);
    tcase_add_test(t, the_cheap_go_before_the_dear);
    tcase_add_test(t, who_sends_much_delays_only_himself);
    tcase_add_test(t, one_too_many_is_refused);
    tcase_add_test(t, a_sweep_ends_what_is_over);
    tcase_add_test(t, stopping_ends_what_waits_and_finishes_what_is_served);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
