/* test_holidays.c - days against the C library's calendar, and the holidays that a daily series
 * has. */
#include "tests/unit/core/forecast/effects.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { YEARS = 4, N = 365 * YEARS, HORIZON = 28, ALL = N + HORIZON };

/* From 2009-12-15 on; the HORIZON after N days contains Christmas. */
static const struct calendar days = {CALENDAR_DAYS, 14593};
static double y[ALL];

START_TEST(a_day_is_what_the_library_says)
{
    for (int64_t at = -141427; at < 230000; at += 1) { /* from 1582-10-15 on */
        struct civil c = calendar_civil(at);
        time_t seconds = (time_t)at * 86400;
        struct tm tm;

        gmtime_r(&seconds, &tm);
        ck_assert_int_eq(c.year, tm.tm_year + 1900);
        ck_assert_int_eq(c.month, tm.tm_mon);
        ck_assert_int_eq(c.day, tm.tm_mday);
        ck_assert_int_eq(c.weekday, (tm.tm_wday + 6) % 7);
        if (c.easter == 0)
            ck_assert(c.weekday == 6 && (c.month == 2 || c.month == 3));
    }
    ck_assert_int_eq(calendar_civil(19813).easter, 0); /* 2024-03-31 */
    ck_assert_int_eq(calendar_civil(19782).length, 29);
}
END_TEST

static bool is_on(const struct holiday *h, const struct civil *c)
{
    int nth = (c->day - 1) / 7 + 1;

    if (h->kind == HOLIDAY_EASTER)
        return c->easter == h->day;
    if (h->kind == HOLIDAY_DATE)
        return c->month == h->month && c->day == h->day && (!h->working || c->weekday < 5);
    return c->month == h->month && c->weekday == h->day &&
           (h->nth == HOLIDAY_LAST ? c->day + 7 > c->length : nth == h->nth);
}

/* Every weekday, and dates of which some years have none, over forty years. */
START_TEST(a_holiday_is_on_its_days)
{
    static double v[40 * 366];
    struct holidays h = {.count = 1, .list = {{.beta = 1}}};
    struct holiday *x = &h.list[0];

    for (int i = 0; i < 12 * 7 * 5 + 4; i++) {
        int64_t first = -9000 + i; /* in 1945 */
        int wrong = 0;

        *x = (struct holiday){HOLIDAY_WEEKDAY, i / 35, i / 5 % 7, i % 5 + 1, .beta = 1};
        if (i >= 12 * 7 * 5)
            *x = (struct holiday[]){{HOLIDAY_DATE, 1, 29, .beta = 1},
                                    {HOLIDAY_DATE, 11, 25, .working = true, .beta = 1},
                                    {HOLIDAY_DATE, 10, 31, .beta = 1},
                                    {HOLIDAY_EASTER, .day = -2, .beta = 1}}[i - 12 * 7 * 5];
        memset(v, 0, sizeof(v));
        holidays_add(v, &h, first, 40 * 366);
        for (int t = 0; t < 40 * 366; t++) {
            struct civil c = calendar_civil(first + t);

            wrong += (v[t] > 0) != is_on(x, &c);
        }
        ck_assert_int_eq(wrong, 0);
    }
}
END_TEST

/* ---- a shop ---- */

static double annual_at(const struct annual *a, int64_t day)
{
    double v = 0;

    annual_add_days(&v, a, day, 1);
    return v;
}

static bool is_easter_monday(const struct civil *c)
{
    return c->easter == 1;
}
static bool is_christmas(const struct civil *c)
{
    return c->month == 11 && c->day == 25;
}
static bool is_thanksgiving(const struct civil *c)
{
    return c->month == 10 && c->weekday == 3 && c->day >= 22 && c->day <= 28;
}

/* Levels wander, Sundays are slow, and with `with` some days are holidays. */
static void fill(unsigned seed, bool with)
{
    struct rng r;
    double level = 5;

    rng_seed(&r, seed);
    for (int i = 0; i < ALL; i++) {
        struct civil c = calendar_civil(days.first + i);
        double v = level + (c.weekday == 6 ? -0.3 : 0) + 0.03 * (double)rng_normal(&r);

        if (with)
            v += (is_christmas(&c) ? -0.7 : 0) + (is_thanksgiving(&c) ? -0.4 : 0) +
                 (is_easter_monday(&c) ? 0.3 : 0);
        y[i] = exp(v);
        level += 0.005 * (double)rng_normal(&r);
    }
}

static struct calendar_effect found(int n)
{
    struct calendar_effect f;
    struct err e = {0};

    ck_assert_msg(!calendar_effect_fit(&f, y, n, &days, &e), "%s", e.message);
    return f;
}

START_TEST(holidays_are_found)
{
    for (unsigned seed = 1; seed <= 10; seed++) {
        struct calendar_effect f;

        fill(seed, true);
        f = found(N);
        ck_assert_int_eq(f.unit, CALENDAR_DAYS);
        ck_assert_int_eq(f.holidays.count, 3);
        for (int i = 0; i < ALL; i++) {
            struct civil c = calendar_civil(days.first + i);
            double truth = is_christmas(&c)       ? -0.7
                           : is_thanksgiving(&c)  ? -0.4
                           : is_easter_monday(&c) ? 0.3
                                                  : 0;

            ck_assert_double_eq_tol(effect_at(&f, &days, i), truth, 0.06);
        }
        for (int k = 0; k < f.holidays.count; k++)
            ck_assert(holiday_check(&f.holidays.list[k]));
    }
}
END_TEST

/* The course of the year has two waves, and the holidays in it are found nevertheless. */
START_TEST(a_course_of_the_year_is_found)
{
    for (unsigned seed = 1; seed <= 5; seed++) {
        struct calendar_effect f;
        double error = 0, size = 0;

        fill(seed, true);
        for (int i = 0; i < ALL; i++) {
            double angle = 2 * M_PI * (double)(days.first + i) / 365.2425;

            y[i] *= exp(0.2 * sin(angle) + 0.1 * cos(2 * angle));
        }
        f = found(N);
        ck_assert_int_eq(f.holidays.annual.order, 2);
        ck_assert_int_eq(f.holidays.count, 3);
        for (int i = 0; i < ALL; i++) {
            double angle = 2 * M_PI * (double)(days.first + i) / 365.2425;
            double truth = 0.2 * sin(angle) + 0.1 * cos(2 * angle);

            error += fabs(annual_at(&f.holidays.annual, days.first + i) - truth);
            size += fabs(truth);
        }
        ck_assert_double_lt(error, 0.5 * size);
    }
}
END_TEST

START_TEST(what_happens_once_is_no_holiday)
{
    for (unsigned seed = 1; seed <= 20; seed++) {
        fill(seed, false);
        for (int i = 100; i < N; i += 301) /* no two of them on one date */
            y[i] *= i % 2 ? 3 : 0.2;
        ck_assert_int_eq(found(N).unit, CALENDAR_NONE);
    }
}
END_TEST

enum { SHORT, A_ZERO, CONSTANT, MONTHS, TOO_LARGE, LAST_CASE };

START_TEST(nothing_is_made_of_nothing)
{
    struct calendar c = days;
    struct calendar_effect f;
    struct err e = {0};

    fill(1, true);
    if (_i == A_ZERO)
        y[40] = 0;
    if (_i == MONTHS)
        c.unit = CALENDAR_NONE;
    for (int i = 0; _i == CONSTANT && i < ALL; i++)
        y[i] = 3;
    for (int i = 0; _i == TOO_LARGE && i < ALL; i++) {
        struct civil day = calendar_civil(days.first + i);

        y[i] *= is_christmas(&day) ? 1e-250 : 1; /* more than a model's file may hold */
    }
    ck_assert(!calendar_effect_fit(&f, y, _i == SHORT ? 700 : N, &c, &e));
    ck_assert_int_eq(f.unit, CALENDAR_NONE);
    ck_assert_double_eq(effect_at(&f, &c, 10), 0);
}
END_TEST

START_TEST(days_that_never_come_are_refused)
{
    static const struct holiday bad[] = {{HOLIDAY_DATE, .month = 12, .day = 1},
                                         {HOLIDAY_DATE, .month = 0, .day = 0},
                                         {HOLIDAY_DATE, .month = 0, .day = 32},
                                         {HOLIDAY_WEEKDAY, .month = 1, .day = 7, .nth = 1},
                                         {HOLIDAY_WEEKDAY, .month = 1, .day = 0, .nth = 0},
                                         {HOLIDAY_WEEKDAY, .month = 1, .day = 0, .nth = 6},
                                         {HOLIDAY_WEEKDAY, .month = -1, .day = 0, .nth = 1},
                                         {HOLIDAY_EASTER, .day = 100},
                                         {(enum holiday_kind)3, .day = 1}};
    static const struct holiday good[] = {{HOLIDAY_DATE, .month = 11, .day = 31},
                                          {HOLIDAY_WEEKDAY, .month = 0, .day = 6, .nth = 5},
                                          {HOLIDAY_EASTER, .day = -47}};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        ck_assert(!holiday_check(&bad[i]));
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        ck_assert(holiday_check(&good[i]));
}
END_TEST

/* ---- births in the United States ---- */

/* The last four years of tests/data/births.csv, which end with 2014, as integers. */
static int read_births(double *out, int most)
{
    static double all[6000];
    char line[64];
    FILE *in = fopen("tests/data/births.csv", "r");
    int n = 0;

    ck_assert_ptr_nonnull(in);
    while (fgets(line, sizeof(line), in)) {
        const char *comma = strchr(line, ',');

        if (comma && line[0] == '2' && n < 6000)
            all[n++] = strtod(comma + 1, NULL);
    }
    fclose(in);
    ck_assert_int_ge(n, most);
    memcpy(out, all + n - most, (size_t)most * sizeof(*out));
    return most;
}

static bool has(const struct holidays *h, enum holiday_kind kind, int month, int day, int nth)
{
    for (int i = 0; i < h->count; i++) {
        const struct holiday *d = &h->list[i];

        if (d->kind == kind && d->month == month && d->day == day && d->nth == nth)
            return d->beta < -0.1;
    }
    return false;
}

START_TEST(births_avoid_the_holidays_of_the_united_states)
{
    static double births[1461];
    const struct calendar c = {CALENDAR_DAYS, 14975}; /* 2011-01-01 */
    struct calendar_effect f;
    struct civil high = {0};
    double most = -1;
    struct err e = {0};
    int n = read_births(births, 1461);

    ck_assert(!calendar_effect_fit(&f, births, n, &c, &e));
    ck_assert(has(&f.holidays, HOLIDAY_DATE, 11, 25, 0));
    ck_assert(has(&f.holidays, HOLIDAY_DATE, 0, 1, 0));
    ck_assert(has(&f.holidays, HOLIDAY_DATE, 6, 4, 0));
    ck_assert(has(&f.holidays, HOLIDAY_WEEKDAY, 10, 3, 4));           /* Thanksgiving */
    ck_assert(has(&f.holidays, HOLIDAY_WEEKDAY, 8, 0, 1));            /* Labor Day */
    ck_assert(has(&f.holidays, HOLIDAY_WEEKDAY, 4, 0, HOLIDAY_LAST)); /* Memorial Day */
    for (int64_t day = 0; day < 365; day++)
        if (annual_at(&f.holidays.annual, day) > most) {
            most = annual_at(&f.holidays.annual, day);
            high = calendar_civil(day);
        }
    ck_assert(high.month == 7 || high.month == 8);
}
END_TEST

/* ---- forecasters ---- */

static struct series_view view(void)
{
    return (struct series_view){.id = "shop", .values = y, .length = N, .calendar = days};
}

static struct forecaster *fit(bool effects)
{
    struct series_view v = view();
    struct panel panel = one(&v, 7);
    struct params p = quick();

    p.horizon = p.test_size = HORIZON;
    p.calendar_effects = effects;
    return fitted(&panel, p, NULL);
}

static double error_of(const struct forecaster *f)
{
    struct room room = make_room(HORIZON, 0);
    struct series_view v = view();
    struct err e = {0};
    double sum = 0;

    ck_assert_msg(!forecaster_predict_view(&room.fc, f, &v, HORIZON, NULL, 0, &e), "%s", e.message);
    for (int h = 0; h < HORIZON; h++)
        sum += fabs(room.fc.mean[h] / y[N + h] - 1) / HORIZON;
    free(room.block);
    return sum;
}

/* Missing days and outliers beside it do not hide Christmas. */
START_TEST(christmas_is_expected)
{
    struct calendar_coefficients c;
    struct forecaster *f, *plain;

    fill(3, true);
    for (int i = 50; i < N; i += 97)
        y[i] = NAN;
    f = fit(true);
    plain = fit(false);
    forecaster_calendar(&c, f, 0);
    ck_assert_int_eq(c.unit, CALENDAR_DAYS);
    ck_assert_int_ge(c.num_holidays, 1);
    ck_assert_int_eq(c.holidays[0].month, 11);
    ck_assert_int_eq(c.holidays[0].day, 25);
    ck_assert_double_lt(error_of(f), 0.7 * error_of(plain));
    forecaster_calendar(&c, plain, 0);
    ck_assert_int_eq(c.unit, CALENDAR_NONE);
    forecaster_free(f);
    forecaster_free(plain);
}
END_TEST

/* Unit, first, order, count, and kind, month, day, nth, working, beta of the first one. */
static const struct {
    int at;
    double value;
} lies[] = {{0, 1}, {0, 3},  {1, 0.5}, {1, 1e9}, {2, 7}, {2, -1}, {2, 1},   {3, 33}, {3, 99},
            {4, 3}, {4, -1}, {5, 12},  {6, 400}, {6, 0}, {7, 6},  {8, 0.5}, {8, 2},  {9, 21}};

START_TEST(a_file_keeps_holidays_and_is_not_believed)
{
    struct forecaster *f, *g;
    struct checkpoint *c, *again;
    double *row = NULL, kept;
    size_t n = 0;
    struct err e = {0};

    fill(3, true);
    f = fit(true);
    c = file_of(f);
    ck_assert_int_eq(load_file(&g, c, &e), ST_OK);
    again = file_of(g);
    ck_assert_str_eq(checkpoint_get(c, "series.calendar"),
                     checkpoint_get(again, "series.calendar"));
    ck_assert_double_eq(error_of(f), error_of(g));
    forecaster_free(g);
    ck_assert_int_eq(checkpoint_get_f64s(&row, &n, c, "series.calendar", 0, 1000, &e), ST_OK);
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        kept = row[lies[i].at];
        row[lies[i].at] = lies[i].value;
        ck_assert_int_eq(checkpoint_set_f64s(c, "series.calendar", row, n, &e), ST_OK);
        ck_assert_msg(load_file(&g, c, &e) == ST_CORRUPT, "number %d is %g", lies[i].at,
                      lies[i].value);
        row[lies[i].at] = kept;
    }
    ck_assert_int_eq(checkpoint_set_f64s(c, "series.calendar", row, n - 1, &e), ST_OK);
    ck_assert_int_eq(load_file(&g, c, &e), ST_CORRUPT);
    free(row);
    checkpoint_free(c);
    checkpoint_free(again);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("holidays");
    TCase *t = tcase_create("holidays");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_day_is_what_the_library_says);
    tcase_add_test(t, a_holiday_is_on_its_days);
    tcase_add_test(t, holidays_are_found);
    tcase_add_test(t, a_course_of_the_year_is_found);
    tcase_add_test(t, what_happens_once_is_no_holiday);
    tcase_add_loop_test(t, nothing_is_made_of_nothing, 0, LAST_CASE);
    tcase_add_test(t, days_that_never_come_are_refused);
    tcase_add_test(t, births_avoid_the_holidays_of_the_united_states);
    tcase_add_test(t, christmas_is_expected);
    tcase_add_test(t, a_file_keeps_holidays_and_is_not_believed);
    suite_add_tcase(s, t);
    return run_suite(s);
}
