/* test_distribution.c - mean, median, quantiles and paths of a step. */
#include "core/forecast/distribution.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ORIGINS = 2000, STEPS = 4, PATHS = 1000, QUANTILES = 9 };

static const double levels[2] = {80, 95};
static const double quantiles[QUANTILES] = {0.025, 0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9, 0.975};

/* Residuals that are drawn again: their logarithms are normal, or those of exponential numbers;
 * each keeps `kept` of the one before. */
static struct intervals residuals_of(bool exponential, double kept, double deviation)
{
    static double r[ORIGINS * STEPS];
    struct intervals b;
    struct err e = {0};
    struct rng g;

    rng_seed(&g, 4);
    for (int i = 0; i < ORIGINS * STEPS; i++) {
        double before = i % STEPS ? r[i - 1] : 0;

        r[i] = exponential ? log(-log(fmax(1e-9, (double)rng_uniform(&g, 0, 1)))) + 0.5772156649
                           : kept * before + deviation * (double)rng_normal(&g);
    }
    ck_assert_int_eq(intervals_fit(&b, r, ORIGINS, STEPS, &e), ST_OK);
    return b;
}

static const struct transform logarithm = {
    .scaling = {.kind = SCALING_LOG, .scale = 1}, .error_scale = 1, .nonnegative = true};

/* The results of one step. */
struct step {
    double mean, median, lower[2], upper[2], quantile[QUANTILES];
};

static void take_step(struct step *s, const struct outlook *o, double z)
{
    const struct forecast_request q = {.steps = 1,
                                       .levels = levels,
                                       .num_levels = 2,
                                       .quantiles = quantiles,
                                       .num_quantiles = QUANTILES};
    struct forecast fc = {.mean = &s->mean,
                          .median = &s->median,
                          .lower = {&s->lower[0], &s->lower[1]},
                          .upper = {&s->upper[0], &s->upper[1]}};

    for (int k = 0; k < QUANTILES; k++)
        fc.quantile[k] = &s->quantile[k];
    forecast_step(&fc, 0, o, z, 1, &q);
}

/* What a history leaves open widens intervals and quantiles alike. */
static void widened(const struct transform *t, double half80, double half95)
{
    struct intervals b = residuals_of(false, 0, 1);
    struct step s;

    take_step(&s, &(struct outlook){.intervals = &b, .transform = t}, 20);
    ck_assert_double_eq(s.median, 20);
    ck_assert_double_eq_tol(s.upper[0], 20 + half80, 0.05);
    ck_assert_double_eq_tol(s.lower[1], 20 - half95, 0.1);
    ck_assert_double_eq_tol(s.quantile[1], s.lower[0], 1e-9);
    ck_assert_double_eq_tol(s.quantile[7], s.upper[0], 1e-9);
    ck_assert_double_eq_tol(s.quantile[0], s.lower[1], 1e-9);
    intervals_release(&b);
}

START_TEST(uncertain_levels_and_slopes_widen_the_intervals)
{
    struct transform t = {.scaling = {.kind = SCALING_STANDARD, .scale = 1}, .error_scale = 1};

    widened(&t, 1.2816, 1.96);
    t.since_shift = 4;
    widened(&t, 1.2816 * sqrt(1.25), 1.96 * sqrt(1.25));
    t.since_shift = 0;
    t.drift = 0.5;
    t.since_turn = 7;
    widened(&t, 1.2816 * sqrt(17), 1.96 * sqrt(17));
    t.drift = 0;
    t.unsteady = 3;
    widened(&t, 3 * 1.2816, 3 * 1.96);
    t.unsteady = 0;
    t.doubt = 5;
    widened(&t, 5 + 1.2816, 5 + 1.96);
}
END_TEST

START_TEST(the_mean_of_a_lognormal_step_is_above_its_median)
{
    struct intervals b = residuals_of(false, 0, 0.6);
    struct step s;

    take_step(&s, &(struct outlook){.intervals = &b, .transform = &logarithm}, 2);
    ck_assert_double_eq_tol(s.median, exp(2), 1e-9);
    ck_assert_double_eq_tol(s.mean / exp(2 + 0.18), 1, 0.04);
    intervals_release(&b);
}
END_TEST

/* The signs of residuals matter: the mean of exponential numbers is e^0.577 times their geometric
 * mean, and symmetric residuals of this size would make it much more. */
START_TEST(the_mean_of_an_exponential_step_is_not_above_it)
{
    struct intervals b = residuals_of(true, 0, 0);
    struct step s;

    take_step(&s, &(struct outlook){.intervals = &b, .transform = &logarithm}, 0);
    ck_assert_double_eq_tol(s.mean / exp(0.5772156649), 1, 0.05);
    intervals_release(&b);
}
END_TEST

START_TEST(quantiles_are_the_bounds)
{
    struct intervals b = residuals_of(false, 0, 0.6);
    struct step s;

    take_step(&s, &(struct outlook){.intervals = &b, .transform = &logarithm}, 2);
    ck_assert_double_eq_tol(s.quantile[0], s.lower[1], 1e-9);
    ck_assert_double_eq_tol(s.quantile[1], s.lower[0], 1e-9);
    ck_assert_double_eq(s.quantile[4], s.median);
    ck_assert_double_eq_tol(s.quantile[7], s.upper[0], 1e-9);
    ck_assert_double_eq_tol(s.quantile[8], s.upper[1], 1e-9);
    for (int k = 1; k < QUANTILES; k++)
        ck_assert_double_le(s.quantile[k - 1], s.quantile[k]);
    intervals_release(&b);
}
END_TEST

START_TEST(quantiles_of_counts_are_whole)
{
    const struct transform root = {
        .scaling = {.kind = SCALING_COUNTS, .scale = 1}, .error_scale = 1, .nonnegative = true};
    struct intervals b = residuals_of(false, 0, 0.6);
    struct step s;

    take_step(&s, &(struct outlook){.intervals = &b, .transform = &root, .counts = true}, 1.5);
    for (int k = 0; k < QUANTILES; k++) {
        ck_assert_double_eq(s.quantile[k], floor(s.quantile[k]));
        ck_assert_double_ge(s.quantile[k], 0);
    }
    ck_assert_double_eq(s.lower[1], floor(s.lower[1]));
    /* E (x + e)^2 = x^2 + var e */
    ck_assert_double_eq_tol(s.mean, 1.5 * 1.5 - 0.375 + 0.36, 0.08);
    intervals_release(&b);
}
END_TEST

START_TEST(a_mean_is_bounded_by_the_history)
{
    const double y[4] = {1, 2, 4, 8};
    struct intervals b = residuals_of(false, 0, 2);
    double most = outlook_mean_most(&logarithm.scaling, y, 4);
    struct step s;

    ck_assert_double_eq_tol(most, 1.02 * 3.75 / pow(64, 0.25), 1e-9);
    take_step(&s, &(struct outlook){.intervals = &b, .transform = &logarithm, .mean_most = most},
              2);
    ck_assert_double_eq_tol(s.mean, most * s.median, 1e-9);
    intervals_release(&b);
}
END_TEST

START_TEST(without_residuals_there_is_a_mean_alone)
{
    const struct intervals none = {0};
    struct step s;

    take_step(&s, &(struct outlook){.intervals = &none, .transform = &logarithm}, 2);
    ck_assert_double_eq(s.mean, s.median);
    ck_assert(isnan(s.lower[0]) && isnan(s.upper[1]) && isnan(s.quantile[4]));
}
END_TEST

/* ---- paths ---- */

static void draw(double *samples, const struct outlook *o, int64_t seed, const char *id, int paths)
{
    const struct forecast_request q = {.steps = STEPS, .num_samples = paths, .seed = seed};
    const double z[STEPS] = {2, 2, 2, 2};
    double mean[STEPS];
    struct forecast fc = {.mean = mean, .samples = samples};

    for (int h = 0; h < STEPS; h++)
        forecast_step(&fc, h, o, z[h], h + 1, &q);
    forecast_paths(&fc, o, z, id, &q);
}

START_TEST(paths_are_those_of_the_seed)
{
    static double a[PATHS * STEPS], b[PATHS * STEPS], c[PATHS * STEPS];
    struct intervals i = residuals_of(false, 0, 0.3);
    const struct outlook o = {.intervals = &i, .transform = &logarithm};

    draw(a, &o, 7, "x", PATHS);
    draw(b, &o, 7, "x", 10);
    ck_assert(!memcmp(a, b, sizeof(double) * 10 * STEPS)); /* more of them begin with the same */
    draw(c, &o, 8, "x", 10);
    ck_assert(memcmp(a, c, sizeof(double) * STEPS));
    draw(c, &o, 7, "y", 10);
    ck_assert(memcmp(a, c, sizeof(double) * STEPS));
    intervals_release(&i);
}
END_TEST

/* Variance of the totals over the sum of the steps' variances. */
static double spread_of_totals(const double *samples)
{
    double total = 0, square = 0, steps = 0;

    for (int h = 0; h < STEPS; h++) {
        double mean = 0, squares = 0;

        for (int i = 0; i < PATHS; i++) {
            mean += samples[i * STEPS + h] / PATHS;
            squares += pow(samples[i * STEPS + h], 2) / PATHS;
        }
        steps += squares - mean * mean;
    }
    for (int i = 0; i < PATHS; i++) {
        double sum = 0;

        for (int h = 0; h < STEPS; h++)
            sum += samples[i * STEPS + h];
        total += sum / PATHS;
        square += sum * sum / PATHS;
    }
    return (square - total * total) / steps;
}

START_TEST(steps_of_a_path_go_together_as_the_residuals_do)
{
    static double samples[PATHS * STEPS];
    const struct transform plain = {.scaling = {.scale = 1}, .error_scale = 1};
    struct intervals apart = residuals_of(false, 0, 1), walk = residuals_of(false, 1, 1);

    draw(samples, &(struct outlook){.intervals = &apart, .transform = &plain}, 1, "x", PATHS);
    ck_assert_double_eq_tol(spread_of_totals(samples), 1, 0.2);
    /* Of a random walk of four steps: (1 + 4 + 9 + 16) / (1 + 2 + 3 + 4) */
    draw(samples, &(struct outlook){.intervals = &walk, .transform = &plain}, 1, "x", PATHS);
    ck_assert_double_eq_tol(spread_of_totals(samples), 3, 0.4);
    intervals_release(&apart);
    intervals_release(&walk);
}
END_TEST

START_TEST(paths_have_the_mean)
{
    static double samples[PATHS * STEPS];
    struct intervals b = residuals_of(true, 0, 0);
    struct transform seen = logarithm;
    double sum = 0;

    seen.least = 0.01;
    seen.most = 60; /* extremes are kept near what was seen */
    draw(samples, &(struct outlook){.intervals = &b, .transform = &seen}, 1, "x", PATHS);
    for (int i = 0; i < PATHS * STEPS; i++)
        sum += samples[i] / (PATHS * STEPS);
    ck_assert_double_eq_tol(sum / exp(2 + 0.5772156649), 1, 0.1);
    intervals_release(&b);
}
END_TEST

/* ---- of a fitted model ---- */

/* Totals of skewed series: the mean of their forecasts is near the truth, the median is not. */
START_TEST(totals_are_those_of_the_truth)
{
    enum { SERIES = 20, N = 96, H = 12 };
    static double y[SERIES][N];
    static char ids[SERIES][8];
    struct series_view v[SERIES];
    struct panel p = {.series = v, .count = SERIES, .season_length = 1};
    struct room r = make_room(H, 2);
    double mean = 0, median = 0, truth = SERIES * H * 50 * exp(0.245);
    struct err e = {0};
    struct forecaster *f;
    struct rng g;

    rng_seed(&g, 2);
    for (int i = 0; i < SERIES; i++) {
        ids[i][0] = (char)('a' + i);
        for (int t = 0; t < N; t++)
            y[i][t] = 50 * exp(0.7 * (double)rng_normal(&g));
        v[i] = (struct series_view){.id = ids[i], .values = y[i], .length = N};
    }
    f = fitted(&p, quick(), NULL);
    for (int i = 0; i < SERIES; i++) {
        ck_assert_int_eq(forecaster_predict_view(&r.fc, f, &v[i], H, levels, 2, &e), ST_OK);
        for (int h = 0; h < H; h++) {
            mean += r.fc.mean[h];
            median += r.fc.median[h];
        }
    }
    ck_assert_double_eq_tol(mean / truth, 1, 0.05);
    ck_assert_double_lt(median / truth, 0.87);
    forecaster_free(f);
    free(r.block);
}
END_TEST

static const double short_demands[3][7] = {
    {1, 0, 0, 0, 2, 0, 0}, {0, 0, 0, 0, 2, 0, 0}, {0, 0, 0, 0, 0, 0, 0}};

/* A week of demand: the mean is near its mean, and the bounds are whole and hold 0 and 2. All
 * zeros stay 0. */
START_TEST(a_few_demands_are_forecast)
{
    struct series_view v = {.id = "few", .values = short_demands[_i], .length = 7};
    struct panel p = one(&v, 7);
    struct forecaster *f = fitted(&p, quick(), NULL);
    struct room r = make_room(3, 2);
    double average = 0;
    struct err e = {0};

    for (int t = 0; t < 7; t++)
        average += short_demands[_i][t] / 7;
    ck_assert_int_eq(forecaster_predict_view(&r.fc, f, &v, 3, levels, 2, &e), ST_OK);
    for (int h = 0; h < 3; h++) {
        ck_assert_double_ge(r.fc.mean[h], 0.7 * average);
        ck_assert_double_le(r.fc.mean[h], 1.4 * average);
        ck_assert_double_eq(r.fc.lower[1][h], 0);
        ck_assert_double_eq(r.fc.upper[1][h], floor(r.fc.upper[1][h]));
        ck_assert_double_ge(r.fc.upper[1][h], average > 0 ? 2 : 0);
        ck_assert_double_le(r.fc.upper[1][h], average > 0 ? 4 : 0);
    }
    forecaster_free(f);
    free(r.block);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("distribution");
    TCase *t = tcase_create("distribution");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, uncertain_levels_and_slopes_widen_the_intervals);
    tcase_add_test(t, the_mean_of_a_lognormal_step_is_above_its_median);
    tcase_add_test(t, the_mean_of_an_exponential_step_is_not_above_it);
    tcase_add_test(t, quantiles_are_the_bounds);
    tcase_add_test(t, quantiles_of_counts_are_whole);
    tcase_add_test(t, a_mean_is_bounded_by_the_history);
    tcase_add_test(t, without_residuals_there_is_a_mean_alone);
    tcase_add_test(t, paths_are_those_of_the_seed);
    tcase_add_test(t, steps_of_a_path_go_together_as_the_residuals_do);
    tcase_add_test(t, paths_have_the_mean);
    tcase_add_test(t, totals_are_those_of_the_truth);
    tcase_add_loop_test(t, a_few_demands_are_forecast, 0, 3);
    suite_add_tcase(s, t);
    return run_suite(s);
}
