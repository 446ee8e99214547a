/* test_connection.c - the connections of a store: one for each thread. */
#include "server/store/connection.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <pthread.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

struct visit {
    pthread_t thread;
    struct db *db;
    enum status st;
    struct err e;
};

static void *touch(void *ctx)
{
    struct visit *v = ctx;

    v->st = db_get(&v->db, f.store, &v->e);
    if (!v->st)
        v->st = store_ping(f.store, &v->e);
    return NULL;
}

START_TEST(a_thread_has_one_connection)
{
    struct db *own = fixture_db(&f);
    struct visit v = {0};

    ck_assert_ptr_eq(fixture_db(&f), own);
    ck_assert_int_eq(pthread_create(&v.thread, NULL, touch, &v), 0);
    ck_assert_int_eq(pthread_join(v.thread, NULL), 0);
    ck_ok(v.st, &v.e);
    ck_assert_ptr_ne(v.db, own);
}
END_TEST

START_TEST(a_transaction_that_was_left_open_ends_at_the_next_use)
{
    struct db *db = fixture_db(&f);

    ck_ok(db_exec(db, "CREATE TABLE t (x INTEGER)", &f.e), &f.e);
    ck_ok(db_begin(db, &f.e), &f.e);
    ck_ok(db_exec(db, "INSERT INTO t VALUES (1)", &f.e), &f.e);
    ck_assert_ptr_eq(fixture_db(&f), db);
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM t"), 0);
}
END_TEST

START_TEST(another_connection_is_the_callers)
{
    struct db *own = fixture_db(&f), other;
    int64_t n = 0;

    ck_ok(db_open_another(&other, f.store, &f.e), &f.e);
    ck_assert_ptr_ne(&other, own);
    ck_assert_ptr_eq(other.store, f.store);
    ck_ok(db_exec(own, "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)", &f.e), &f.e);
    ck_ok(db_int(&n, &other, "SELECT count(*) FROM t", &f.e), &f.e);
    ck_assert_int_eq(n, 1);
    db_close(&other);
    ck_assert_ptr_eq(fixture_db(&f), own);
}
END_TEST

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

/* Only this thread's writes are given up. */
START_TEST(giving_up_belongs_to_a_thread)
{
    struct visit v = {0};
    int mark;

    ck_ok(store_give_up_when(f.store, never, &mark, &f.e), &f.e);
    ck_assert_ptr_eq(fixture_db(&f)->over_ctx, &mark);
    ck_assert_int_eq(pthread_create(&v.thread, NULL, touch, &v), 0);
    ck_assert_int_eq(pthread_join(v.thread, NULL), 0);
    ck_ok(store_give_up_when(f.store, NULL, NULL, &f.e), &f.e);
    ck_assert(!fixture_db(&f)->over);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("connection");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_thread_has_one_connection);
    tcase_add_test(t, a_transaction_that_was_left_open_ends_at_the_next_use);
    tcase_add_test(t, another_connection_is_the_callers);
    tcase_add_test(t, giving_up_belongs_to_a_thread);
    suite_add_tcase(s, t);
    return suite_run(s);
}
