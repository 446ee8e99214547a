/* test_csv_dialect.c - recognition of the form of CSV. */
#include "server/formats/csv_dialect.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    const char *text;
    char separator;
} texts[] = {
    {"a,b\n1,2\n", ','},
    {"a;b\n1,5;2,5\n", ';'},
    {"a\tb\n1\t2\n", '\t'},
    {"a|b\n1|2\n", '|'},
    {"y\n1\n", ','},
    {"\"a;b\",c\n1,2\n", ','},
    {"a;b;c\n1,2;3,4;5,6\n1;3,4;5\n", ';'},
    {"Date;Price, EUR\n01.01.2020;1,5\n", ';'},
};

START_TEST(separators_are_found)
{
    const char *text = texts[_i].text;

    ck_assert_int_eq(dialect_separator(text, text + strlen(text)), texts[_i].separator);
}
END_TEST

START_TEST(a_first_line_may_tell_the_separator)
{
    static const char text[] = "sep=;\na;b\n", other[] = "separator;b\n";
    const char *p = text, *q = other;

    ck_assert_int_eq(dialect_sep_line(&p, text + strlen(text)), ';');
    ck_assert_ptr_eq(p, text + 5);
    ck_assert_int_eq(dialect_sep_line(&q, other + strlen(other)), '\0');
    ck_assert_ptr_eq(q, other);
}
END_TEST

static const struct {
    const char *first[4], *second[4];
    bool data;
} rows[] = {
    {{"date", "y"}, {"2020-01-01", "5"}, false},
    {{"2020-01-01", "5"}, {"2020-01-02", "6"}, true},
    {{"a", "2020-01-01", "5"}, {"a", "2020-01-02", "6"}, true},
    {{"5"}, {"6"}, true},
    {{"1949", "1950", "1951"}, {"5", "7", "9"}, false},
    {{"month", "1949", "1950"}, {"Jan", "5", "7"}, false},
    {{"AA", "1/22/20", "1/23/20"}, {"BB", "5", "6"}, false},
    {{"x", "y"}, {"p", "q"}, false},
    {{"2020-01-01", ""}, {"2020-01-02", "6"}, true},
};

static size_t cells_of(struct cell out[4], const char *const text[4])
{
    size_t n = 0;

    for (; n < 4 && text[n]; n++)
        out[n] = cell_of(text[n]);
    return n;
}

START_TEST(a_row_of_data_is_no_header)
{
    struct cell first[4], second[4];
    size_t n = cells_of(first, rows[_i].first), m = cells_of(second, rows[_i].second);

    ck_assert_int_eq(dialect_no_header(first, n, second, m), rows[_i].data);
}
END_TEST

START_TEST(names_are_text)
{
    const struct cell names[] = {cell_of("date"), cell_of("y")},
                      data[] = {cell_of("a"), cell_of("5")};

    ck_assert(dialect_is_header(names, 2));
    ck_assert(!dialect_is_header(data, 2));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv dialect");
    TCase *t = tcase_create("csv dialect");

    tcase_add_test(t, a_first_line_may_tell_the_separator);
    tcase_add_test(t, names_are_text);
    tcase_add_loop_test(t, separators_are_found, 0, (int)(sizeof(texts) / sizeof(texts[0])));
    tcase_add_loop_test(t, a_row_of_data_is_no_header, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
