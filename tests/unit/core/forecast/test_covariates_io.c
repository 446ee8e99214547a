/* test_covariates_io.c - covariates in the file of a forecaster. */
#include "tests/unit/core/forecast/covariates/heat.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_file_keeps_it_all)
{
    struct forecaster *f = heat_fit(true, true), *g = NULL;
    struct series_view s = heat_view(N, ROWS, true);
    struct room a = make_room(HORIZON, 0), b = make_room(HORIZON, 0);
    uint8_t *bytes = NULL, *again = NULL;
    size_t len, len2;
    struct err e = {0};

    ck_assert(!forecaster_save(f, NULL, &bytes, &len, &e));
    ck_assert_msg(!forecaster_load(&g, bytes, len, &e), "%s", e.message);
    ck_assert(!forecaster_save(g, NULL, &again, &len2, &e));
    ck_assert_uint_eq(len, len2);
    ck_assert_mem_eq(bytes, again, len);
    ck_assert(forecaster_uses_covariates(g, 0));
    ck_assert(!forecaster_predict_view(&a.fc, f, &s, HORIZON, NULL, 0, &e));
    ck_assert(!forecaster_predict_view(&b.fc, g, &s, HORIZON, NULL, 0, &e));
    ck_assert_mem_eq(a.fc.mean, b.fc.mean, HORIZON * sizeof(double));
    ck_assert(!forecaster_predict(&b.fc, g, heat_y, N, HORIZON, NULL, 0, &e));
    free(a.block);
    free(b.block);
    free(bytes);
    free(again);
    forecaster_free(f);
    forecaster_free(g);
}
END_TEST

/* A damaged entry about covariates is refused, unless its value is still a valid one. */
START_TEST(a_damaged_file_is_refused)
{
    static const char *const keys[] = {"covariates.names", "covariates.regression",
                                       "covariates.values"};
    struct forecaster *f = heat_fit(true, true), *g = NULL;
    uint8_t *bytes = NULL;
    size_t len, key = strlen(keys[_i]);
    struct err e = {0};

    ck_assert(!forecaster_save(f, NULL, &bytes, &len, &e));
    for (size_t i = 0; i + key < len; i++)
        if (!memcmp(bytes + i, keys[_i], key))
            memset(bytes + i + key + 3, _i ? 'x' : '9', 3); /* into the value */
    if (_i > 0) {
        ck_assert_int_eq(forecaster_load(&g, bytes, len, &e), ST_CORRUPT);
    } else { /* another name is valid, too; the covariate known in advance is then absent */
        ck_assert_int_eq(forecaster_load(&g, bytes, len, &e), ST_OK);
        forecaster_free(g);
    }
    free(bytes);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("covariates_io");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_file_keeps_it_all);
    tcase_add_loop_test(t, a_damaged_file_is_refused, 0, 3);
    suite_add_tcase(s, t);
    return suite_run(s);
}
