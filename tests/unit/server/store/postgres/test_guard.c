/* test_guard.c - one daemon has a database; connections that break are made again. */
#include "server/store/postgres/conn.h"
#include "server/store/postgres/guard.h"
#include "server/store/state.h"
#include "tests/unit/server/store/postgres/server_suite.h"

#include <poll.h>
#include <string.h>

static struct fixture f;

/* As a daemon has it. */
static enum status open_exclusively(struct store **out)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 10000, .exclusive = true};

    *out = NULL;
    return store_open(out, &c, &f.e);
}

static void setup(void)
{
    fixture_folder(&f);
    ck_ok(open_exclusively(&f.store), &f.e);
}

static void teardown(void)
{
    fixture_close(&f);
}

/* Ends all sessions of the test, as a restart of the server does. */
static void end_sessions(void)
{
    struct db db = {0};
    char sql[200];

    snprintf(sql, sizeof(sql),
             "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> "
             "pg_backend_pid() AND application_name = '%s'",
             f.schema);
    ck_ok(postgres_open_url(&db, f.path, "the test's server", 10000, &f.e), &f.e);
    ck_ok(db_exec(&db, sql, &f.e), &f.e);
    db_close(&db);
}

START_TEST(a_second_daemon_is_refused)
{
    struct store *second;

    ck_status(open_exclusively(&second), ST_CONFLICT, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "in use by another lstmd"));
    store_close(f.store);
    ck_ok(open_exclusively(&f.store), &f.e); /* the lock ended with its session */
}
END_TEST

START_TEST(others_may_use_it_beside_a_daemon)
{
    const struct store_config c = {.path = f.path, .busy_timeout_ms = 10000};
    struct store *beside;

    ck_ok(store_open(&beside, &c, &f.e), &f.e);
    ck_ok(store_ping(beside, &f.e), &f.e);
    store_close(beside);
}
END_TEST

START_TEST(a_broken_connection_is_made_again)
{
    put_series(&f, "x", FREQ_M, 0, 10, 0.0);
    end_sessions();
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM dataset"), 1); /* a read */
    end_sessions();
    put_series(&f, "y", FREQ_M, 0, 10, 0.0); /* a transaction */
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM dataset"), 2);
}
END_TEST

static enum status count(struct db *db, void *ctx, struct err *e)
{
    return db_int(ctx, db, "SELECT count(*) FROM dataset", e);
}

START_TEST(a_reading_transaction_begins_on_a_new_connection)
{
    struct db *db = fixture_db(&f);
    int64_t n = -1;

    end_sessions();
    ck_ok(transaction_read(db, count, &n, &f.e), &f.e);
    ck_assert_int_eq(n, 0);
}
END_TEST

START_TEST(a_transaction_that_breaks_is_unavailable_and_leaves_nothing)
{
    struct db *db = fixture_db(&f);
    struct stmt q;

    ck_ok(db_begin(db, &f.e), &f.e);
    ck_ok(db_exec(db, "UPDATE dataset_sequence SET next = 9", &f.e), &f.e);
    end_sessions();
    stmt_open(&q, db, &f.e, "UPDATE dataset_sequence SET next = 10");
    stmt_run(&q);
    ck_status(db_end(db, stmt_close(&q), &f.e), ST_UNAVAILABLE, &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT next FROM dataset_sequence"), 1);
}
END_TEST

/* Even if a body ignores the error: what it writes later must not be committed alone. */
START_TEST(what_follows_a_break_is_not_written)
{
    struct db *db = fixture_db(&f);
    int64_t ignored;

    ck_ok(db_begin(db, &f.e), &f.e);
    end_sessions();
    ck_status(db_int(&ignored, db, "SELECT 1", &f.e), ST_UNAVAILABLE, &f.e);
    ck_status(db_int(&ignored, db, "SELECT 1", &f.e), ST_UNAVAILABLE, &f.e);
    ck_status(db_exec(db, "UPDATE dataset_sequence SET next = 9", &f.e), ST_UNAVAILABLE, &f.e);
    ck_status(db_end(db, ST_OK, &f.e), ST_UNAVAILABLE, &f.e);
    ck_assert_int_eq(fixture_int(&f, "SELECT next FROM dataset_sequence"), 1);
}
END_TEST

/* Whether the store writes is what happens in time. */
static void wait_for(enum status wanted)
{
    enum status st = ST_OK;

    for (int i = 0; i < 1000; i++) {
        st = store_trouble(f.store, &f.e);
        if (st == wanted)
            return;
        poll(NULL, 0, 10);
    }
    ck_abort_msg("%s", status_name(st));
}

START_TEST(who_lost_the_database_writes_no_more)
{
    struct series_set s = series_of("s", FREQ_M, 0, 3, 0.0);
    struct store *thief = NULL;
    bool created;

    /* The guard looks once a second; the thief asks all the time. */
    for (int i = 0; i < 200 && !thief; i++) {
        end_sessions();
        (void)open_exclusively(&thief);
    }
    ck_assert_ptr_nonnull(thief);
    wait_for(ST_READONLY);
    ck_status(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), ST_READONLY, &f.e);
    store_close(thief);
    wait_for(ST_OK);
    ck_ok(store_dataset_put_series(f.store, "x", &s, NULL, &created, &f.e), &f.e);
    series_set_release(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("guard");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_second_daemon_is_refused);
    tcase_add_test(t, others_may_use_it_beside_a_daemon);
    tcase_add_test(t, a_broken_connection_is_made_again);
    tcase_add_test(t, a_reading_transaction_begins_on_a_new_connection);
    tcase_add_test(t, a_transaction_that_breaks_is_unavailable_and_leaves_nothing);
    tcase_add_test(t, what_follows_a_break_is_not_written);
    tcase_add_test(t, who_lost_the_database_writes_no_more);
    suite_add_tcase(s, t);
    return server_suite_run(s);
}
