/* test_temporal_aggregation.c - the pairs of a line with a season, and of a known series. */
#include "core/forecast/methods/temporal_aggregation.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

/* ETS of single steps and ETS of pairs both forecast a line with a season exactly, from odd and
 * even origins, an odd number of steps ahead. */
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
    /* A single step makes no pair. */
    ck_assert_int_eq(
        temporal_aggregation_path(out, &m, &fine, &(struct rolling){y, 108, &first, 1, 7}, &e),
        ST_OK);
    ck_assert(isfinite(out[0]) && isfinite(out[6]));
}
END_TEST

/* The mean of each pair is what ETS of pairs forecasts. */
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

int main(void)
{
    Suite *s = suite_create("temporal_aggregation");
    TCase *t = tcase_create("temporal_aggregation");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, aggregates_keep_the_profile_of_single_steps);
    tcase_add_test(t, aggregates_move_the_finer_forecast);
    suite_add_tcase(s, t);
    return run_suite(s);
}
