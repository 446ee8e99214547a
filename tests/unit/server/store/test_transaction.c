/* test_transaction.c - several statements as one, on a table of the test. */
#include "server/store/transaction.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

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

START_TEST(what_a_body_wrote_stays_when_it_returns_ok)
{
    struct plan p = {0};

    ck_ok(transaction_write(db, insert, &p, &f.e), &f.e);
    ck_ok(transaction_write_relaxed(db, insert, &p, &f.e), &f.e);
    ck_assert_int_eq(p.runs, 2);
    ck_assert_int_eq(rows(), 2);
}
END_TEST

START_TEST(what_a_body_wrote_is_undone_when_it_fails)
{
    struct plan p = {.st = ST_CONFLICT};

    ck_status(transaction_write(db, insert, &p, &f.e), ST_CONFLICT, &f.e);
    ck_assert_str_eq(f.e.message, "the body's own error");
    ck_status(transaction_write_relaxed(db, insert, &p, &f.e), ST_CONFLICT, &f.e);
    ck_assert_int_eq(p.runs, 2);
    ck_assert_int_eq(rows(), 0);
    p.st = ST_OK; /* the connection is free again */
    ck_ok(transaction_write(db, insert, &p, &f.e), &f.e);
    ck_assert_int_eq(rows(), 1);
}
END_TEST

/* Counts, lets another connection insert a row, and counts again. */
struct counts {
    struct db *other;
    int64_t before, after;
};

static enum status count_twice(struct db *d, void *ctx, struct err *e)
{
    struct counts *c = ctx;
    struct plan p = {0};
    enum status st = db_int(&c->before, d, "SELECT count(*) FROM t", e);

    if (!st)
        st = transaction_write(c->other, insert, &p, e);
    return st ? st : db_int(&c->after, d, "SELECT count(*) FROM t", e);
}

START_TEST(a_reading_body_sees_one_state_while_others_write)
{
    struct db other = {0};
    struct counts c = {.other = &other, .before = -1, .after = -1};

    ck_ok(db_open_another(&other, f.store, &f.e), &f.e);
    ck_ok(transaction_read(db, count_twice, &c, &f.e), &f.e);
    ck_assert_int_eq(c.before, 0);
    ck_assert_int_eq(c.after, 0);
    ck_assert_int_eq(rows(), 1);
    db_close(&other);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("transaction");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_a_body_wrote_stays_when_it_returns_ok);
    tcase_add_test(t, what_a_body_wrote_is_undone_when_it_fails);
    tcase_add_test(t, a_reading_body_sees_one_state_while_others_write);
    suite_add_tcase(s, t);
    return suite_run(s);
}
