/* test_table_points.c - a cell is a value of one time. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"year,Jan,Feb\n2020,1,\n2020,5,6\n",
     {0},
     "series 'x' has two values for the time that begins on 2020-01-01; ?id= names columns that "
     "tell series apart"},
    {"id,2020-01-01,2020-01-03,2020-01-02\na,1,3,2\nb,,,\n",
     {0},
     "a D 2020-01-01 [1 2 3] b  0 [nan] {times_across} {missing_values}"},
    {"id,2020-01-01,2020-01-02,2020-01-03\na,1,x,2\n",
     {0},
     "'x' in column '2020-01-02' is not a finite number (missing values are empty, NA, null or -; "
     "?missing= names others)"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table points");
    TCase *t = tcase_create("table points");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
