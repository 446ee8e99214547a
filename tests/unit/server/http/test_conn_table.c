/* test_conn_table.c - finding the connection of a file descriptor. */
#include "server/http/conn_table.h"
#include "server/http/conns.h"
#include "tests/unit/suite.h"

#include <limits.h>

START_TEST(a_connection_is_found_by_its_number)
{
    struct conn *a = calloc(1, sizeof(*a)), *b = calloc(1, sizeof(*b));

    ck_assert(a && b);
    ck_assert_ptr_null(conn_table_find(7));
    ck_assert(conn_table_put(7, a));
    ck_assert(conn_table_put(8, b));
    ck_assert_ptr_eq(conn_table_find(7), a);
    ck_assert_ptr_eq(conn_table_find(8), b);
    conn_table_remove(7);
    ck_assert_ptr_null(conn_table_find(7));
    ck_assert_ptr_eq(conn_table_find(8), b);
    conn_table_remove(8);
    free(a);
    free(b);
}
END_TEST

START_TEST(numbers_beyond_the_table_are_refused)
{
    struct conn *c = calloc(1, sizeof(*c));

    ck_assert_ptr_nonnull(c);
    ck_assert(!conn_table_put(-1, c));
    ck_assert(!conn_table_put(INT_MAX, c));
    ck_assert_ptr_null(conn_table_find(-1));
    ck_assert_ptr_null(conn_table_find(INT_MAX));
    free(c);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http conn table");
    TCase *t = tcase_create("http conn table");

    tcase_add_test(t, a_connection_is_found_by_its_number);
    tcase_add_test(t, numbers_beyond_the_table_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
