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
    {"id,item_id,d_1,d_2,d_3,d_4\na_x,a,5,6,7,8\nb_x,b,1,2,3,4\n",
     {0},
     "a_x  0 [5 6 7 8] b_x  0 [1 2 3 4] {column_left_out} {times_across}"},
    {"name,kind,x1,x2,x3,x4\na,k,5,6,7,8\nb,l,1,2,3,4\n", {.target = "x1"}, "x  0 [5 1]"},
    {"day,00:00,01:00,02:00,03:00,04:00,05:00,06:00,07:00,08:00,09:00,10:00,11:00,12:00,13:00,14:"
     "00,15:00,16:00,17:00,18:00,19:00,20:00,21:00,22:00,23:00\n2020-01-01,1,2,3,4,5,6,7,8,9,10,11,"
     "12,13,14,15,16,17,18,19,20,21,22,23,24\n"
     "2020-01-02,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48\n",
     {0},
     "x H 2020-01-01 00:00 [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 "
     "27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48] {times_across}"},
    {"Reading "
     "Date,H1,H2,H3,H4,H5,H6,H7,H8,H9,H10,H11,H12,H13,H14,H15,H16,H17,H18,H19,H20,H21,H22,H23,H24,"
     "Total\n01/02/2020,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,300\n"
     "31/01/2020,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,876\n",
     {0},
     "x H 31/01/2020 00:00 [25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 "
     "48 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24] {column_left_out} "
     "{times_across} {date_format}"},
    /* not all of a day */
    {"day,08:00,09:00,10:00\n2020-01-01,1,2,3\n2020-01-02,4,5,6\n",
     {0},
     "x D 2020-01-01 [1 2 3 4 5 6]"},
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
