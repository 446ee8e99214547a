/* test_stmt.c - SQLite keeps prepared statements. */
#include "server/store/sqlite/stmt.h"
#include "tests/unit/server/store/fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(a_statement_is_kept_and_forgets_its_values)
{
    static const char sql[] = "SELECT coalesce(:a, 'none')";
    sqlite3_stmt *first;
    struct stmt q;
    char text[8];

    stmt_open(&q, fixture_db(&f), &f.e, sql);
    first = q.s;
    stmt_bind_text(&q, ":a", "some");
    ck_assert(stmt_row(&q));
    ck_ok(stmt_close(&q), &f.e);
    stmt_open(&q, fixture_db(&f), &f.e, sql);
    ck_assert_ptr_eq(q.s, first);
    ck_assert(stmt_row(&q));
    stmt_copy(&q, 0, text, sizeof(text));
    ck_assert_str_eq(text, "none");
    ck_ok(stmt_close(&q), &f.e);
}
END_TEST

/* The key is an address: another text there must not be taken for the first, and more statements
 * than there is room for must work too. */
START_TEST(the_address_alone_does_not_decide)
{
    char sql[64];

    for (int i = 0; i < 3; i++) {
        struct stmt q;

        snprintf(sql, sizeof(sql), "SELECT %d", i);
        stmt_open(&q, fixture_db(&f), &f.e, sql);
        ck_assert(stmt_row(&q));
        ck_assert_int_eq(stmt_i64(&q, 0), i);
        ck_ok(stmt_close(&q), &f.e);
    }
}
END_TEST

START_TEST(more_statements_than_room)
{
    static char sql[2 * STMT_SLOTS][32];

    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 2 * STMT_SLOTS; i++) {
            int64_t v = -1;

            snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
            ck_ok(db_int(&v, fixture_db(&f), sql[i], &f.e), &f.e);
            ck_assert_int_eq(v, i);
        }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stmt");
    TCase *t = tcase_create("stmt");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_statement_is_kept_and_forgets_its_values);
    tcase_add_test(t, the_address_alone_does_not_decide);
    tcase_add_test(t, more_statements_than_room);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
