/* test_regrid.c - appended rows are moved to the timeline of the stored ones. */
#include "server/data/regrid.h"

#include "tests/unit/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct timeline days(const char *alias)
{
    struct timeline t = {0};

    ck_assert_int_eq(timeline_frequency(&t, alias, NULL), ST_OK);
    t.start = 18631; /* 2021-01-04, a Monday */
    return t;
}

START_TEST(weekends_without_values_are_dropped)
{
    double v[9] = {1, NAN, NAN, 2, 3, NAN, 4, 5, NAN};
    struct series s = {.id = (char[]){"s"}, .time = days("D"), .length = 9, .values = v}, out;
    struct timeline business = days("B");
    double *owned = NULL;
    int64_t first = -1;
    struct err e = {0};

    timeline_skip(&s.time, 4); /* from Friday to the Saturday after */
    ck_assert_msg(!series_regrid(&out, &owned, &first, &s, 1, &business, &e), "%s", e.message);
    ck_assert_int_eq(first, 4);
    ck_assert_int_eq(out.length, 6);
    ck_assert_double_eq(out.values[1], 2);
    ck_assert(isnan(out.values[3]));
    ck_assert_double_eq(out.values[5], 5);
    free(owned);
    v[1] = 7; /* a value on Saturday */
    ck_assert_int_eq(series_regrid(&out, &owned, &first, &s, 1, &business, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "series 's': 2021-01-09 (Saturday)"), "%s", e.message);
    ck_assert_ptr_null(owned);
}
END_TEST

START_TEST(the_same_grid_costs_nothing)
{
    double v[2] = {1, 2};
    struct series s = {.id = (char[]){"s"}, .time = days("B"), .length = 2, .values = v}, out;
    struct timeline stored = days("B");
    double *owned = NULL;
    int64_t first = -1;

    ck_assert_int_eq(time_style_format(&stored.style, "%d/%m/%Y", NULL), ST_OK);
    timeline_skip(&s.time, 7);
    ck_assert_int_eq(series_regrid(&out, &owned, &first, &s, 1, &stored, NULL), ST_OK);
    ck_assert_int_eq(first, 7);
    ck_assert_ptr_null(owned);
    ck_assert_ptr_eq(out.values, v);
    ck_assert_str_eq(out.time.style.format, "%d/%m/%Y");
}
END_TEST

START_TEST(other_frequencies_are_refused)
{
    double v[2] = {1, 2};
    struct series s = {.id = (char[]){"s"}, .time = days("2D"), .length = 2, .values = v}, out;
    struct timeline stored = days("D");
    double *owned = NULL;
    int64_t first = -1;
    struct err e = {0};

    ck_assert_int_eq(series_regrid(&out, &owned, &first, &s, 1, &stored, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "'D'; the new rows have '2D'"), "%s", e.message);
    s.length = 1;
    ck_assert_int_eq(series_regrid(&out, &owned, &first, &s, 1, &stored, &e), ST_OK);
    free(owned);
}
END_TEST

#define ROWS(t) (int)(sizeof(t) / sizeof((t)[0]))

int main(void)
{
    Suite *s = suite_create("regrid");
    TCase *c = tcase_create("regrid");

    tcase_add_test(c, weekends_without_values_are_dropped);
    tcase_add_test(c, the_same_grid_costs_nothing);
    tcase_add_test(c, other_frequencies_are_refused);
    suite_add_tcase(s, c);
    return suite_run(s);
}
