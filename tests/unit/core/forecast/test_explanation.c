/* test_explanation.c - the parts of a forecast add up to it, for any series. */
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>

#include <math.h>
#include <stdlib.h>

enum { LONGEST = 800 };

static double y[LONGEST];

/* Forecasts series v and explains it; the parts are checked. */
static struct room explained(struct explanation *x, const struct forecaster *f,
                             const struct series_view *v, int steps)
{
    const double levels[] = {80};
    const struct forecast_request q = {.steps = steps, .levels = levels, .num_levels = 1};
    struct room r = make_room(steps, 1);
    double weight = 0;
    struct err e = {0};

    r.fc.explanation = x;
    ck_assert_msg(!forecaster_predict_request(&r.fc, f, v, &q, &e), "%s", e.message);
    ck_assert_int_eq(x->steps, steps);
    for (int h = 0; h < steps; h++) {
        double sum = 0;

        for (int k = 0; k < PART_COUNT; k++)
            sum += x->part[k][h];
        ck_assert_double_eq_tol(sum, r.fc.mean[h], 1e-6 * fmax(1e-3, fabs(r.fc.mean[h])));
    }
    ck_assert_int_gt(x->num_members, 0);
    for (int k = 0; k < x->num_members; k++) {
        weight += x->members[k].weight;
        for (int h = 0; h < steps; h++)
            ck_assert(isfinite(x->members[k].forecast[h]));
    }
    ck_assert_double_eq_tol(weight, 1, 1e-9);
    return r;
}

/* Kinds of series. Their lengths differ, too. */
enum {
    KIND_SEASON,
    KIND_GROWING,
    KIND_WALK,
    KIND_COUNTS,
    KIND_ZEROS,
    KIND_CONSTANT,
    KIND_HOURS,
    KIND_SHORT,
    KIND_NEGATIVE,
    KIND_MONTHS,
    KIND_LONG,
    KIND_COUNT
};

static struct series_view make_series(int kind, int *season)
{
    static const int lengths[KIND_COUNT] = {120, 96, 150, 200, 150, 60, 500, 20, 100, AIR, LONGEST};
    static const int seasons[KIND_COUNT] = {12, 12, 1, 7, 7, 7, 24, 12, 4, 12, 240};
    struct series_view v = {.id = "y", .values = y, .length = lengths[kind]};
    double level = 100;
    struct rng r;

    *season = seasons[kind];
    rng_seed(&r, (uint64_t)kind + 1);
    for (int i = 0; i < v.length; i++) {
        double noise = (double)rng_normal(&r), wave = sin(2 * M_PI * i / *season);

        level += noise;
        y[i] = kind == KIND_SEASON || kind == KIND_LONG ? 100 + 10 * wave + noise
               : kind == KIND_GROWING  ? exp(3 + 0.02 * i + 0.3 * wave + 0.05 * noise)
               : kind == KIND_WALK     ? level
               : kind == KIND_COUNTS   ? floor(fabs(3 + 2 * wave + noise))
               : kind == KIND_ZEROS    ? (rng_below(&r, 5) ? 0 : 3)
               : kind == KIND_CONSTANT ? 42
               : kind == KIND_HOURS    ? 50 + 9 * wave + 5 * (i / 24 % 7 > 4) + noise
               : kind == KIND_NEGATIVE ? -20 + 5 * wave + noise
               : kind == KIND_MONTHS   ? air[i]
                                       : 10 + noise;
    }
    if (kind == KIND_MONTHS)
        v.calendar = (struct calendar){CALENDAR_MONTHS, (1949 - 1970) * 12};
    return v;
}

START_TEST(parts_add_up_to_the_mean)
{
    int season;
    struct series_view v = make_series(_i, &season);
    struct panel panel = one(&v, season);
    struct forecaster *f = fitted(&panel, quick(), NULL);
    struct explanation x = {0};

    for (int steps = 1; steps <= 70; steps += 23) {
        struct room r = explained(&x, f, &v, steps);

        if (_i == KIND_SEASON && steps >= 24) {
            ck_assert_int_eq(x.season, 12);
            ck_assert_double_gt(x.season_weight, 0.5);
            ck_assert_double_gt(x.part[PART_SEASON][2] - x.part[PART_SEASON][8], 10);
        }
        if (_i == KIND_WALK || _i == KIND_SHORT)
            ck_assert_int_eq(x.season, 0);
        ck_assert_int_eq(r.fc.remarks.many_zeros, _i == KIND_ZEROS);
        ck_assert_int_eq(r.fc.remarks.short_season, _i == KIND_SHORT);
        free(r.block);
        explanation_release(&x);
    }
    forecaster_free(f);
}
END_TEST

START_TEST(a_net_alone_is_level_and_net)
{
    int season;
    struct series_view v = make_series(KIND_SEASON, &season);
    struct panel panel = one(&v, season);
    struct forecaster *f = fitted(&panel, quick_alone(), NULL);
    struct explanation x = {0};
    struct room r = explained(&x, f, &v, 14);

    ck_assert_int_eq(x.num_members, 1);
    ck_assert_str_eq(x.members[0].name, "lstm");
    for (int h = 0; h < 14; h++)
        ck_assert_double_eq(x.part[PART_SEASON][h], 0);
    free(r.block);
    explanation_release(&x);
    forecaster_free(f);
}
END_TEST

/* The effect of working days is the part of the calendar; the covariates have no part. */
START_TEST(the_calendar_has_its_part)
{
    int season;
    struct series_view v = make_series(KIND_MONTHS, &season);
    struct panel panel = one(&v, season);
    struct forecaster *f = fitted(&panel, quick(), NULL);
    struct explanation x = {0};
    struct room r = explained(&x, f, &v, 12);
    double most = 0;

    for (int h = 0; h < 12; h++) {
        most = fmax(most, fabs(x.part[PART_CALENDAR][h]));
        ck_assert_double_eq(x.part[PART_COVARIATES][h], 0);
    }
    ck_assert_double_gt(most, 0);
    free(r.block);
    explanation_release(&x);
    forecaster_free(f);
}
END_TEST

START_TEST(changed_and_missing_observations_are_named)
{
    int season;
    struct series_view v = make_series(KIND_SEASON, &season);
    struct panel panel = one(&v, season);
    struct explanation x = {0};
    struct forecaster *f;
    struct room r;

    y[40] = 1000;
    y[60] = y[61] = NAN;
    f = fitted(&panel, quick(), NULL);
    r = explained(&x, f, &v, 5);
    ck_assert_int_eq(x.filled, 2);
    ck_assert_int_ge(x.changed, 1);
    ck_assert_int_eq(x.changes[0].at, 40);
    ck_assert_double_eq(x.changes[0].observed, 1000);
    ck_assert_double_lt(x.changes[0].used, 150);
    ck_assert(!r.fc.remarks.last_doubtful);
    free(r.block);
    explanation_release(&x);
    forecaster_free(f);

    v = make_series(KIND_SEASON, &season);
    y[v.length - 1] += 8;
    f = fitted(&panel, quick(), NULL);
    r = explained(&x, f, &v, 5);
    ck_assert(r.fc.remarks.last_doubtful);
    ck_assert_int_eq(x.changes[x.num_changes - 1].at, v.length - 1);
    free(r.block);
    explanation_release(&x);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("explanation");
    TCase *t = tcase_create("explanation");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, parts_add_up_to_the_mean, 0, KIND_COUNT);
    tcase_add_test(t, a_net_alone_is_level_and_net);
    tcase_add_test(t, the_calendar_has_its_part);
    tcase_add_test(t, changed_and_missing_observations_are_named);
    suite_add_tcase(s, t);
    return run_suite(s);
}
