/* test_members.c - the classical methods: what they find in series whose answer is known, and the
 * simplex under them. */
#include "core/forecast/ensemble/ensemble.h"
#include "core/forecast/ensemble/members.h"
#include "core/forecast/methods/minimise.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- minimise ---- */

static double rosenbrock(void *ctx, const double *x)
{
    int *calls = ctx;

    ++*calls;
    return 100 * pow(x[1] - x[0] * x[0], 2) + pow(1 - x[0], 2);
}

static double never_finite(void *ctx, const double *x)
{
    (void)ctx;
    return x[0] > 0 ? NAN : INFINITY;
}

START_TEST(the_simplex_walks_down_a_curved_valley)
{
    double x[MINIMISE_MAX] = {-1.2, 1};
    int calls = 0;
    double least = minimise(x, 2, rosenbrock, &calls, 0.5, 1000, 1e-12);

    ck_assert_double_lt(least, 1e-8);
    ck_assert_double_eq_tol(x[0], 1, 1e-3);
    ck_assert_double_eq_tol(x[1], 1, 1e-3);
    ck_assert_int_le(calls, 1010);
    x[0] = 3;
    minimise(x, 1, never_finite, NULL, 0.5, 50, 1e-12);
    ck_assert(isfinite(x[0]));
}
END_TEST

START_TEST(bounds_hold_and_come_back)
{
    for (double v = 0.05; v < 0.96; v += 0.1)
        ck_assert_double_eq_tol(bounded(unbounded(v, 0, 1), 0, 1), v, 1e-12);
    ck_assert_double_le(bounded(1e6, -2, 3), 3);
    ck_assert_double_ge(bounded(-1e6, -2, 3), -2);
}
END_TEST

/* ---- exponential smoothing ---- */

START_TEST(a_line_with_a_season_is_continued)
{
    double y[120], out[24];
    struct ets m;
    struct err e = {0};
    int n = 96;

    fill_seasonal(y, 120, 12, 0, 1);
    ck_assert_int_eq(ets_fit(&m, NULL, y, n, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.season1, 12);
    ck_assert_int_eq(ets_path(out, &m, y, n, &n, 1, 24, &e), ST_OK);
    for (int h = 0; h < 24; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], 0.2);
}
END_TEST

START_TEST(a_random_walk_is_followed_and_noise_is_averaged)
{
    double walk[400], noise[400];
    struct ets m;
    struct rng r;
    struct err e = {0};

    rng_seed(&r, 3);
    for (int i = 0; i < 400; i++) {
        noise[i] = (double)rng_normal(&r);
        walk[i] = noise[i] + (i ? walk[i - 1] : 0);
    }
    ck_assert_int_eq(ets_fit(&m, NULL, walk, 400, 0, 0, false, &e), ST_OK);
    ck_assert_double_gt(m.alpha, 0.8);
    ck_assert_int_eq(ets_fit(&m, NULL, noise, 400, 12, 0, false, &e), ST_OK);
    ck_assert_double_lt(m.alpha, 0.2);
    ck_assert_int_eq(m.season1, 0);
}
END_TEST

START_TEST(a_day_and_a_week_are_told_apart)
{
    static double y[24 * 7 * 6];
    double out[168];
    struct ets m;
    struct err e = {0};
    int n = 24 * 7 * 5;

    for (int i = 0; i < 24 * 7 * 6; i++)
        y[i] = 20 + 5 * sin(2 * M_PI * (i % 24) / 24) + (i / 24 % 7 < 5 ? 4 : -6);
    ck_assert_int_eq(ets_fit(&m, NULL, y, n, 24, 168, false, &e), ST_OK);
    ck_assert_int_eq(m.season2, 168);
    ck_assert_int_eq(ets_path(out, &m, y, n, &n, 1, 168, &e), ST_OK);
    for (int h = 0; h < 168; h++)
        ck_assert_double_eq_tol(out[h], y[n + h], 0.5);
}
END_TEST

/* ---- ARIMA ---- */

/* An autoregression of order 2 with the given coefficients. */
static void fill_autoregression(double *y, int n, double a, double b)
{
    struct rng r;

    rng_seed(&r, 11);
    for (int i = 0; i < n; i++)
        y[i] = (i > 0 ? a * y[i - 1] : 0) + (i > 1 ? b * y[i - 2] : 0) + (double)rng_normal(&r);
}

START_TEST(an_autoregression_is_recovered)
{
    double y[800], out[400];
    struct arima m = {.p = 2};
    struct err e = {0};
    int n = 800;

    fill_autoregression(y, n, 1.2, -0.5);
    for (int i = 0; i < n; i++)
        y[i] += 30;
    m.drift = true; /* a mean */
    ck_assert_int_eq(arima_fit(&m, NULL, y, n, 0, ARIMA_LIKELIHOOD, &e), ST_OK);
    ck_assert_double_eq_tol(m.ar[0], 1.2, 0.1);
    ck_assert_double_eq_tol(m.ar[1], -0.5, 0.1);
    ck_assert_double_eq_tol(m.mean, 30, 0.5);
    ck_assert_int_eq(arima_path(out, &m, y, n, &n, 1, 400, &e), ST_OK);
    ck_assert_double_eq_tol(out[399], m.mean, 1e-6);
    ck_assert_double_eq_tol(
        out[0], m.mean + m.ar[0] * (y[n - 1] - m.mean) + m.ar[1] * (y[n - 2] - m.mean), 1e-9);
}
END_TEST

/* Figures of R's arima(log(AirPassengers), c(0,1,1), list(order = c(0,1,1), period = 12)):
 * ma1 -0.4018, sma1 -0.5569, by the exact likelihood. */
START_TEST(the_airline_model_of_the_book)
{
    double y[AIR];
    struct arima m = {.d = 1, .q = 1, .D = 1, .Q = 1, .season = 12};
    struct err e = {0};

    for (int i = 0; i < AIR; i++)
        y[i] = log(air[i]);
    ck_assert_int_eq(arima_fit(&m, NULL, y, AIR, 12, ARIMA_LIKELIHOOD, &e), ST_OK);
    ck_assert_double_eq_tol(m.ma[0], -0.4018, 0.003);
    ck_assert_double_eq_tol(m.sma[0], -0.5569, 0.003);
    ck_assert_int_eq(arima_fit(&m, NULL, y, AIR, 12, ARIMA_SQUARES, &e), ST_OK);
    ck_assert_double_lt(m.sma[0], -0.58);
}
END_TEST

/* A forecast knows what lies before its origin, whichever others are asked for beside it. */
START_TEST(arima_forecasts_alike_from_one_origin_and_from_many)
{
    double y[400], many[3 * 24], one[24];
    struct arima m = {.p = 2, .q = 1, .D = 1, .Q = 1, .season = 12};
    struct err e = {0};
    const int origins[] = {200, 203, 390};

    fill_seasonal(y, 400, 12, 1, 7);
    ck_assert_int_eq(arima_fit(&m, NULL, y, 400, 12, ARIMA_LIKELIHOOD, &e), ST_OK);
    m.ar[0] = 0.5;
    m.ar[1] = 0.3;
    m.ma[0] = 0.4;
    m.sma[0] = -0.6;
    ck_assert_int_eq(arima_path(many, &m, y, 400, origins, 3, 24, &e), ST_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(arima_path(one, &m, y, 400, &origins[i], 1, 24, &e), ST_OK);
        for (int h = 0; h < 24; h++)
            ck_assert_double_eq_tol(many[i * 24 + h], one[h], 1e-3);
    }
}
END_TEST

START_TEST(orders_are_searched_for)
{
    double y[800];
    struct arima m;
    struct err e = {0};

    fill_autoregression(y, 800, 1.2, -0.5);
    ck_assert_int_eq(arima_fit(&m, NULL, y, 800, 0, ARIMA_SEARCH, &e), ST_OK);
    ck_assert_int_eq(m.d, 0);
    ck_assert_int_ge(m.p, 1);
    for (int i = 1; i < 800; i++)
        y[i] += y[i - 1];
    ck_assert_int_eq(arima_fit(&m, NULL, y, 800, 0, ARIMA_SEARCH, &e), ST_OK);
    ck_assert_int_eq(m.d, 1);
    fill_seasonal(y, 200, 12, 1, 4);
    ck_assert_int_eq(arima_fit(&m, NULL, y, 200, 12, ARIMA_SEARCH, &e), ST_OK);
    ck_assert_int_eq(m.D, 1);
}
END_TEST

/* ---- Theta ---- */

START_TEST(theta_halves_the_slope_of_a_line)
{
    double y[60], out[10];
    struct theta m = {.alpha = 0.5};
    struct err e = {0};
    int n = 60;

    for (int i = 0; i < 60; i++)
        y[i] = 7 + 2 * i;
    /* The level lags (1 - alpha) / alpha slopes behind; half of what it is short of comes back. */
    ck_assert_int_eq(theta_path(out, &m, y, n, &n, 1, 10, &e), ST_OK);
    ck_assert_double_eq_tol(out[0], 7 + 2 * 59 - 2 + 2, 1e-6);
    for (int h = 1; h < 10; h++)
        ck_assert_double_eq_tol(out[h] - out[h - 1], 1, 1e-9);
}
END_TEST

/* ---- all members ---- */

/* From each origin every member sees only what lies before it. */
START_TEST(no_member_looks_ahead)
{
    const int origins[3] = {90, 100, 110};
    double a[AIR], b[AIR];
    double *x = malloc(3 * MEMBER_COUNT * 12 * sizeof(*x));
    double *y = malloc(3 * MEMBER_COUNT * 12 * sizeof(*y));
    struct members c;
    struct err e = {0};

    ck_assert_ptr_nonnull(x);
    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(members_fit(&c, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(scaling_forward(a, &c.ets.scaling, air, AIR, &e), ST_OK);
    memcpy(b, a, sizeof(a));
    for (int i = 110; i < AIR; i++)
        b[i] = c.ets.low;
    ck_assert_int_eq(members_path(x, &c, NULL, &(struct rolling){a, AIR, origins, 3, 12}, &e),
                     ST_OK);
    ck_assert_int_eq(members_path(y, &c, NULL, &(struct rolling){b, AIR, origins, 3, 12}, &e),
                     ST_OK);
    ck_assert_mem_eq(x, y, 3 * MEMBER_COUNT * 12 * sizeof(*x));
    /* Several origins at once are as each by itself, but for where the smoother starts. */
    ck_assert_int_eq(members_path(y, &c, NULL, &(struct rolling){a, 110, origins + 2, 1, 12}, &e),
                     ST_OK);
    for (int i = 0; i < MEMBER_COUNT * 12; i++)
        ck_assert_double_eq_tol(x[2 * MEMBER_COUNT * 12 + i], y[i], 0.15);
    free(x);
    free(y);
}
END_TEST

START_TEST(every_member_is_finite_on_any_length)
{
    double y[60], w[60], out[MEMBER_COUNT * 30];
    struct err e = {0};

    for (int kind = 0; kind < 4; kind++) {
        for (int n = 1; n <= 60; n += n < 16 ? 1 : 11) {
            struct members c;

            for (int i = 0; i < n; i++)
                y[i] = kind == 0   ? 0
                       : kind == 1 ? 1e290 * (i % 5)
                       : kind == 2 ? exp(i)
                                   : (i * 7919 % 13) - 6;
            ck_assert_msg(!members_fit(&c, y, n, 4, SCALING_AUTO, &e), "%s", e.message);
            ck_assert_int_eq(scaling_forward(w, &c.ets.scaling, y, n, &e), ST_OK);
            ck_assert_int_eq(members_path(out, &c, NULL, &(struct rolling){w, n, &n, 1, 30}, &e),
                             ST_OK);
            for (int i = 0; i < MEMBER_COUNT * 30; i++)
                ck_assert_msg(isfinite(out[i]), "kind %d n %d member %d", kind, n, i / 30);
        }
    }
}
END_TEST

START_TEST(logarithms_are_taken_where_the_season_grows_with_the_level)
{
    double y[200];
    struct members c;
    struct err e = {0};

    ck_assert_int_eq(members_fit(&c, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(c.ets.scaling.kind, SCALING_LOG);
    fill_seasonal(y, 200, 12, 3, 9);
    ck_assert_int_eq(members_fit(&c, y, 200, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(c.ets.scaling.kind, SCALING_STANDARD);
    y[5] = -1;
    ck_assert_int_eq(members_fit(&c, y, 200, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(c.ets.scaling.kind, SCALING_STANDARD);
}
END_TEST

START_TEST(better_members_weigh_more_but_none_takes_all)
{
    const double relative[MEMBER_COUNT] = {-0.5};
    const double zeros[MEMBER_COUNT] = {0};
    double equal[MEMBER_COUNT], one_perfect[MEMBER_COUNT], one_absent[MEMBER_COUNT];
    double w[MEMBER_COUNT], sum = 0;

    for (int k = 0; k < MEMBER_COUNT; k++)
        equal[k] = one_perfect[k] = one_absent[k] = 1;
    one_perfect[0] = 0;
    one_absent[MEMBER_HOLT] = INFINITY;
    ensemble_weigh(w, relative, equal);
    for (int k = 0; k < MEMBER_COUNT; k++)
        sum += w[k];
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    ck_assert_double_gt(w[0], w[1]);
    ck_assert_double_lt(w[0], 0.9);
    ensemble_weigh(w, zeros, one_perfect);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert(isfinite(w[k]) && w[k] > 0);
    ensemble_weigh(w, zeros, one_absent);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert_int_eq(w[k] > 0, k != MEMBER_HOLT);
    ensemble_weigh(w, zeros, zeros);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert(isfinite(w[k]) && w[k] > 0);
}
END_TEST

/* Against the best that this series has, not against one that it lacks. */
START_TEST(hopeless_members_weigh_nothing)
{
    double relative[MEMBER_COUNT] = {[1] = 0.6, [2] = 0.5, [MEMBER_GLOBAL_NET] = -0.2};
    double error[MEMBER_COUNT], w[MEMBER_COUNT], sum = 0;

    for (int k = 0; k < MEMBER_COUNT; k++)
        error[k] = 1;
    error[MEMBER_GLOBAL_NET] = INFINITY;
    ensemble_weigh(w, relative, error);
    for (int k = 0; k < MEMBER_COUNT; k++) {
        ck_assert_int_eq(w[k] > 0, k != 1 && k != MEMBER_GLOBAL_NET);
        sum += w[k];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    error[MEMBER_GLOBAL_NET] = 1;
    ensemble_weigh(w, relative, error);
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert_int_eq(w[k] > 0, k != 1 && k != 2);
}
END_TEST

START_TEST(an_ensemble_is_packed_and_unpacked)
{
    struct ensemble a = {.error_scale = 0.25, .spread = 2}, b;
    double row[ENSEMBLE_NUMBERS], again[ENSEMBLE_NUMBERS];
    struct err e = {0};

    ck_assert_int_eq(members_fit(&a.members, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ensemble_prior(a.weight);
    ensemble_pack(row, &a);
    /* No number is left out. */
    ck_assert_double_eq(row[ENSEMBLE_NUMBERS_FIRST - 1], 0.25);
    ck_assert_double_eq(row[ENSEMBLE_NUMBERS - 1], a.weight[MEMBER_COUNT - 1]);
    ck_assert(ensemble_unpack(&b, row, ENSEMBLE_NUMBERS));
    ensemble_pack(again, &b);
    ck_assert_mem_eq(row, again, sizeof(row));
}
END_TEST

/* Files from before there were more members say nothing of these: they take no part. */
START_TEST(the_first_members_are_unpacked_alone)
{
    struct ensemble a = {.error_scale = 0.25, .spread = 2, .weight = {0.3, 0.3, 0.2, 0.1, 0.1}}, b;
    double row[ENSEMBLE_NUMBERS], w[AIR], out[MEMBER_COUNT * 12];
    const int origin = AIR;
    struct err e = {0};

    ck_assert_int_eq(members_fit(&a.members, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ensemble_pack(row, &a);
    ck_assert(ensemble_unpack(&b, row, ENSEMBLE_NUMBERS_FIRST));
    ck_assert_mem_eq(a.weight, b.weight, sizeof(a.weight));
    ck_assert_int_eq(b.members.holt.season, 0);
    ck_assert_int_eq(b.members.aggregation.season, 0);
    ck_assert_int_eq(scaling_forward(w, &b.members.ets.scaling, air, AIR, &e), ST_OK);
    ck_assert_int_eq(
        members_path(out, &b.members, NULL, &(struct rolling){w, AIR, &origin, 1, 12}, &e), ST_OK);
    for (int i = 0; i < MEMBER_COUNT * 12; i++)
        ck_assert(isfinite(out[i]));
    ck_assert(ensemble_unpack(&b, row, ENSEMBLE_NUMBERS_SECOND));
    ck_assert_int_eq(b.members.holt.season, 12);
    ck_assert_int_eq(b.members.aggregation.season, 0);
    row[ENSEMBLE_NUMBERS - 1] = 2;
    ck_assert(!ensemble_unpack(&b, row, ENSEMBLE_NUMBERS));
}
END_TEST

/* A line with a season is what both smoothers can tell exactly, from odd and even origins, an odd number
 * of steps ahead. */
START_TEST(aggregates_keep_the_profile_of_single_steps)
{
    double y[121], out[3 * 7];
    const int origins[] = {96, 97, 108}, first = 1;
    struct temporal_aggregation m;
    struct ets fine = {0};
    struct err e = {0};

    for (int i = 0; i < 121; i++)
        y[i] = 3 + 0.5 * i + 8 * sin(i * M_PI / 6) + (i % 12 == 3 ? 5 : 0);
    ck_assert_int_eq(ets_fit(&fine, NULL, y, 108, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(temporal_aggregation_fit(&m, y, 108, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.season, 12);
    ck_assert_int_eq(
        temporal_aggregation_path(out, &m, &fine, &(struct rolling){y, 108, origins, 3, 7}, &e),
        ST_OK);
    for (int i = 0; i < 3; i++) {
        for (int h = 0; h < 7; h++)
            ck_assert_double_eq_tol(out[i * 7 + h], y[origins[i] + h], 0.3);
    }
    /* One step is no pair. */
    ck_assert_int_eq(
        temporal_aggregation_path(out, &m, &fine, &(struct rolling){y, 108, &first, 1, 7}, &e),
        ST_OK);
    ck_assert(isfinite(out[0]) && isfinite(out[6]));
}
END_TEST

/* The mean of each pair is what the smoother of pairs says. */
START_TEST(aggregates_move_the_finer_forecast)
{
    double y[144], pairs[72], out[12], coarse[6], fine[12];
    const int origin = 144, half = 72;
    struct temporal_aggregation m;
    struct ets single = {0};
    struct err e = {0};

    for (int i = 0; i < AIR; i++)
        y[i] = log(air[i]);
    for (int i = 0; i < 72; i++)
        pairs[i] = (y[2 * i] + y[2 * i + 1]) / 2;
    ck_assert_int_eq(ets_fit(&single, NULL, y, AIR, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(temporal_aggregation_fit(&m, y, AIR, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.ets.season1, 6);
    ck_assert_int_eq(
        temporal_aggregation_path(out, &m, &single, &(struct rolling){y, AIR, &origin, 1, 12}, &e),
        ST_OK);
    ck_assert_int_eq(ets_path(coarse, &m.ets, pairs, 72, &half, 1, 6, &e), ST_OK);
    ck_assert_int_eq(ets_path(fine, &single, y, AIR, &origin, 1, 12, &e), ST_OK);
    for (int k = 0; k < 6; k++) {
        ck_assert_double_eq_tol((out[2 * k] + out[2 * k + 1]) / 2, coarse[k], 1e-9);
        ck_assert_double_eq_tol(out[2 * k + 1] - out[2 * k], fine[2 * k + 1] - fine[2 * k], 1e-9);
    }
    ck_assert_int_eq(temporal_aggregation_fit(&m, y, 35, 12, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.season, 0);
    ck_assert_int_eq(temporal_aggregation_fit(&m, y, AIR, 7, 0, false, &e), ST_OK);
    ck_assert_int_eq(m.season, 0);
}
END_TEST

START_TEST(sines_find_a_season_that_is_no_whole_number)
{
    enum { WEEKS = 500, H = 26 };
    const int origin = WEEKS - H;
    struct harmonic m = {0};
    double y[WEEKS], out[H];
    struct err e = {0};

    for (int i = 0; i < WEEKS; i++)
        y[i] =
            0.01 * i + 3 * sin(6.283185307179586 * i / (365.25 / 7)) + 0.1 * ((i * 7919) % 13 - 6);
    ck_assert_int_eq(harmonic_fit(&m, y, origin, 52, 0, false, &e), ST_OK);
    ck_assert_double_eq_tol(m.period[0], 52.18, 0.01);
    ck_assert_int_ge(m.order[0], 1);
    ck_assert_int_eq(m.order[1], 0);
    ck_assert_int_eq(harmonic_path(out, &m, y, WEEKS, &origin, 1, H, &e), ST_OK);
    for (int h = 0; h < H; h++)
        ck_assert_double_eq_tol(out[h], y[origin + h], 1.2);
    /* White noise has no season. */
    for (int i = 0; i < WEEKS; i++)
        y[i] = (double)((i * 2654435761u) % 1009u) / 1009;
    ck_assert_int_eq(harmonic_fit(&m, y, WEEKS, 12, 0, false, &e), ST_OK);
    ck_assert_int_le(m.order[0], 2);
}
END_TEST

START_TEST(a_season_that_multiplies_is_continued)
{
    enum { N = 84, H = 12 };
    const int origin = N - H;
    struct holt m;
    double y[N], out[H];
    struct err e = {0};

    for (int i = 0; i < N; i++)
        y[i] = (100 + 2 * i) * (1 + 0.4 * sin(6.283185307179586 * i / 12));
    ck_assert_int_eq(holt_fit(&m, y, origin, 12, &e), ST_OK);
    ck_assert_int_eq(m.season, 12);
    ck_assert_int_eq(holt_path(out, &m, y, N, &origin, 1, H, &e), ST_OK);
    for (int h = 0; h < H; h++)
        ck_assert_double_eq_tol(out[h] / y[origin + h], 1, 0.03);
    y[3] = 0;
    ck_assert_int_eq(holt_fit(&m, y, origin, 12, &e), ST_OK);
    ck_assert_int_eq(m.season, 0);
}
END_TEST

/* A series that always goes on from its level by the same steps: the frame that says so is found. */
START_TEST(a_net_sees_changes_against_the_season_less_their_level)
{
    enum { N = 96, W = 12, H = 12 };
    struct global_frame f;
    float x[W];
    double y[N + H], level;

    for (int i = 0; i < N + H; i++)
        y[i] = 5.0 * (i % 12) + 0.5 * (i / 12.0) + 0.01 * ((i * 7919) % 13 - 6);
    global_frame_fit(&f, y, N, 12, 0, W, H);
    ck_assert_int_eq(f.season, 12);
    ck_assert_double_gt(f.error_scale, 0);
    level = global_net_input(x, 0, 1, &f, y, N, W);
    ck_assert_double_eq_tol(level, 0.5, 0.1);
    for (int i = 0; i < W; i++)
        ck_assert_float_eq_tol(
            x[i], (float)asinh((y[N - W + i] - y[N - W + i - 12] - level) / f.error_scale), 1e-5f);
    for (int h = 0; h < H; h++)
        ck_assert_double_eq_tol(global_net_base(&f, y, N, level, h), y[N + h], 0.5);
    /* Too short, or constant: there is no such member. */
    global_frame_fit(&f, y, 5, 0, 0, W, H);
    ck_assert_double_eq(f.error_scale, 0);
    for (int i = 0; i < N; i++)
        y[i] = 3;
    global_frame_fit(&f, y, N, 12, 0, W, H);
    ck_assert_double_eq(f.error_scale, 0);
}
END_TEST

/* An autoregression that holds for all series is found from all of them, gaps left out. */
START_TEST(one_linear_model_is_learnt_from_all_series)
{
    enum { N = 120, H = 4, SERIES = 3 };
    struct global_ar_series series[SERIES];
    struct global_ar m = {0};
    double w[SERIES][N + H], values[SERIES][N], out[2 * H];
    struct err e = {0};

    for (int s = 0; s < SERIES; s++) {
        for (int i = 0; i < N + H; i++)
            w[s][i] = (s + 1) * (sin(1.1 * i + s) + 0.5 * sin(0.4 * i)) + 10 * s;
        for (int i = 0; i < N; i++)
            values[s][i] = i == 50 ? NAN : w[s][i];
        series[s] = (struct global_ar_series){.w = w[s], .values = values[s], .n = N};
    }
    ck_assert_int_eq(global_ar_fit(&m, series, SERIES, 4, H, &e), ST_OK);
    ck_assert_ptr_nonnull(m.weight);
    ck_assert_int_eq(m.season, 4);
    for (int s = 0; s < SERIES; s++) {
        global_ar_forecast(out, &m, w[s], N, 2 * H);
        for (int h = 0; h < H; h++)
            ck_assert_double_eq_tol(out[h], w[s][N + h], 0.3 * (s + 1));
        for (int h = H; h < 2 * H; h++)
            ck_assert_double_eq(out[h], out[h - 4]);
    }
    global_ar_release(&m);
    /* Too few origins: no model. */
    series[0].n = 12;
    ck_assert_int_eq(global_ar_fit(&m, series, 1, 4, H, &e), ST_OK);
    ck_assert_ptr_null(m.weight);
}
END_TEST

START_TEST(a_fixed_form_is_kept)
{
    struct ets m = {.season1 = 12, .phi = 1};
    double y[AIR];
    struct err e = {0};

    for (int i = 0; i < AIR; i++)
        y[i] = log(air[i]);
    ck_assert_int_eq(ets_fit(&m, NULL, y, AIR, 12, 0, true, &e), ST_OK);
    ck_assert_int_eq(m.season1, 12);
    ck_assert(!m.trend);
    ck_assert_int_eq(ets_fit(&m, NULL, y, AIR, 12, 0, false, &e), ST_OK);
    ck_assert(m.trend);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("members");
    TCase *t = tcase_create("members");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, the_simplex_walks_down_a_curved_valley);
    tcase_add_test(t, bounds_hold_and_come_back);
    tcase_add_test(t, a_line_with_a_season_is_continued);
    tcase_add_test(t, a_random_walk_is_followed_and_noise_is_averaged);
    tcase_add_test(t, a_day_and_a_week_are_told_apart);
    tcase_add_test(t, an_autoregression_is_recovered);
    tcase_add_test(t, the_airline_model_of_the_book);
    tcase_add_test(t, arima_forecasts_alike_from_one_origin_and_from_many);
    tcase_add_test(t, orders_are_searched_for);
    tcase_add_test(t, theta_halves_the_slope_of_a_line);
    tcase_add_test(t, no_member_looks_ahead);
    tcase_add_test(t, every_member_is_finite_on_any_length);
    tcase_add_test(t, logarithms_are_taken_where_the_season_grows_with_the_level);
    tcase_add_test(t, better_members_weigh_more_but_none_takes_all);
    tcase_add_test(t, hopeless_members_weigh_nothing);
    tcase_add_test(t, an_ensemble_is_packed_and_unpacked);
    tcase_add_test(t, the_first_members_are_unpacked_alone);
    tcase_add_test(t, aggregates_keep_the_profile_of_single_steps);
    tcase_add_test(t, aggregates_move_the_finer_forecast);
    tcase_add_test(t, sines_find_a_season_that_is_no_whole_number);
    tcase_add_test(t, a_season_that_multiplies_is_continued);
    tcase_add_test(t, a_net_sees_changes_against_the_season_less_their_level);
    tcase_add_test(t, one_linear_model_is_learnt_from_all_series);
    tcase_add_test(t, a_fixed_form_is_kept);
    suite_add_tcase(s, t);
    return run_suite(s);
}
