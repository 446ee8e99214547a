/* test_chooser.c - finding columns by their names. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

START_TEST(lists_name_columns)
{
    struct test_table t;
    int columns[3], n = 0;

    test_table_open(&t, "a,b,\"c,d\",e\n1,2,3,4\n", NULL);
    ck_assert_int_eq(chooser_list(columns, &n, 3, &t.c, "b,a", "id"), ST_OK);
    ck_assert(n == 2 && columns[0] == 1 && columns[1] == 0);
    ck_assert_int_eq(chooser_list(columns, &n, 3, &t.c, "c,d", "id"), ST_OK);
    ck_assert(n == 1 && columns[0] == 2);
    ck_assert_int_eq(chooser_list(columns, &n, 3, &t.c, "a,bb", "id"), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(t.e.message, "no column 'bb'"));
    ck_assert_int_eq(chooser_list(columns, &n, 3, &t.c, "a,b,a", "id"), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(t.e.message, "twice"));
    ck_assert_int_eq(chooser_list(columns, &n, 1, &t.c, "a,b", "id"), ST_TOO_LARGE);
    test_table_close(&t);
}
END_TEST

START_TEST(a_sample_is_the_first_cell_that_is_there)
{
    struct test_table t;
    struct cell c;

    test_table_open(&t, "a,b\n,NA\n5, x \n", NULL);
    c = chooser_sample(&t.c, 0);
    ck_assert(c.len == 1 && *c.at == '5');
    c = chooser_sample(&t.c, 1);
    ck_assert(c.len == 1 && *c.at == 'x');
    test_table_close(&t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("chooser");
    TCase *t = tcase_create("chooser");

    tcase_add_test(t, lists_name_columns);
    tcase_add_test(t, a_sample_is_the_first_cell_that_is_there);
    suite_add_tcase(s, t);
    return suite_run(s);
}
