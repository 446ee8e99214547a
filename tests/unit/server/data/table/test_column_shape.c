/* test_column_shape.c - times that go across the columns. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"Province,Country,1/22/20,1/23/20,1/24/20\n,AA,5,6,7\nP,BB,8,9,10\nQ,BB,1,2,3\n",
     {0},
     "AA D 1/22/20 [5 6 7] P/BB D 1/22/20 [8 9 10] Q/BB D 1/22/20 [1 2 3] {id_columns} "
     "{times_across}"},
    {"year,Oct,Nov,Dec,Total\n1949,1,2,3,6\n1950,,,,\n",
     {0},
     "x M 1949-10 [1 2 3] {column_left_out} {times_across}"},
    {"country,X1990,X1991,X1992,X1993\nAA,1,2,3,4\nBB,5,6,7,8\n",
     {0},
     "AA Y 1990 [1 2 3 4] BB Y 1990 [5 6 7 8] {times_across}"},
    {"country,1990 [YR1990],1991 [YR1991],1992 [YR1992]\nAA,1,2,3\nBB,5,6,7\n",
     {0},
     "AA Y 1990 [1 2 3] BB Y 1990 [5 6 7] {times_across}"},
    {"year,in,set,out\n2019,1,2,3\n2020,4,5,6\n", {0}, "x Y 2019 [1 2 3 4 5 6]"},
    {"year,Q1,Q2,Q3,Q4\n1949,1,2,3,4\n1950,5,,,\n", {0}, "x Q 1949Q1 [1 2 3 4 5] {times_across}"},
    {"V1,V2,V3,V4,V5\nH1,5,6,7,8\nH2,1,2,,\n", {0}, "H1  0 [5 6 7 8] H2  0 [1 2] {times_across}"},
    {"country,Lat,1/22/20,1/23/20,1/24/20\nAA,1.5,5,6,7\nBB,2.5,8,9,10\n",
     {0},
     "AA D 1/22/20 [5 6 7] BB D 1/22/20 [8 9 10] {column_left_out} {times_across}"},
    {"date,x1,x2,x3,x4\n2020-01-01,1,5,3,4\n2020-01-02,2,5,1,4\n",
     {0},
     "x D 2020-01-01 [1 5 3 4 2 5 1 4]"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("column shape");
    TCase *t = tcase_create("column shape");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
