/* test_table_series.c - tables and how their times are spelt. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"date,y\n01/11/2019,1\n01/12/2019,2\n01/01/2020,3\n01/02/2020,3\n01/04/2020,4\n",
     {0},
     "x M 01/11/2019 [1 2 3 3 nan 4] {date_format} {missing_values}"},
    {"ds,y\n2024-06-04 17:00:00+05:30,1\n2024-06-04 18:00:00+05:30,2\n",
     {0},
     "x H 2024-06-04 17:00:00+05:30 [1 2]"},
    {"y\n1\n2\n", {.frequency = "D"}, "there is no time column for the frequency 'D'"},
    {"y\n1\n2\n",
     {.aggregate = AGGREGATE_SUM},
     "there is no time column whose rows could be joined"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table series");
    TCase *t = tcase_create("table series");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
