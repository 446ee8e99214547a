/* test_stmt.c - prepared statements: values come back, the first error stays, names must exist. */
#include "server/store/stmt.h"
#include "tests/unit/server/store/fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fixture f;

static void setup(void)
{
    fixture_open(&f);
    ck_ok(db_exec(fixture_db(&f), "CREATE TEMP TABLE t (a BIGINT, b BIGINT)", &f.e), &f.e);
}

static void teardown(void)
{
    fixture_close(&f);
}

START_TEST(values_come_back)
{
    struct stmt q;
    size_t n = 0;
    char small[4];
    char *text;

    stmt_open(&q, fixture_db(&f), &f.e,
              "SELECT CAST(:i AS BIGINT), CAST(:d AS DOUBLE PRECISION), "
              "CAST(:nan AS DOUBLE PRECISION), :t, :null, :blob, :empty");
    stmt_bind_i64(&q, ":i", INT64_MIN);
    stmt_bind_f64(&q, ":d", 0.1);
    stmt_bind_f64(&q, ":nan", NAN);
    stmt_bind_text(&q, ":t",
                   "gr\xc3\xbc\xc3\x9f"
                   "e");
    stmt_bind_text(&q, ":null", NULL);
    stmt_bind_blob(&q, ":blob", "a\0b", 3);
    stmt_bind_blob(&q, ":empty", "", 0);
    ck_assert(stmt_row(&q));
    ck_assert(stmt_i64(&q, 0) == INT64_MIN);
    ck_assert(stmt_f64(&q, 1) == 0.1);
    ck_assert(isnan(stmt_f64(&q, 2)));
    text = stmt_text(&q, 3);
    ck_assert_str_eq(text, "gr\xc3\xbc\xc3\x9f"
                           "e");
    free(text);
    stmt_copy(&q, 3, small, sizeof(small));
    ck_assert_str_eq(small, "gr\xc3");
    ck_assert_ptr_null(stmt_text(&q, 4));
    ck_assert(memcmp(stmt_blob(&q, 5, &n), "a\0b", 3) == 0);
    ck_assert_uint_eq(n, 3);
    ck_assert_ptr_null(stmt_blob(&q, 6, &n));
    ck_assert_uint_eq(n, 0);
    ck_assert(!stmt_row(&q));
    ck_ok(stmt_close(&q), &f.e);
}
END_TEST

START_TEST(an_unknown_name_is_an_error)
{
    struct stmt q;

    stmt_open(&q, fixture_db(&f), &f.e, "INSERT INTO t (a) VALUES (:a)");
    stmt_bind_i64(&q, ":a", 1);
    stmt_bind_i64(&q, ":misspelt", 1);
    stmt_run(&q);
    ck_status(stmt_close(&q), ST_INTERNAL, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "a fault of lstmd"));
    ck_assert(!strstr(f.e.message, "INSERT INTO t")); /* that goes to the debug log alone */
    ck_assert_int_eq(fixture_int(&f, "SELECT count(*) FROM t"), 0);
}
END_TEST

START_TEST(the_first_error_sticks)
{
    struct stmt q;

    stmt_open(&q, fixture_db(&f), &f.e, "SELECT nothing FROM nowhere");
    stmt_bind_i64(&q, ":a", 1);
    ck_assert(!stmt_row(&q));
    ck_assert_int_eq(stmt_i64(&q, 0), 0);
    ck_assert_ptr_null(stmt_text(&q, 0));
    ck_status(stmt_close(&q), ST_INTERNAL, &f.e);
    ck_assert_ptr_nonnull(strstr(f.e.message, "a fault of lstmd"));
}
END_TEST

START_TEST(a_statement_inside_itself_is_another)
{
    static const char sql[] = "SELECT :a UNION ALL SELECT :a + 1";
    struct stmt outer, inner;
    int64_t sum = 0;

    stmt_open(&outer, fixture_db(&f), &f.e, sql);
    stmt_bind_i64(&outer, ":a", 10);
    while (stmt_row(&outer)) {
        stmt_open(&inner, fixture_db(&f), &f.e, sql);
        stmt_bind_i64(&inner, ":a", stmt_i64(&outer, 0));
        while (stmt_row(&inner))
            sum += stmt_i64(&inner, 0);
        ck_ok(stmt_close(&inner), &f.e);
    }
    ck_ok(stmt_close(&outer), &f.e);
    ck_assert_int_eq(sum, 10 + 11 + 11 + 12);
}
END_TEST

START_TEST(what_is_out_of_bounds_is_corrupt)
{
    struct stmt q;

    stmt_open(&q, fixture_db(&f), &f.e, "SELECT 8, 9");
    ck_assert(stmt_row(&q));
    ck_assert_int_eq(stmt_within(&q, 0, 0, 8), 8);
    ck_assert_int_eq(stmt_within(&q, 1, 0, 8), 0);
    ck_status(stmt_close(&q), ST_CORRUPT, &f.e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stmt");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, values_come_back);
    tcase_add_test(t, an_unknown_name_is_an_error);
    tcase_add_test(t, the_first_error_sticks);
    tcase_add_test(t, a_statement_inside_itself_is_another);
    tcase_add_test(t, what_is_out_of_bounds_is_corrupt);
    suite_add_tcase(s, t);
    return suite_run(s);
}
