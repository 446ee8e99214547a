/* test_global_ar.c - an autoregression that holds for all series is found from all of them. */
#include "core/forecast/methods/global_ar.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <string.h>

/* An autoregression that holds for all series is found from all of them, gaps left out. */
START_TEST(one_linear_model_is_learnt_from_all_series)
{
    enum { N = 120, H = 4, SERIES = 3 };
    struct global_ar_series series[SERIES];
    struct global_ar m = {0};
    double w[SERIES][N + H], values[SERIES][N], out[2 * H], longer[N + H], next[H];
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
        /* The steps behind H are forecast from those before them. */
        memcpy(longer, w[s], sizeof(longer));
        memcpy(longer + N, out, H * sizeof(*out));
        global_ar_forecast(next, &m, longer, N + H, H);
        for (int h = 0; h < H; h++)
            ck_assert_double_eq_tol(out[H + h], next[h], 1e-9);
    }
    global_ar_release(&m);
    /* Too few origins: no model. */
    series[0].n = 12;
    ck_assert_int_eq(global_ar_fit(&m, series, 1, 4, H, &e), ST_OK);
    ck_assert_ptr_null(m.weight);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("global_ar");
    TCase *t = tcase_create("global_ar");

    tcase_add_test(t, one_linear_model_is_learnt_from_all_series);
    suite_add_tcase(s, t);
    return run_suite(s);
}
