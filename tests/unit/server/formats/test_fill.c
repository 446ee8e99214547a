/* test_fill.c - what every policy makes of gaps at the start, inside and at the end, in one column and in many. */
#include "server/formats/fill.h"

#include <check.h>
#include <lstm/status.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 11 };

static void make(struct series_set *set, const double v[N], int columns, const char *frequency)
{
    struct series *s;
    struct err e = {0};

    series_set_init(set);
    s = series_set_add(set, "a");
    ck_assert_ptr_nonnull(s);
    s->length = N;
    s->values = malloc((size_t)N * (size_t)columns * sizeof(double));
    ck_assert_ptr_nonnull(s->values);
    ck_assert_int_eq(frequency_parse(&s->time.frequency, frequency, &e), ST_OK);
    set->columns = calloc((size_t)columns, sizeof(*set->columns));
    ck_assert_ptr_nonnull(set->columns);
    for (set->num_columns = 0; set->num_columns < columns; set->num_columns++)
        set->columns[set->num_columns] = strdup("y");
    for (int i = 0; i < N; i++)
        for (int k = 0; k < columns; k++)
            s->values[i * columns + k] = k == columns - 1 ? v[i] : i;
}

static const double gaps[N] = {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 9, 10, NAN};

static const struct row {
    enum fill_policy fill;
    double want[N];
} rows[] = {
    {FILL_LINEAR, {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 9, 10, NAN}},
    {FILL_PREVIOUS, {1, 1, 2, 3, 3, 5, 5, 5, 9, 10, 10}},
    {FILL_ZERO, {0, 1, 2, 3, 0, 5, 0, 0, 9, 10, 0}},
    /* six quarters are less than two seasons: left to the core */
    {FILL_SEASONAL, {NAN, 1, 2, 3, NAN, 5, NAN, NAN, 9, 10, NAN}},
};

START_TEST(every_policy)
{
    for (int columns = 1; columns <= 3; columns++) {
        struct series_set set;

        make(&set, gaps, columns, "Q");
        set.fill = rows[_i].fill;
        ck_assert_int_eq(fill_series_set(&set, NULL), ST_OK);
        for (int i = 0; i < N; i++) {
            double got = set.items[0].values[i * columns + columns - 1], want = rows[_i].want[i];

            ck_assert_msg(got == want || (isnan(got) && isnan(want)), "row %d: %g, not %g", i, got,
                          want);
            if (columns > 1)
                ck_assert(set.items[0].values[i * columns] == i);
        }
        series_set_release(&set);
    }
}
END_TEST

/* ---- level and season ---- */

enum { LONG = 120, YEAR = 12 };

/* A season on a line of slope 2, the gap taken out. */
static double trending(int i)
{
    static const double season[YEAR] = {-9, -4, 3, 11, 6, 0, -2, 5, 8, -7, -6, -5};

    return 50 + 2 * i + season[i % YEAR];
}

static void make_long(struct series_set *set, double (*value)(int i), int first, int count,
                      const char *frequency)
{
    const double none[N] = {0};

    make(set, none, 1, frequency);
    free(set->items[0].values);
    set->items[0].length = LONG;
    set->items[0].values = malloc(LONG * sizeof(double));
    ck_assert_ptr_nonnull(set->items[0].values);
    for (int i = 0; i < LONG; i++)
        set->items[0].values[i] = i >= first && i < first + count ? NAN : value(i);
    set->fill = FILL_SEASONAL;
}

/* Gaps of half a season and of more than one come back as they were, wherever they begin. */
START_TEST(seasonal_goes_on_with_the_trend)
{
    static const int lengths[] = {1, YEAR / 2, YEAR, YEAR + 4, 2 * YEAR + 5};

    for (size_t k = 0; k < sizeof(lengths) / sizeof(lengths[0]); k++)
        for (int first = 1; first + lengths[k] < LONG; first += 5) {
            struct series_set set;

            make_long(&set, trending, first, lengths[k], "M");
            ck_assert_int_eq(fill_series_set(&set, NULL), ST_OK);
            for (int i = 0; i < LONG; i++)
                ck_assert_msg(fabs(set.items[0].values[i] - trending(i)) < 1e-9,
                              "%d missing from %d on, step %d: %g, not %g", lengths[k], first, i,
                              set.items[0].values[i], trending(i));
            series_set_release(&set);
        }
}
END_TEST

/* Before the first and after the last observation the level stays, and the season goes on. */
START_TEST(seasonal_goes_on_level_at_the_ends)
{
    for (int end = 0; end < 2; end++) {
        int first = end ? LONG - YEAR : 0, from = end ? first - 1 : YEAR;
        struct series_set set;

        make_long(&set, trending, first, YEAR, "M");
        ck_assert_int_eq(fill_series_set(&set, NULL), ST_OK);
        for (int i = first; i < first + YEAR; i++)
            ck_assert_double_eq_tol(set.items[0].values[i], trending(i) - 2 * (i - from), 1e-9);
        series_set_release(&set);
    }
}
END_TEST

/* The season's effect is that of the seasons around, which may be larger than those of long ago: the mean of
 * all would be wrong by 25. */
static double grown(int i)
{
    return 500 + (i < 5 * YEAR ? 10 : 60) * sin(i * M_PI / 6);
}

START_TEST(seasonal_effects_may_change)
{
    struct series_set set;

    make_long(&set, grown, 8 * YEAR, YEAR, "M");
    ck_assert_int_eq(fill_series_set(&set, NULL), ST_OK);
    for (int i = 8 * YEAR; i < 9 * YEAR; i++)
        ck_assert_double_eq_tol(set.items[0].values[i], grown(i), 6);
    series_set_release(&set);
}
END_TEST

/* Days without weekends: what was never seen is left to the core, a holiday is not. */
static double workdays(int i)
{
    return i % 7 > 4 ? NAN : 20 + 0.5 * i + i % 7;
}

START_TEST(a_phase_that_never_was_stays_missing)
{
    struct series_set set;

    make_long(&set, workdays, 21, 2, "D");
    ck_assert_int_eq(fill_series_set(&set, NULL), ST_OK);
    for (int i = 0; i < LONG; i++) {
        double v = set.items[0].values[i];

        if (i % 7 > 4)
            ck_assert(isnan(v));
        else
            ck_assert_msg(fabs(v - workdays(i)) < 1e-9, "%d: %g, not %g", i, v, workdays(i));
    }
    series_set_release(&set);
}
END_TEST

/* Nothing in summer but a little, and a winter's gap: no negative umbrellas. */
static double umbrellas(int i)
{
    return i % YEAR < 6 ? 0.25 : i < 30 ? 60 : 1;
}

START_TEST(what_is_positive_is_filled_so)
{
    bool at_the_least = false;
    struct series_set set;

    make_long(&set, umbrellas, 32, 8, "M");
    ck_assert_int_eq(fill_series_set(&set, NULL), ST_OK);
    for (int i = 0; i < LONG; i++) {
        ck_assert(set.items[0].values[i] > 0);
        at_the_least = at_the_least || (i >= 32 && i < 40 && set.items[0].values[i] == 0.25);
    }
    ck_assert(at_the_least);
    series_set_release(&set);
}
END_TEST

/* Numbers at the edge of their range leave what cannot be told missing, and are kept. */
static double huge(int i)
{
    return i % 2 ? 1.7e308 : -1.7e308;
}

START_TEST(what_overflows_stays_missing)
{
    struct series_set set;

    make_long(&set, huge, 40, 9, "M");
    ck_assert_int_eq(fill_series_set(&set, NULL), ST_OK);
    for (int i = 0; i < LONG; i++) {
        double v = set.items[0].values[i];

        ck_assert(i >= 40 && i < 49 ? isnan(v) || isfinite(v) : v == huge(i));
    }
    series_set_release(&set);
}
END_TEST

START_TEST(error_names_the_place)
{
    const double whole[N] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    struct series_set set;
    struct err e = {0};

    make(&set, whole, 1, "Q");
    set.fill = FILL_ERROR;
    ck_assert_int_eq(fill_series_set(&set, &e), ST_OK);
    set.items[0].values[3] = NAN;
    ck_assert_int_eq(fill_series_set(&set, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, "'a'") && strstr(e.message, "1970"), "%s", e.message);
    series_set_release(&set);
}
END_TEST

START_TEST(names)
{
    enum fill_policy f;

    for (int i = FILL_LINEAR; i <= FILL_ZERO; i++) {
        ck_assert(fill_from_name(&f, fill_name((enum fill_policy)i)));
        ck_assert_int_eq(f, i);
    }
    ck_assert(!fill_from_name(&f, "Linear"));
    ck_assert(!fill_from_name(&f, ""));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("fill");
    TCase *t = tcase_create("fill");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, every_policy, 0, sizeof(rows) / sizeof(rows[0]));
    tcase_add_test(t, seasonal_goes_on_with_the_trend);
    tcase_add_test(t, seasonal_goes_on_level_at_the_ends);
    tcase_add_test(t, seasonal_effects_may_change);
    tcase_add_test(t, a_phase_that_never_was_stays_missing);
    tcase_add_test(t, what_is_positive_is_filled_so);
    tcase_add_test(t, what_overflows_stays_missing);
    tcase_add_test(t, error_names_the_place);
    tcase_add_test(t, names);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
