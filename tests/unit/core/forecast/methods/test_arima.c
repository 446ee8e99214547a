/* test_arima.c - the innovations that a model finds in a series that was made by it. */
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

/* Nothing of the years before the first lingers, as it would for decades if they were taken for nothing. */
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

int main(void)
{
    Suite *s = suite_create("arima");
    TCase *t = tcase_create("arima");

    tcase_add_test(t, a_filter_finds_the_innovations);
    tcase_add_test(t, a_filter_is_linear);
    tcase_add_test(t, a_response_is_that_of_a_day_in_the_middle);
    tcase_add_test(t, a_filter_of_little_is_nothing);
    suite_add_tcase(s, t);
    return run_suite(s);
}
