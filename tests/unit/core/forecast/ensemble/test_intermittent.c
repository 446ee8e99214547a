/* test_intermittent.c - forecasts of series with many zeros. */
#include "core/forecast/ensemble/intermittent.h"
#include "core/forecast/series/zeros.h"
#include "tests/unit/core/forecast/series.h"

#include <lstm/rng.h>
#include <math.h>

enum { N = 120, H = 14, SERIES = 100 };

static double uniform(struct rng *r)
{
    return (double)rng_uniform(r, 0, 1);
}

/* The properties of a simulated panel. */
struct kind {
    double zeros_before; /* share of the history before the first demand may come */
    double end;          /* the probability at the end as a share of that at the start */
    double weekend;      /* as a multiple of the probability on other days */
    bool lumpy;
};

static double demand(struct rng *r, double probability, bool lumpy)
{
    if (uniform(r) >= probability)
        return 0;
    return lumpy ? ceil(exp(1.2 + 0.9 * (double)rng_normal(r))) : 1 + rng_below(r, 9);
}

static double probability_at(const struct kind *k, double base, int t)
{
    double p = base * pow(k->end, (double)t / N);

    return t < k->zeros_before * N ? 0 : fmin(0.95, p * (t % 7 >= 5 ? k->weekend : 1));
}

/* The forecasts of a panel over its true means, and their mean error over that of the true
 * means. */
static void forecast_panel(double *ratio, double *error, const struct kind *k)
{
    double forecast = 0, truth = 0, size = k->lumpy ? exp(1.2 + 0.405) + 0.5 : 5;
    struct rng r;

    rng_seed(&r, 11);
    *error = 0;
    for (int i = 0; i < SERIES; i++) {
        double y[N + H], ours = 0, best = 0, base = k->lumpy ? 0.15 : 0.15 + 0.5 * uniform(&r);
        struct intermittent m;
        struct err e = {0};

        for (int t = 0; t < N + H; t++)
            y[t] = demand(&r, probability_at(k, base, t), k->lumpy);
        if (!zeros_abound(y, N, 7))
            continue;
        ck_assert_int_eq(intermittent_fit(&m, y, N, 7, &e), ST_OK);
        for (int h = 0; h < H; h++) {
            double mean = intermittent_mean(&m, h), mu = probability_at(k, base, N + h) * size;

            forecast += mean;
            truth += mu;
            ours += pow(y[N + h] - mean, 2);
            best += pow(y[N + h] - mu, 2);
        }
        *error += best > 0 ? sqrt(ours / best) / SERIES : 1.0 / SERIES;
        intermittent_release(&m);
    }
    *ratio = forecast / truth;
}

static const struct {
    struct kind kind;
    double ratio_least, ratio_most, error_most;
} panels[] = {
    {{0, 1, 1, false}, 0.95, 1.05, 1.03},  /* steady */
    {{0, 1, 1, true}, 0.9, 1.15, 1.03},    /* lumpy */
    {{0, 1, 3, false}, 0.9, 1.15, 1.08},   /* at weekends */
    {{0.7, 1, 1, false}, 0.9, 1.15, 1.05}, /* new */
    {{0, 0.4, 1, false}, 0.9, 1.35, 1.09}, /* dying */
};

START_TEST(a_panel_is_forecast_without_bias)
{
    double ratio, error;

    forecast_panel(&ratio, &error, &panels[_i].kind);
    ck_assert_double_ge(ratio, panels[_i].ratio_least);
    ck_assert_double_le(ratio, panels[_i].ratio_most);
    ck_assert_double_le(error, panels[_i].error_most);
}
END_TEST

START_TEST(quantiles_hold_what_can_occur)
{
    const double y[7] = {1, 0, 0, 0, 2, 0, 0};
    struct intermittent m;
    struct err e = {0};

    ck_assert_int_eq(intermittent_fit(&m, y, 7, 7, &e), ST_OK);
    ck_assert_double_gt(intermittent_mean(&m, 0), 0.2);
    ck_assert_double_lt(intermittent_mean(&m, 0), 0.7);
    ck_assert_double_eq(intermittent_quantile(&m, 0, 0.025), 0);
    ck_assert_double_ge(intermittent_quantile(&m, 0, 0.975), 2);
    intermittent_release(&m);
}
END_TEST

START_TEST(the_members_make_the_mean)
{
    double y[N], sum = 0, weights = 0;
    struct intermittent m;
    struct err e = {0};
    struct rng r;

    rng_seed(&r, 5);
    for (int t = 0; t < N; t++)
        y[t] = demand(&r, t % 7 >= 5 ? 0.9 : 0.2, false);
    ck_assert_int_eq(intermittent_fit(&m, y, N, 7, &e), ST_OK);
    ck_assert_int_eq(m.season, 7);
    for (int k = 0; k < INTERMITTENT_COUNT; k++) {
        sum += m.weight[k] * intermittent_member(&m, (enum intermittent_member)k, 3);
        weights += m.weight[k];
    }
    ck_assert_double_eq_tol(weights, 1, 1e-12);
    ck_assert_double_eq_tol(sum, intermittent_mean(&m, 3), 1e-12);
    ck_assert_double_eq_tol(intermittent_mean(&m, 3), intermittent_mean(&m, 10), 1e-12);
    /* N is 1 behind whole weeks: step 4 is a Saturday. */
    ck_assert_double_gt(intermittent_mean(&m, 4), 2 * intermittent_mean(&m, 3));
    intermittent_release(&m);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("intermittent");
    TCase *t = tcase_create("intermittent");

    tcase_add_loop_test(t, a_panel_is_forecast_without_bias, 0, sizeof(panels) / sizeof(panels[0]));
    tcase_add_test(t, quantiles_hold_what_can_occur);
    tcase_add_test(t, the_members_make_the_mean);
    suite_add_tcase(s, t);
    return run_suite(s);
}
