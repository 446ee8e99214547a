/* test_gaps.c - values in place of missing observations at the start, inside and at the end. */
#include "core/forecast/series/gaps.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 11 };

static const double gaps[N] = {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 8, 10, NAN};

static const struct row {
    int fill, season;
    double want[N];
} rows[] = {
    {IMPUTE_AUTO, 4, {1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 10}},
    {IMPUTE_LINEAR, 4, {1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 10}},
    {IMPUTE_PREVIOUS, 4, {1, 1, 2, 3, 3, 5, 5, 5, 8, 10, 10}},
    /* six values are less than two seasons of four, or there is none */
    {IMPUTE_SEASONAL, 4, {1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 10}},
    {IMPUTE_SEASONAL, 1, {1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 10}},
    {IMPUTE_SEASONAL, 0, {1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 10}},
};

START_TEST(every_kind)
{
    double y[N];

    memcpy(y, gaps, sizeof(y));
    ck_assert_int_eq(gaps_fill(y, N, rows[_i].fill, rows[_i].season, NULL), ST_OK);
    for (int i = 0; i < N; i++)
        ck_assert_msg(fabs(y[i] - rows[_i].want[i]) < 1e-12, "row %d: %g, not %g", i, y[i],
                      rows[_i].want[i]);
}
END_TEST

enum { LONG = 120, YEAR = 12 };

/* A season on a line of slope 2, the gap taken out. */
static double trending(int i)
{
    static const double season[YEAR] = {-9, -4, 3, 11, 6, 0, -2, 5, 8, -7, -6, -5};

    return 50 + 2 * i + season[i % YEAR];
}

static void make(double *y, double (*value)(int i), int first, int count)
{
    for (int i = 0; i < LONG; i++)
        y[i] = i >= first && i < first + count ? NAN : value(i);
}

static void fill(double *y, int season)
{
    struct err e = {0};

    ck_assert_msg(gaps_fill(y, LONG, IMPUTE_SEASONAL, season, &e) == ST_OK, "%s", e.message);
}

/* Gaps of half a season and of more than one come back as they were, wherever they begin. */
START_TEST(seasonal_goes_on_with_the_trend)
{
    static const int lengths[] = {1, YEAR / 2, YEAR, YEAR + 4, 2 * YEAR + 5};

    for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++)
        for (int first = 1; first + lengths[k] < LONG; first += 5) {
            double y[LONG];

            make(y, trending, first, lengths[k]);
            fill(y, YEAR);
            for (int i = 0; i < LONG; i++)
                ck_assert_msg(fabs(y[i] - trending(i)) < 1e-9,
                              "%d missing from %d on, step %d: %g, not %g", lengths[k], first, i,
                              y[i], trending(i));
        }
}
END_TEST

/* Before the first and after the last observation the level stays, and the season goes on. */
START_TEST(seasonal_goes_on_level_at_the_ends)
{
    for (int end = 0; end < 2; end++) {
        int first = end ? LONG - YEAR : 0, from = end ? first - 1 : YEAR;
        double y[LONG];

        make(y, trending, first, YEAR);
        fill(y, YEAR);
        for (int i = first; i < first + YEAR; i++)
            ck_assert_double_eq_tol(y[i], trending(i) - 2 * (i - from), 1e-9);
    }
}
END_TEST

/* The season's effect is that of the seasons around, which may be larger than those of long ago:
 * the mean of all would be wrong by 25. */
static double grown(int i)
{
    return 500 + (i < 5 * YEAR ? 10 : 60) * sin(i * M_PI / 6);
}

START_TEST(seasonal_effects_may_change)
{
    double y[LONG];

    make(y, grown, 8 * YEAR, YEAR);
    fill(y, YEAR);
    for (int i = 8 * YEAR; i < 9 * YEAR; i++)
        ck_assert_double_eq_tol(y[i], grown(i), 6);
}
END_TEST

/* Working days only: weekends, which never have a value, are filled along a line, and a gap on a
 * working day by its place in the week. */
static double workdays(int i)
{
    return i % 7 > 4 ? NAN : 20 + 0.5 * i + i % 7;
}

START_TEST(a_phase_that_never_was_is_a_line)
{
    double y[LONG];

    make(y, workdays, 21, 2);
    fill(y, 7);
    for (int i = 0; i < LONG - 2; i++) {
        double friday = workdays(i / 7 * 7 + 4), monday = workdays(i / 7 * 7 + 7);
        double want = i % 7 > 4 ? friday + (monday - friday) * (i % 7 - 4) / 3 : workdays(i);

        ck_assert_msg(fabs(y[i] - want) < 1e-9, "%d: %g, not %g", i, y[i], want);
    }
}
END_TEST

/* Sales that are small in summer, and a gap in winter: no value that fills it is negative. */
static double umbrellas(int i)
{
    return i % YEAR < 6 ? 0.25 : i < 30 ? 60 : 1;
}

START_TEST(what_is_positive_is_filled_so)
{
    bool at_the_least = false;
    double y[LONG];

    make(y, umbrellas, 32, 8);
    fill(y, YEAR);
    for (int i = 0; i < LONG; i++) {
        ck_assert(y[i] > 0);
        at_the_least = at_the_least || (i >= 32 && i < 40 && y[i] == 0.25);
    }
    ck_assert(at_the_least);
}
END_TEST

/* Numbers at the edge of their range are filled by finite ones, and are kept. */
static double huge(int i)
{
    return i % 2 ? 1.7e308 : -1.7e308;
}

START_TEST(what_overflows_is_a_line)
{
    double y[LONG];

    make(y, huge, 40, 9);
    fill(y, YEAR);
    for (int i = 0; i < LONG; i++)
        ck_assert(i >= 40 && i < 49 ? isfinite(y[i]) : y[i] == huge(i));
}
END_TEST

START_TEST(gaps_are_filled_between_their_neighbours)
{
    double y[] = {NAN, 2, NAN, NAN, 8, NAN}, want[] = {2, 2, 4, 6, 8, 8};

    ck_assert_int_eq(gaps_fill(y, 6, IMPUTE_AUTO, 12, NULL), ST_OK);
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq_tol(y[i], want[i], 1e-12);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("gaps");
    TCase *t = tcase_create("gaps");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, every_kind, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, seasonal_goes_on_with_the_trend);
    tcase_add_test(t, seasonal_goes_on_level_at_the_ends);
    tcase_add_test(t, seasonal_effects_may_change);
    tcase_add_test(t, a_phase_that_never_was_is_a_line);
    tcase_add_test(t, what_is_positive_is_filled_so);
    tcase_add_test(t, what_overflows_is_a_line);
    tcase_add_test(t, gaps_are_filled_between_their_neighbours);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
