/* months.c - see months.h. */
#include "tests/unit/core/forecast/months.h"

#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double months_y[ALL], months_x[ALL];

double months_saturdays(int i)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int day = 6, of = 0,
        at = 0; /* 1990-04-01 was a Sunday: day 6 of a week that begins on Mondays */

    for (int year = 1990, month = 3;; at++) {
        int length =
            lengths[month] + (month == 1 && year % 4 == 0 && (year % 100 || year % 400 == 0));

        of = 0;
        for (int d = 0; d < length; d++)
            of += (day + d) % 7 == 5;
        if (at == i)
            return of - length / 7.0;
        day = (day + length) % 7;
        month = (month + 1) % 12;
        year += month == 0;
    }
}

void months_fill(bool with)
{
    struct rng r;

    rng_seed(&r, 5);
    for (int i = 0; i < ALL; i++) {
        months_x[i] = (double)rng_normal(&r);
        months_y[i] =
            exp(4 + 0.002 * i + 0.1 * sin(2 * M_PI * i / 12) + 0.05 * months_saturdays(i) +
                (with ? 0.03 * months_x[i] : 0) + 0.005 * (double)rng_normal(&r));
    }
}

struct series_view months_view(int length, bool dated)
{
    struct series_view v = {.id = "shop", .values = months_y, .length = length};

    if (dated)
        v.calendar = (struct calendar){CALENDAR_MONTHS, FROM};
    return v;
}

struct params months_twelve(void)
{
    struct params p = quick();

    p.horizon = p.test_size = HORIZON;
    return p;
}

struct forecaster *months_fit(bool dated)
{
    struct series_view v = months_view(N, dated);
    struct panel panel = one(&v, 12);

    months_fill(false);
    return fitted(&panel, months_twelve(), NULL);
}

void months_predict(struct room *out, const struct forecaster *f, const struct series_view *v)
{
    const double levels[] = {80, 95};
    struct err e = {0};

    *out = make_room(HORIZON, 2);
    ck_assert_msg(!forecaster_predict_view(&out->fc, f, v, HORIZON, levels, 2, &e), "%s",
                  e.message);
}

void months_same_forecast(const struct room *a, const struct room *b)
{
    for (int h = 0; h < HORIZON; h++) {
        ck_assert_double_eq(a->fc.mean[h], b->fc.mean[h]);
        ck_assert_double_eq(a->fc.lower[1][h], b->fc.lower[1][h]);
        ck_assert_double_eq(a->fc.upper[1][h], b->fc.upper[1][h]);
    }
}
