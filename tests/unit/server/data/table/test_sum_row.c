/* test_sum_row.c - a row that sums up the others without a label. */
#include "server/data/table/sum_row.h"
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text, *shown;
} rows[] = {
    {"date,y\n2020-01-01,1\n2020-01-02,2\n2020-01-03,4\n,7\n",
     "x D 2020-01-01 [1 2 4] {total_row}"},
    {"date;a;b\n01.01.2020;1,5;3\n02.01.2020;2,5;4\n13.01.2020;5;5\n;9;4\n\n",
     "the times are irregular"}, /* a sum and a mean: the row is gone */
    {"year,month,y\n2020,1,1\n2020,2,2\n2020,3,3\n,,2\n",
     "x M 2020-01 [1 2 3] {total_row} {time_joined}"},
    {"date,shop,y\n2020-01,a,1\n2020-01,b,2\n2020-02,a,3\n2020-02,b,4\n,,10\n",
     "a M 2020-01 [1 3] b M 2020-01 [2 4] {total_row} {id_columns}"},
    /* the first row; visitors that are counted once in their total */
    {"date,c,y\n,,7\n2020-01-01,a,1\n2020-01-02,a,2\n2020-01-03,a,4\n",
     "x D 2020-01-01 [1 2 4] {total_row}"},
    {"date,y\n2020-01-01,1\n2020-01-02,2\n2020-01-03,1\n2020-01-04,2\n2020-01-05,1\n2020-01-06,2\n"
     "2020-01-07,1\n2020-01-08,2\n,9\n",
     "x D 2020-01-01 [1 2 1 2 1 2 1 2] {total_row}"},
    /* it may be a mistake */
    {"date,y\n2020-01-01,1\n2020-01-02,2\n2020-01-03,4\n,8\n",
     "the time is empty in column 'date'; every row needs one"},
    {"date,y,z\n2020-01-01,1,1\n2020-01-02,2,1\n2020-01-03,4,1\n,7,9\n",
     "the time is empty in column 'date'; every row needs one"},
    {"date,y\n2020-01-01,1\n,3\n2020-01-03,2\n",
     "the time is empty in column 'date'; every row needs one"},
};

START_TEST(sums_without_a_time)
{
    ck_assert_msg(strstr(shown(rows[_i].text, NULL), rows[_i].shown) != NULL, "%s",
                  shown(rows[_i].text, NULL));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sum row");
    TCase *t = tcase_create("sum row");

    tcase_add_loop_test(t, sums_without_a_time, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
