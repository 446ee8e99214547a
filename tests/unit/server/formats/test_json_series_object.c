/* test_json_series_object.c - an object with a series: the effect of its members, and which of its
 * errors is reported. */
#include "tests/unit/server/formats/shown.h"
#include "tests/unit/suite.h"

static const struct shown rows[] = {
    /* clang-format off */
    {"{\"values\":[]}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":[1,2,3,4,5,6,7]}", ST_TOO_LARGE,
     "7 values; max_series_length allows 6 | /values | 0"},
    {"{\"values\":[1,\"2\"]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/1 | 0"},
    {"{\"values\":[1,true]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/1 | 0"},
    {"{\"values\":[1,2],\"columns\":[\"a\",\"b\"]}", ST_INVALID,
     "a row must be a list of 2 values, one for each column | /values/0 | 0"},
    {"{\"values\":[{\"values\":[1,2]}]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/0 | 0"},
    {"{\"values\":3}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":{\"values\":[1,2]}}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":[1,2],\"covariates\":{\"heat\":[3,4],\"wind\":[0]}}", ST_OK,
     "<value><heat><wind>2 [x 0 1 0:1,3,0,2,4,nan,]"},
    {"{\"values\":[1,2],\"covariates\":{\"heat\":[0.5]}}", ST_OK,
     "<value><heat>1 [x 0 1 0:1,0.5,2,nan,]"},
    {"{\"values\":[1,2],\"covariates\":{\"values\":[3,4]}}", ST_OK,
     "<value><values>1 [x 0 1 0:1,3,2,4,]"},
    {"{\"values\":[1,2],\"covariates\":{\"values\":[3],\"heat\":[4]}}", ST_OK,
     "<value><values><heat>2 [x 0 1 0:1,3,4,2,nan,nan,]"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1,2]},{\"id\":\"b\",\"values\":[3,\"x\"]}]}",
     ST_INVALID,
     "a value must be a number, or null where it is missing | /series/1/values/1 | 0"},
    {"{\"series\":[{\"values\":[1]}]}", ST_INVALID,
     "id is missing | /series/0/id | 0"},
    {"{\"start\":[{\"values\":[1]}],\"values\":[1]}", ST_INVALID,
     "start must be a string, not a list | /start | 0"},
    {"{\"values\":null}", ST_INVALID,
     "values must be a list of at least one number or null | /values | 0"},
    {"{\"values\":[1],\"frequency\":\"M\"}", ST_INVALID,
     "start is missing: a series with a frequency begins at some time | /start | 0"},
    {"{\"values\":[1],\"start\":5}", ST_INVALID,
     "start must be a string, not a number | /start | 0"},
    {"{\"values\":[1],\"start\":\"soon\"}", ST_INVALID,
     "'soon' is not a time: write 1949, 1949-01, 1949-01-31, 1949Q1, 1949-01-31T12:00:00Z"
     " or epoch seconds | /start | 0"},
    {"{\"values\":[1],\"start\":\"1949-01\",\"frequency\":\"Z\"}", ST_INVALID,
     "frequency 'Z' is not known; give Y, Q, M, W, B, D, H, min or S, with a multiple before"
     " it where needed (15min) | /frequency | 0"},
    {"{\"columns\":[\"a\",\"b\"],\"values\":[[1,null],[3,4]],\"covariates\":{\"heat\":[5,"
     "6,7]}}", ST_OK,
     "<a><b><heat>1 [x 0 1 0:1,nan,5,3,4,6,nan,nan,7,]"},
    {"{\"values\":[[1,2],[3,4]],\"id\":\"y\",\"covariates\":{\"h\":[5]},\"columns\":[\"a\","
     "\"b\"]}", ST_OK,
     "<a><b><h>1 [y 0 1 0:1,2,5,3,4,nan,]"},
    {"{\"series\":[{\"id\":\"y\",\"values\":[1]}],\"columns\":[\"a\",\"b\"]}", ST_INVALID,
     "a row must be a list of 2 values, one for each column | /series/0/values/0 | 0"},
    {"{\"covariates\":{\"heat\":[1]},\"values\":[1],\"columns\":[\"heat\"]}", ST_INVALID,
     "'heat' is a value column and a covariate | /covariates | 0"},
    {"{\"values\":[1],\"covariates\":[1]}", ST_INVALID,
     "covariates must be an object of lists, one for each name | /covariates | 0"},
    {"{\"values\":[1],\"covariates\":null}", ST_OK,
     "<value>0 [x 0 1 0:1,]"},
    {"{\"values\":[1],\"covariates\":{\"heat\":[]}}", ST_INVALID,
     "a covariate must be a list of 1 to 6 numbers, null where it is missing | /covariate"
     "s/heat | 0"},
    {"{\"values\":[1],\"covariates\":{\"heat\":[true]}}", ST_INVALID,
     "a value must be a number, or null where it is missing | /covariates/heat/0 | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1],\"covariates\":{\"h\":[1,2]}},{\"id\":\"b"
     "\",\"values\":[3],\"covariates\":{\"w\":[1]}}]}", ST_INVALID,
     "'w' is no covariate of the first series; all have the same ones | /series/1/covaria"
     "tes/w | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1],\"covariates\":{\"h\":[1,2]}},{\"id\":\"b"
     "\",\"values\":[3,4,5]}]}", ST_OK,
     "<value><h>1 [a 0 1 0:1,1,nan,2,] [b 0 1 0:3,nan,4,nan,5,nan,]"},
    {"{\"series\":[{\"id\":7,\"values\":[1]}]}", ST_INVALID,
     "id must be a string, not a number | /series/0/id | 0"},
    {"{\"series\":[{\"id\":\"\",\"values\":[1]}]}", ST_INVALID,
     "a series id is empty | /series/0/id | 0"},
    {"{\"values\":[{\"a\":{\"a\":1}}]}", ST_INVALID,
     "a value must be a number, or null where it is missing | /values/0 | 0"},
    {"{\"series\":[{\"id\":\"a\",\"values\":[1]}],\"covariates\":{\"h\":[1]}}", ST_OK,
     "<value>0 [a 0 1 0:1,]"},
    {"{\"values\":[1],\"start\":\"1949-01\",\"frequency\":\"M\",\"anchor\":\"last\"}", ST_INVALID,
     "an anchor goes with a start that has a day, and the frequency M, Q or Y | /anchor | 0"},
    {"{\"values\":[1],\"start\":\"1949-01-31\",\"frequency\":\"M\",\"anchor\":\"x\"}", ST_INVALID,
     "'x' is no place in a month; give a day from 1 to 31 (31 is the last of each), 'first business"
     " day' or 'last business day' | /anchor | 0"},
    {"{\"values\":[1],\"start\":\"1949-01-31\",\"frequency\":\"M\",\"anchor\":\"15\"}", ST_INVALID,
     "1949-01-31 is not on the grid of frequency M, which has 1949-01-15 | /anchor | 0"},
    {"{\"values\":[1],\"start\":\"1949-01-31\",\"frequency\":\"M\",\"anchor\":5}", ST_INVALID,
     "anchor must be a string, not a number | /anchor | 0"},
    {"{\"values\":[1],\"start\":\"1949-01-03\",\"frequency\":\"D\",\"open\":\"x\"}", ST_INVALID,
     "'x' are no open steps; write days and times of steps of the series, such as Mon-Sat or"
     " Mon-Fri 07-17; Sat 08-12 | /open | 0"},
    {"{\"values\":[1],\"start\":\"1949-01-03\",\"frequency\":\"D\",\"date_format\":\"%v\"}",
     ST_INVALID,
     "'%v' in the date format '%v' is not known; give strftime's letters such as %Y %m %d"
     " %b %H %M %S, %q for the quarter | /date_format | 0"},
    {"{\"values\":[1,2],\"start\":\"7\",\"frequency\":\"index\"}", ST_OK,
     "<value>0 [x 0 1 7:1,2,]"},
    {"{\"values\":[1],\"start\":\"1949-01-03\",\"frequency\":\"D\",\"open\":[]}", ST_INVALID,
     "open must be a string, not a list | /open | 0"},
    {"{\"values\":[1],\"date_format\":true}", ST_INVALID,
     "date_format must be a string, not a boolean | /date_format | 0"},
    /* clang-format on */
};

START_TEST(an_object_becomes_a_series_or_is_refused)
{
    check_shown(&rows[_i]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("json_series_object");
    TCase *t = tcase_create("all");

    tcase_add_loop_test(t, an_object_becomes_a_series_or_is_refused, 0,
                        (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
