/* test_calendar_io.c - the calendar in the file of a forecaster. */
#include "tests/unit/core/forecast/effects.h"
#include "tests/unit/core/forecast/months.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- files ---- */

START_TEST(a_file_keeps_the_calendar)
{
    struct forecaster *f = months_fit(true), *g;
    struct checkpoint *c = file_of(f), *again;
    struct series_view v = months_view(N + LATER, false);
    struct room a, b;
    struct err e = {0};

    ck_assert_int_eq(load_file(&g, c, &e), ST_OK);
    again = file_of(g);
    ck_assert_str_eq(checkpoint_get(c, "series.calendar"),
                     checkpoint_get(again, "series.calendar"));
    months_predict(&a, f, &v);
    months_predict(&b, g, &v);
    months_same_forecast(&a, &b);
    free(a.block);
    free(b.block);
    checkpoint_free(c);
    checkpoint_free(again);
    forecaster_free(f);
    forecaster_free(g);
}
END_TEST

START_TEST(a_file_without_one_has_none)
{
    struct forecaster *plain = months_fit(false);
    struct checkpoint *c = file_of(plain);

    ck_assert_ptr_null(checkpoint_get(c, "series.calendar"));
    checkpoint_free(c);
    forecaster_free(plain);
}
END_TEST

static const struct {
    int at;
    double value;
} lies[] = {{0, 2}, {0, -1}, {0, 0.5}, {1, 1e7}, {1, 0.5}, {2, 1.5}, {12, -3}};

START_TEST(files_that_lie_are_refused)
{
    struct forecaster *f = months_fit(true), *g;
    struct checkpoint *c = file_of(f);
    double *row = NULL;
    size_t n = 0;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_get_f64s(&row, &n, c, "series.calendar", 0, 1000, &e), ST_OK);
    row[lies[_i].at] = lies[_i].value;
    ck_assert_int_eq(checkpoint_set_f64s(c, "series.calendar", row, n, &e), ST_OK);
    ck_assert_int_eq(load_file(&g, c, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "series.calendar"));
    ck_assert_int_eq(checkpoint_set_f64s(c, "series.calendar", row, n - 1, &e), ST_OK);
    ck_assert_int_eq(load_file(&g, c, &e), ST_CORRUPT);
    free(row);
    checkpoint_free(c);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("calendar_io");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_file_keeps_the_calendar);
    tcase_add_test(t, a_file_without_one_has_none);
    tcase_add_loop_test(t, files_that_lie_are_refused, 0, (int)(sizeof(lies) / sizeof(lies[0])));
    suite_add_tcase(s, t);
    return suite_run(s);
}
