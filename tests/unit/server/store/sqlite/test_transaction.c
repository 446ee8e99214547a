/* test_transaction.c - SQLite transactions that cannot begin or commit, or were left open. */
#include "server/store/sqlite/transaction.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/server/store/sqlite/faulty_vfs.h"

#include <sqlite3.h>
#include <stdlib.h>

static struct fixture f;
static struct db *db;

static void setup(void)
{
    fixture_open(&f);
    db = fixture_db(&f);
    ck_ok(db_exec(db, "CREATE TABLE t (x INTEGER)", &f.e), &f.e);
}

static void teardown(void)
{
    faulty_vfs_disarm();
    fixture_close(&f);
}

static int64_t rows(void)
{
    return fixture_int(&f, "SELECT count(*) FROM t");
}

/* A body that inserts a row and then returns st. */
struct plan {
    enum status st;
    int runs;
};

static enum status insert(struct db *d, void *ctx, struct err *e)
{
    struct plan *p = ctx;
    enum status st = db_exec(d, "INSERT INTO t VALUES (1)", e);

    p->runs++;
    return st ? st : (p->st ? err_set(e, p->st, "the body's own error") : ST_OK);
}

START_TEST(a_body_does_not_run_when_its_transaction_cannot_begin)
{
    struct plan p = {0};
    struct db other = {0};

    ck_ok(db_open(&other, f.file, 0, &f.e), &f.e);
    ck_ok(db_begin(db, &f.e), &f.e);
    ck_status(transaction_write(&other, insert, &p, &f.e), ST_BUSY, &f.e);
    ck_ok(db_end(db, ST_OK, &f.e), &f.e);
    ck_assert_int_eq(p.runs, 0);
    ck_ok(transaction_write(&other, insert, &p, &f.e), &f.e);
    ck_assert_int_eq(p.runs, 1);
    db_close(&other);
}
END_TEST

START_TEST(the_error_of_a_commit_is_returned_and_nothing_stays)
{
    struct plan p = {0};

    ck_ok(transaction_write(db, insert, &p, &f.e), &f.e);
    faulty_vfs_arm(0, SQLITE_IOERR_WRITE, false);
    ck_assert_int_ne(transaction_write(db, insert, &p, &f.e), ST_OK);
    ck_assert(faulty_vfs_fired());
    faulty_vfs_disarm();
    ck_assert_int_eq(p.runs, 2);
    ck_assert_int_eq(rows(), 1);
}
END_TEST

START_TEST(a_transaction_that_was_left_open_ends_at_a_reset)
{
    struct plan p = {0};

    ck_ok(db_begin(db, &f.e), &f.e);
    ck_ok(insert(db, &p, &f.e), &f.e);
    ck_ok(sqlite_reset(db, &f.e), &f.e);
    ck_assert_int_eq(rows(), 0);
    ck_ok(transaction_write(db, insert, &p, &f.e), &f.e);
    ck_assert_int_eq(rows(), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("transaction");
    TCase *t = tcase_create("transaction");
    SRunner *r;
    int failed;

    faulty_vfs_install();
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_body_does_not_run_when_its_transaction_cannot_begin);
    tcase_add_test(t, the_error_of_a_commit_is_returned_and_nothing_stays);
    tcase_add_test(t, a_transaction_that_was_left_open_ends_at_a_reset);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
