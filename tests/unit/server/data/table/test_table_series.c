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
    /* ranges begin where their first day does */
    {"w,y\n2020-01-06 to 2020-01-12,1\n2020-01-13 to 2020-01-19,2\n",
     {0},
     "x W 2020-01-06 [1 2] {date_format}"},
    {"w,y\n03/02/2020 - 09/02/2020,1\n10/02/2020 - 16/02/2020,2\n",
     {0},
     "x W 2020-02-03 [1 2] {date_format}"},
    {"w,y\n02/03/2020 - 02/09/2020,1\n02/10/2020 - 02/16/2020,2\n",
     {0},
     "x W 2020-02-03 [1 2] {date_format}"},
    {"time,y\n2020-01-06 00:00 CET,1\n2020-01-06 01:00 CET,2\n",
     {0},
     "x H 2020-01-06 00:00 CET [1 2] {zone_names}"},
    {"time,y\n2020-10-25 02:00 CEST,1\n2020-10-25 02:00 CET,2\n",
     {0},
     "x H 2020-10-25T00:00:00Z [1 2] {zone_names}"},
    {"time,y\n1/31/2020 11:00 a.m.,1\n1/31/2020 12:00 p.m.,2\n",
     {0},
     "x H 2020-01-31T11:00:00 [1 2] {date_format}"},
    /* as R exports time(AirPassengers), quarters, and what NOAA writes */
    {"time,value\n1949,112\n1949.08333333333,118\n1949.16666666667,132\n1949.25,129\n",
     {0},
     "x M 1949-01 [112 118 132 129] {date_format}"},
    {"time,y\n1949.000,1\n1949.083,2\n1949.167,3\n1949.333,4\n",
     {0},
     "x M 1949-01 [1 2 3 nan 4] {date_format} {missing_values}"},
    {"year,y\n1956,1\n1956.25,2\n1956.5,3\n1956.75,4\n", {0}, "x Q 1956Q1 [1 2 3 4] {date_format}"},
    {"decimal,co2\n1958.2027,315.7\n1958.2877,317.45\n1958.3699,317.51\n",
     {.time = "decimal"},
     "x M 1958-03 [315.7 317.45 317.51] {date_format}"},
    /* NOAA's ISD; numbers with a comma and a sign */
    {"DATE,TMP\n2024-01-01T00:51:00,\"+0100,5\"\n2024-01-01T01:51:00,\"-0012,C\"\n"
     "2024-01-01T02:51:00,\"+9999,9\"\n2024-01-01T03:51:00,\"+1012,1\"\n",
     {0},
     "x H 2024-01-01T00:51:00 [10 -1.2 nan 101.2] {number_format} {missing_values}"},
    {"ds;y\n2024-01-01;+1234,5\n2024-01-02;-2000,1\n",
     {0},
     "x D 2024-01-01 [1234.5 -2000.1] {number_format}"},
    {"MESS_DATUM;TT\n2020010122;  1.5\n2020010123;  2.5\n2020010200;  3.5\n",
     {0},
     "x H 2020-01-01T22:00:00 [1.5 2.5 3.5] {date_format}"},
    {"time,y\n202001311200,1\n202001311300,2\n",
     {0},
     "x H 2020-01-31T12:00:00 [1 2] {date_format} {fractions_of_seconds}"},
    {"time,y\n20200131T1200Z,1\n20200131T1300Z,2\n",
     {0},
     "x H 2020-01-31T12:00:00Z [1 2] {date_format}"},
    /* WHO's GHO, and dates in three columns with a common beginning */
    {"SpatialDim,TimeDim,NumericValue\nDEU,2010,1\nFRA,2010,2\nDEU,2011,3\nFRA,2011,4\n",
     {0},
     "DEU Y 2010 [1 3] FRA Y 2010 [2 4] {id_columns}"},
    {"arrival_date_year,arrival_date_month,arrival_date_day_of_month,adr\n2015,July,1,70.5\n"
     "2015,July,2,71\n2015,July,3,72\n",
     {0},
     "x D 2015-07-01 [70.5 71 72] {time_joined}"},
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
