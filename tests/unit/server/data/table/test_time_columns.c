/* test_time_columns.c - finding the columns of the time. */
#include "tests/unit/server/data/table/tables.h"
#include "tests/unit/suite.h"

static const struct {
    const char *text;
    struct table_options o;
    const char *shown;
} rows[] = {
    {"Week,y\n202001,1\n202002,2\n202003,3\n", {0}, "x W 202001 [1 2 3] {date_format}"},
    /* weeks and quarters as people call them */
    {"year,week,y\n2020,52,1\n2020,53,2\n2021,1,3\n", {0}, "x W 2020-12-21 [1 2 3] {time_joined}"},
    {"Year,Week,y\n2023,W01,1\n2023,KW 2,2\n2023,Week 3,3\n",
     {0},
     "x W 2023-01-02 [1 2 3] {time_joined}"},
    {"year,week,y\n2021,53,1\n",
     {0},
     "'53' in column 'week' is not a time that is read here (2020-01-31, 31/01/2020, Jan 2020, "
     "2020Q1, 2020-W05, 2020-01-31T12:00:00Z and others): say how it is written with ?date_format= "
     "in strptime's letters (%d/%m/%Y), or name the time column with ?time="},
    {"Year,Quarter,y\n2010,3. Quarter,1\n2010,4. Quarter,2\n2011,1. Quarter,3\n",
     {0},
     "x Q 2010Q3 [1 2 3] {time_joined}"},
    /* seconds since 1970 under names that other numbers have, too */
    {"t,y\n1577836800,1\n1577840400,2\n", {0}, "x H 1577836800 [1 2] {date_format}"},
    {"open_time,y\n1577836800000,1\n1577840400000,2\n",
     {0},
     "x H 1577836800000 [1 2] {date_format}"},
    {"t,y\n5,1\n6,2\n", {0}, "x  5 [1 2]"},
    /* and without a header, where only the size of the numbers shows it */
    {"1577836800000,5,0.5,1577840399999\n1577840400000,6,0.6,1577843999999\n"
     "1577844000000,8,0.7,1577847599999\n",
     {.default_id = "x"},
     "x H 1577836800000 [5 0.5 6 0.6 8 0.7] {column_left_out} {date_format}"},
    {"2020;November;1,5\n2020;Dezember;1,6\n2021;Januar;1,7\n",
     {0},
     "x M 2020-11 [1.5 1.6 1.7] {time_joined} {number_format}"},
    {"1949,11,112\n1949,12,118\n1950,1,132\n", {0}, "x M 1949-11 [112 118 132] {time_joined}"},
    {"2020,11,5\n1800,12,6\n1900,11,7\n", {0}, "x  0 [2020 11 5 1800 12 6 1900 11 7]"},
    {"1577844000;7\n1577840400;6\n1577836800;5\n",
     {0},
     "x H 1577836800 [5 6 7] {date_format} {sorted}"},
    {"1577836800\n1577840400\n1577844000\n", {0}, "x  0 [1577836800 1577840400 1577844000]"},
    {"1,1577836800\n2,1577840400\n3,1477844000\n",
     {0},
     "x  0 [1 1577836800 2 1577840400 3 1477844000]"},
    {"unix,date,y\n1577844000,2020-01-01 02:00,7\n1577840400,2020-01-01 01:00,6\n"
     "1577836800,2020-01-01 00:00,5\n",
     {0},
     "x H 2020-01-01 00:00 [5 6 7] {column_left_out} {sorted}"},
    /* the day of the year, and minutes */
    {"YEAR,DOY,T2M\n2020,365,1\n2020,366,2\n2021,1,3\n",
     {0},
     "x D 2020-12-30 [1 2 3] {time_joined}"},
    {"YEAR,DOY,T2M\n2021,366,2\n",
     {0},
     "'366' in column 'DOY' is not a time that is read here (2020-01-31, 31/01/2020, Jan 2020, "
     "2020Q1, 2020-W05, 2020-01-31T12:00:00Z and others): say how it is written with ?date_format= "
     "in strptime's letters (%d/%m/%Y), or name the time column with ?time="},
    {"year,doy,hour,y\n2021,2,23,1\n2021,3,0,2\n",
     {0},
     "x H 2021-01-02T23:00:00 [1 2] {time_joined}"},
    {"a,b,y\n2021,40,1\n2021,41,2\n", {.time = "a,b"}, "x D 2021-02-09 [1 2] {time_joined}"},
    {"Year,Month,Day,Hour,Minute,GHI\n2020,1,1,0,0,1\n2020,1,1,0,30,2\n2020,1,1,1,0,3\n",
     {0},
     "x 30min 2020-01-01T00:00:00 [1 2 3] {time_joined}"},
    {"date,hour,minute,y\n2020-01-01,23,45,1\n2020-01-02,0,0,2\n",
     {0},
     "x 15min 2020-01-01T23:45:00 [1 2] {time_joined}"},
    {"time,P\n20200101:0011,1\n20200101:0111,2\n",
     {0},
     "x H 2020-01-01T00:11:00 [1 2] {date_format}"},
    {"Year,Qtr,y\n2010,3,1\n2010,4,2\n2011,1,3\n", {0}, "x Q 2010Q3 [1 2 3] {time_joined}"},
    {"date,y\n20200101 0000,1\n20200101 0100,2\n",
     {0},
     "x H 2020-01-01T00:00:00 [1 2] {date_format}"},
    {"ann\xc3\xa9"
     "e,mois,y\n2020,janvier,1\n2020,f\xc3\xa9vrier,2\n",
     {0},
     "x M 2020-01 [1 2] {time_joined}"},
    {"time,y\n12:00,1\n13:00,2\n",
     {0},
     "'12:00' in column 'time' is a time of day without its date: name the column of dates beside "
     "it with ?time=date,time, or only the columns to keep with ?target=, whose rows are counted "
     "then"},
    {"year,month,y\n1949,January,1\n1949,February,2\n", {0}, "x M 1949-01 [1 2] {time_joined}"},
    {"year,month,day,hour,y\n2020,1,31,23,1\n2020,2,1,0,2\n",
     {0},
     "x H 2020-01-31T23:00:00 [1 2] {time_joined}"},
    {"Date,Time,y\n16/12/2006,00:00:00,1\n16/12/2006,01:00:00,2\n",
     {0},
     "x H 2006-12-16T00:00:00 [1 2] {time_joined} {date_format}"},
    {"d,hh,y\n2020-01-01,1305,1\n2020-01-01,1405,2\n",
     {.time = "d,hh"},
     "x H 2020-01-01T13:05:00 [1 2] {time_joined}"},
    {"step,y\n5,1\n6,3\n7,2\n", {0}, "x  5 [1 3 2]"},
    {"year,month,day,y\n2021,2,29,1\n",
     {0},
     "'29' in column 'day' is not a time that is read here (2020-01-31, 31/01/2020, Jan 2020, "
     "2020Q1, 2020-W05, 2020-01-31T12:00:00Z and others): say how it is written with ?date_format= "
     "in strptime's letters (%d/%m/%Y), or name the time column with ?time="},
    {"when,y\n31|1|20,1\n1|2|20,2\n",
     {.time = "when", .date_format = "%d|%m|%y"},
     "x D 31|01|20 [1 2]"},
    {"when,y\n31/1,1\n1/2,2\n",
     {.time = "when", .date_format = "%d/%m"},
     "the date format '%d/%m' does not tell the year; write it in strptime's letters, such as "
     "%d/%m/%Y or %Y-%m-%d %H:%M"},
};

START_TEST(texts_are_read)
{
    ck_assert_str_eq(shown(rows[_i].text, &rows[_i].o), rows[_i].shown);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("time columns");
    TCase *t = tcase_create("time columns");

    tcase_add_loop_test(t, texts_are_read, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
