/* test_choose.c - the roles of columns together. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"date,y\n2020-01-01,1\n2020-01-02,2.5\nTotal,3.5\n",
     {0},
     "x D 2020-01-01 [1 2.5] {total_row}"},
    {"date,region,y\n2020-01-01,Total,1\n2020-01-01,a,2\n2020-01-02,Total,3\n",
     {0},
     "Total D 2020-01-01 [1 3] a D 2020-01-01 [2] {id_columns}"},
    {"a,a\n1,2\n", {0}, "the column 'a' is there twice"},
    {",ds,y\n0,2020-01-01,1\n1,2020-01-02,3\n", {0}, "x D 2020-01-01 [1 3] {column_left_out}"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("choose");
    TCase *t = tcase_create("choose");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
