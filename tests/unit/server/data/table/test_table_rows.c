/* test_table_rows.c - the series of a long table. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"date,y\n2020-01-03,3\n2020-01-01,1\n", {0}, "x 2D 2020-01-01 [1 3] {sorted}"},
    {"ds,y\n2020-01-01 00:01,1\n2020-01-01 00:04,2\n2020-01-01 00:12,5\n",
     {.frequency = "5min", .aggregate = AGGREGATE_SUM},
     "x 5min 2020-01-01T00:00:00Z [3 nan 5] {missing_values}"},
    {"ds,k\n2020-01-01 10:01,a\n2020-01-03 00:04,b\n2020-01-03 00:12,a\n",
     {.frequency = "D", .aggregate = AGGREGATE_COUNT, .id = "k"},
     "a D 2020-01-01 [1 0 1] b D 2020-01-01 [0 0 1]"},
    {"ds,y\n2020-01-01,1\n2020-01-02,2\n2020-01-02,3\n",
     {.aggregate = AGGREGATE_LAST},
     "x D 2020-01-01 [1 3]"},
    {"id,ds,y\nlong,2020-01-31,1\nlong,2020-02-29,2\nlong,2020-03-31,3\nlong,2020-04-30,4\nshort,"
     "2020-04-30,9\n",
     {0},
     "long M 2020-01-31 [1 2 3 4] short M 2020-04-30 [9]"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table rows");
    TCase *t = tcase_create("table rows");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
