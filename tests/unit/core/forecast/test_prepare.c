/* test_prepare.c - preparing a panel for training: holding out, filling, scaling, cutting. */
#include "core/forecast/prepare.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct fit_start start = {.to = 1};
static struct params p;
static struct panel panel;
static struct prepared d;
static double y[AIR];
static struct series_view view[3];
static struct err e;

static void setup(void)
{
    memcpy(y, air, sizeof(y));
    view[0] = (struct series_view){.id = "a", .values = y, .length = AIR};
    panel = one(view, 12);
    p = quick_alone();
    p.horizon = 6;
    p.test_size = 12;
    e = (struct err){0};
}

static void teardown(void)
{
    prepared_release(&d);
    ck_assert_ptr_null(d.series);
}

/* Resolves and prepares. */
static enum status prepare(void)
{
    prepared_release(&d);
    ck_assert_msg(!forecaster_resolve(&p, &panel, &e), "%s", e.message);
    return prepared_init(&d, &panel, &p, &start, NULL, &e);
}

static void prepare_well(void)
{
    ck_assert_msg(!prepare(), "%s", e.message);
}

START_TEST(the_end_is_held_out)
{
    prepare_well();
    ck_assert_int_eq(d.count, 1);
    ck_assert_int_eq(d.series[0].test_start, AIR - 12);
    ck_assert_int_eq(d.series[0].test_length, 12);
    p.test_size = 0;
    prepare_well();
    ck_assert_int_eq(d.series[0].test_start, AIR);
    ck_assert_int_eq(d.series[0].test_length, 0);
}
END_TEST

START_TEST(gaps_are_filled_and_nothing_leaks_back)
{
    double before[AIR - 12];

    y[50] = y[AIR - 13] = y[AIR - 12] = NAN;
    prepare_well();
    for (int i = 0; i < AIR; i++)
        ck_assert(isfinite(d.series[0].y[i]) && isfinite(d.series[0].z[i]));
    ck_assert_double_gt(d.series[0].y[50], 0);
    memcpy(before, d.series[0].y, sizeof(before));
    for (int i = AIR - 11; i < AIR; i++)
        y[i] = 1e5;
    prepare_well();
    ck_assert_mem_eq(d.series[0].y, before, sizeof(before));
}
END_TEST

/* If no value before the end is known, the model learns from the end, and nothing is held out. */
START_TEST(nothing_is_held_out_of_what_has_no_beginning)
{
    for (int i = 0; i < AIR - 12; i++)
        y[i] = NAN;
    p.window = 6;
    ck_assert_int_eq(prepared_init(&d, &panel, &p, &start, NULL, &e), ST_OK);
    ck_assert_int_eq(d.series[0].test_length, 0);
    ck_assert_int_eq(d.series[0].test_start, AIR);
    prepared_release(&d);
    for (int i = 0; i < AIR; i++)
        y[i] = NAN;
    ck_assert_int_eq(prepared_init(&d, &panel, &p, &start, NULL, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "series a has no value"));
}
END_TEST

/* Held-out values change neither the scale nor a window of the training part. */
START_TEST(the_scale_is_that_of_the_training_part)
{
    struct transform before;

    prepare_well();
    before = d.series[0].transform;
    for (int i = AIR - 12; i < AIR; i++)
        y[i] *= 100;
    prepare_well();
    ck_assert_double_eq(before.scaling.offset, d.series[0].transform.scaling.offset);
    ck_assert_double_eq(before.scaling.scale, d.series[0].transform.scaling.scale);
    ck_assert_double_eq(before.centre, d.series[0].transform.centre);
}
END_TEST

/* Origins of all samples of w; the largest one's last target is step *last of the series. */
static int last_target(const struct windows *w)
{
    int last = 0;

    for (int i = 0; i < w->count; i++) {
        int origin;

        windows_find(&origin, w, i);
        last = origin + d.frame.horizon - 1 > last ? origin + d.frame.horizon - 1 : last;
    }
    return last;
}

static int first_target(const struct windows *w)
{
    int first = AIR;

    for (int i = 0; i < w->count; i++) {
        int origin;

        windows_find(&origin, w, i);
        first = origin < first ? origin : first;
    }
    return first;
}

START_TEST(windows_for_validation_share_no_target_with_the_others)
{
    prepare_well();
    ck_assert_int_gt(d.train.count, 0);
    ck_assert_int_gt(d.valid.count, 0);
    ck_assert_int_lt(last_target(&d.train), first_target(&d.valid));
    ck_assert_int_lt(last_target(&d.valid), AIR - 12); /* nor with the held-out end */
    ck_assert_int_eq(first_target(&d.train), frame_need(&d.frame));
}
END_TEST

START_TEST(a_train_size_is_kept)
{
    p.train_size = 20;
    prepare_well();
    ck_assert_int_eq(d.train.count, 20);
}
END_TEST

START_TEST(a_long_panel_is_thinned_out)
{
    enum { LONG = 30000 };
    double *values = malloc(LONG * sizeof(*values));

    ck_assert_ptr_nonnull(values);
    fill_seasonal(values, LONG, 7, 1, 3);
    view[0] = (struct series_view){.id = "long", .values = values, .length = LONG};
    panel = one(view, 7);
    prepare_well();
    ck_assert_int_le(d.train.count, 8192);
    ck_assert_int_gt(d.train.count, 8192 / 2);
    ck_assert_int_le(d.valid.count, 1024);
    free(values);
}
END_TEST

START_TEST(a_preparation_is_the_same_again)
{
    double z[AIR];
    int count;

    y[70] *= 3; /* an outlier */
    prepare_well();
    memcpy(z, d.series[0].z, sizeof(z));
    count = d.train.count;
    prepare_well();
    ck_assert_mem_eq(d.series[0].z, z, sizeof(z));
    ck_assert_int_eq(d.train.count, count);
}
END_TEST

/* ---- ensembles ---- */

START_TEST(an_ensemble_has_weights_and_an_error)
{
    double sum = 0;

    p = quick();
    p.test_size = 12;
    prepare_well();
    for (int k = 0; k < MEMBER_COUNT; k++) {
        ck_assert_double_ge(d.series[0].ensemble.weight[k], 0);
        sum += d.series[0].ensemble.weight[k];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-9);
    ck_assert_double_gt(d.series[0].ensemble.error_scale, 0);
    ck_assert_int_gt(d.origins.num_train, 0);
    ck_assert_int_eq(d.train.count, 0); /* origins stand in their place */
}
END_TEST

/* The forecast of such a series is its last value, with errors as large as those of the others. */
START_TEST(a_series_of_few_values_borrows_errors)
{
    static const double few[] = {7, 7.001};

    p = quick();
    p.test_size = 0;
    view[1] = (struct series_view){.id = "few", .values = few, .length = 2};
    panel = (struct panel){.series = view, .count = 2, .season_length = 12};
    prepare_well();
    for (int k = 0; k < MEMBER_COUNT; k++)
        ck_assert_double_eq(d.series[1].ensemble.weight[k], k == MEMBER_LAST);
    ck_assert_double_lt(d.series[0].ensemble.weight[MEMBER_LAST], 1);
}
END_TEST

START_TEST(a_logarithm_has_to_suit_every_value)
{
    p = quick();
    p.test_size = 12;
    p.scaling = SCALING_AUTO;
    prepare_well();
    ck_assert_int_eq(prepared_scaling(&d, &d.series[0]), SCALING_AUTO);
    d.series[0].y[AIR - 1] = -1; /* held out, but examined too */
    ck_assert_int_eq(prepared_scaling(&d, &d.series[0]), SCALING_STANDARD);
    p.scaling = SCALING_LOG;
    ck_assert_int_eq(prepared_scaling(&d, &d.series[0]), SCALING_LOG);
    p.scaling = SCALING_NONE;
    ck_assert_int_eq(prepared_scaling(&d, &d.series[0]), SCALING_STANDARD);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("prepare");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_end_is_held_out);
    tcase_add_test(t, gaps_are_filled_and_nothing_leaks_back);
    tcase_add_test(t, nothing_is_held_out_of_what_has_no_beginning);
    tcase_add_test(t, the_scale_is_that_of_the_training_part);
    tcase_add_test(t, windows_for_validation_share_no_target_with_the_others);
    tcase_add_test(t, a_train_size_is_kept);
    tcase_add_test(t, a_long_panel_is_thinned_out);
    tcase_add_test(t, a_preparation_is_the_same_again);
    tcase_add_test(t, an_ensemble_has_weights_and_an_error);
    tcase_add_test(t, a_series_of_few_values_borrows_errors);
    tcase_add_test(t, a_logarithm_has_to_suit_every_value);
    suite_add_tcase(s, t);
    return suite_run(s);
}
