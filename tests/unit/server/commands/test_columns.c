/* test_columns.c - aligned tables. */
#include "server/commands/columns.h"

#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    const char *text;
    char separator;
    int plain, digits;
    const char *want;
} cases[] = {
    {"id,n\na,1\nbcd,22\n", ',', 0, 6, "id    n\na     1\nbcd  22\n"},
    {"id,n\n1.10,1.23456789\n", ',', 1, 3, "  id     n\n1.10  1.23\n"},
    {"id,n\n\"a,b \"\"c\"\"\",2\n", ',', 0, 6, "id       n\na,b \"c\"  2\n"},
    {"id\tn\na,b\t-\n", '\t', 0, 6, "id   n\na,b  -\n"},
    {"a,b\r\n1,x\r\n", ',', 0, 6, "a  b\n1  x\n"},
    {"a,b\nx\ny,z,more\n", ',', 0, 6, "a  b\nx\ny  z  more\n"},
    {"n\n1e400\n", ',', 0, 6, "  n\ninf\n"},
    {"a\n\x1b[31mred\n", ',', 0, 6, "a\n?[31mred\n"},
    {"\xc3\xa9t\xc3\xa9,b\nx,y\n", ',', 0, 6, "\xc3\xa9t\xc3\xa9  b\nx    y\n"},
    {"n\n1.25\nx\n", ',', 0, 2, "n\n1.25\nx\n"}, /* not all are numbers: as it is */
    {"", ',', 0, 6, ""},
    {"a,b", ',', 0, 6, "a  b\n"},
};

START_TEST(columns_are_aligned)
{
    struct buf b;

    buf_init(&b, 10000);
    columns_put(&b, cases[_i].text, strlen(cases[_i].text), cases[_i].separator, cases[_i].plain,
                cases[_i].digits);
    ck_assert_str_eq(b.len ? b.data : "", cases[_i].want);
    buf_release(&b);
}
END_TEST

START_TEST(wide_tables_and_long_cells_are_cut)
{
    char text[2000] = "";
    struct buf b;

    for (int i = 0; i < 100; i++)
        strcat(text, "c,");
    strcat(text, "end\n");
    for (int i = 0; i < 150; i++)
        strcat(text, "\xc3\xa9");
    buf_init(&b, 100000);
    columns_put(&b, text, strlen(text), ',', 0, 6);
    ck_assert_ptr_null(strstr(b.data, "end"));
    ck_assert_ptr_nonnull(strstr(b.data, "\xc3\xa9\n")); /* whole characters */
    buf_release(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("columns");
    TCase *t = tcase_create("columns");

    tcase_add_loop_test(t, columns_are_aligned, 0, (int)(sizeof cases / sizeof *cases));
    tcase_add_test(t, wide_tables_and_long_cells_are_cut);
    suite_add_tcase(s, t);
    return suite_run(s);
}
