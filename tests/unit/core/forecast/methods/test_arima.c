/* test_arima.c - models of series that were made by one: innovations, coefficients, forecasts. */
#include "core/forecast/methods/arima.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>
#include <string.h>

enum { N = 240, SEASON = 12, LEAD = 600 };

static const struct arima airline = {
    .d = 1, .q = 1, .D = 1, .Q = 1, .season = SEASON, .ma = {-0.4}, .sma = {-0.95}};

/* y (N), long after its beginning, and the innovations that made it. */
static void make(double *y, double *e, unsigned seed)
{
    static double w[LEAD + N], v[LEAD + N], z[LEAD + N];
    struct rng r;

    rng_seed(&r, seed);
    for (int t = 0; t < LEAD + N; t++) {
        z[t] = (double)rng_normal(&r);
        w[t] = z[t] + (t > 0 ? airline.ma[0] * z[t - 1] : 0) +
               (t >= SEASON ? airline.sma[0] * z[t - SEASON] : 0) +
               (t > SEASON ? airline.ma[0] * airline.sma[0] * z[t - SEASON - 1] : 0);
        v[t] = w[t] + (t >= SEASON ? v[t - SEASON] : 0);
        v[t] = t > 0 ? v[t] + v[t - 1] - (t > SEASON ? v[t - SEASON - 1] : 0) : v[t];
    }
    memcpy(y, v + LEAD, N * sizeof(*y));
    memcpy(e, z + LEAD, N * sizeof(*e));
}

/* The unknown years before the first have no lasting effect. Taken as zeros, they would have one
 * for decades. */
START_TEST(a_filter_finds_the_innovations)
{
    double y[N], e[N], out[N], error = 0;
    int count = 0;

    for (unsigned seed = 1; seed <= 20; seed++) {
        struct err why = {0};

        make(y, e, seed);
        ck_assert_int_eq(arima_filter(out, &airline, y, N, &why), ST_OK);
        for (int t = 0; t <= SEASON; t++)
            ck_assert_double_eq(out[t], 0);
        for (int t = SEASON + 1; t < N; t++, count++)
            error += (out[t] - e[t]) * (out[t] - e[t]);
    }
    ck_assert_double_lt(sqrt(error / count), 0.35);
}
END_TEST

START_TEST(a_filter_is_linear)
{
    double y[N], e[N], x[N], sum[N], fy[N], fx[N], fs[N];
    struct err why = {0};

    make(y, e, 1);
    for (int t = 0; t < N; t++) {
        x[t] = cos(2 * M_PI * t / 35);
        sum[t] = 2 * y[t] - 3 * x[t];
    }
    ck_assert_int_eq(arima_filter(fy, &airline, y, N, &why), ST_OK);
    ck_assert_int_eq(arima_filter(fx, &airline, x, N, &why), ST_OK);
    ck_assert_int_eq(arima_filter(fs, &airline, sum, N, &why), ST_OK);
    for (int t = 0; t < N; t++)
        ck_assert_double_eq_tol(fs[t], 2 * fy[t] - 3 * fx[t], 1e-8);
}
END_TEST

/* Of the airline model by hand: (1 - B)(1 - B^12) over (1 - 0.4 B)(1 - 0.95 B^12). */
START_TEST(a_response_is_that_of_a_day_in_the_middle)
{
    enum { LONG = 3000, AT = 2500, STEPS = 60 };
    static double one[LONG], out[LONG];
    double response[STEPS];
    struct err why = {0};

    one[AT] = 1;
    ck_assert_int_eq(arima_response(response, &airline, STEPS, &why), ST_OK);
    ck_assert_int_eq(arima_filter(out, &airline, one, LONG, &why), ST_OK);
    ck_assert_double_eq_tol(response[0], 1, 1e-12);
    ck_assert_double_eq_tol(response[1], 0.4 - 1, 1e-12);
    ck_assert_double_eq_tol(response[2], 0.4 * (0.4 - 1), 1e-12);
    ck_assert_double_eq_tol(response[12], pow(0.4, 11) * (0.4 - 1) + 0.95 - 1, 1e-12);
    for (int s = 0; s < STEPS; s++)
        ck_assert_double_eq_tol(response[s], out[AT + s], 1e-4);
}
END_TEST

START_TEST(a_filter_of_little_is_nothing)
{
    double y[SEASON + 1], out[SEASON + 1];
    struct err why = {0};

    for (int t = 0; t <= SEASON; t++)
        y[t] = out[t] = t + 1;
    ck_assert_int_eq(arima_filter(out, &airline, y, SEASON + 1, &why), ST_OK);
    for (int t = 0; t <= SEASON; t++)
        ck_assert_double_eq(out[t], 0);
}
END_TEST

/* ---- fitting and forecasting ---- */

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

/* A forecast depends only on the values before its origin, not on the other origins of the call. */
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

/* An AR(1) without a mean forecasts phi^h times the last value. */
START_TEST(an_autoregression_of_order_one_decays)
{
    const struct arima m = {.p = 1, .ar = {0.7}};
    const double y[5] = {1, -2, 0.5, 3, 2};
    const int n = 5;
    double out[6];
    struct err e = {0};

    ck_assert_int_eq(arima_path(out, &m, y, n, &n, 1, 6, &e), ST_OK);
    for (int h = 0; h < 6; h++)
        ck_assert_double_eq_tol(out[h], 2 * pow(0.7, h + 1), 1e-12);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("arima");
    TCase *t = tcase_create("arima");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_filter_finds_the_innovations);
    tcase_add_test(t, a_filter_is_linear);
    tcase_add_test(t, a_response_is_that_of_a_day_in_the_middle);
    tcase_add_test(t, a_filter_of_little_is_nothing);
    tcase_add_test(t, an_autoregression_is_recovered);
    tcase_add_test(t, the_airline_model_of_the_book);
    tcase_add_test(t, arima_forecasts_alike_from_one_origin_and_from_many);
    tcase_add_test(t, orders_are_searched_for);
    tcase_add_test(t, an_autoregression_of_order_one_decays);
    suite_add_tcase(s, t);
    return run_suite(s);
}
