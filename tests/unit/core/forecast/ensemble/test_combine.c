/* test_combine.c - the base of an ensemble plus what its net corrects. */
#include "core/forecast/ensemble/combine.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/stop.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { W = 6, H = 4, HORIZON = 6, ORIGINS = CORRECTION_BATCH + 3 };

static struct ensemble ensemble;
static double scaled[AIR];
static struct net *net;
static struct combiner combiner;
static struct rolling rolling;
static int origins[ORIGINS];

/* Sets the bias of the last layer, which is added to every output. */
static void set_bias(float v)
{
    float *w = net_params(net);

    for (int i = 0; i < net_num_tensors(net); i++) {
        const struct net_tensor *t = net_tensor(net, i);

        if (!strcmp(t->name, "linear.bias"))
            w[t->offset] = v;
    }
    net_touch(net);
}

static void setup(void)
{
    const struct net_config c = {
        .input_size = RESIDUAL_NET_FEATURES, .hidden_size = 3, .num_layers = 1, .output_size = 1};
    struct rng r;
    struct err e = {0};

    ck_assert_int_eq(members_fit(&ensemble.members, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ensemble_prior(ensemble.weight);
    ensemble.error_scale = 0.05;
    ensemble.spread = 2;
    ck_assert_int_eq(scaling_forward(scaled, &ensemble.members.ets.scaling, air, AIR, &e), ST_OK);
    ck_assert_int_eq(net_new(&net, &c, &e), ST_OK);
    rng_seed(&r, 1);
    net_init(net, &r);
    for (int i = 0; i < ORIGINS; i++)
        origins[i] = 60 + 3 * i;
    combiner = (struct combiner){.net = net, .W = W, .H = H, .gain = 0.5};
    rolling = (struct rolling){scaled, AIR, origins, ORIGINS, HORIZON};
}

static void teardown(void)
{
    net_free(net);
}

static double at(const double *out, int origin, int h)
{
    return out[origin * HORIZON + h];
}

/* A net that puts out the same for a rise and a fall corrects nothing. */
START_TEST(what_does_not_depend_on_the_sign_is_no_correction)
{
    double out[ORIGINS * HORIZON], base[HORIZON];
    double *paths = malloc(ORIGINS * MEMBER_COUNT * HORIZON * sizeof(*paths));
    struct err e = {0};

    ck_assert_ptr_nonnull(paths);
    rolling.count = CORRECTION_BATCH;
    memset(net_params(net), 0, net_num_params(net) * sizeof(float));
    set_bias(7);
    ck_assert_int_eq(combine_path(out, &combiner, &ensemble, &rolling, &e), ST_OK);
    ck_assert_int_eq(members_path(paths, &ensemble.members, NULL, &rolling, &e), ST_OK);
    for (int i = 0; i < rolling.count; i++) {
        struct forecast_origin o = {.paths = paths + i * MEMBER_COUNT * HORIZON,
                                    .stride = HORIZON,
                                    .weight = ensemble.weight};

        forecast_origin_base(base, &o, HORIZON);
        for (int h = 0; h < HORIZON; h++)
            ck_assert_double_eq_tol(at(out, i, h), base[h], 1e-12);
    }
    free(paths);
}
END_TEST

/* The correction is in proportion to gain and error_scale; steps beyond H take that of step H. */
START_TEST(the_correction_is_scaled_and_goes_on)
{
    double none[ORIGINS * HORIZON], half[ORIGINS * HORIZON], whole[ORIGINS * HORIZON];
    struct err e = {0};

    ck_assert_int_eq(combine_path(half, &combiner, &ensemble, &rolling, &e), ST_OK);
    combiner.gain = 1;
    ck_assert_int_eq(combine_path(whole, &combiner, &ensemble, &rolling, &e), ST_OK);
    combiner.gain = 0;
    ck_assert_int_eq(combine_path(none, &combiner, &ensemble, &rolling, &e), ST_OK);
    for (int i = 0; i < ORIGINS; i++) {
        double last = at(whole, i, H - 1) - at(none, i, H - 1);

        ck_assert_double_gt(fabs(last), 1e-6);
        ck_assert_double_gt(fabs(last - at(whole, i, 0) + at(none, i, 0)), 1e-6);
        ck_assert_double_lt(fabs(last), 2 * ensemble.error_scale);
        for (int h = 0; h < HORIZON; h++)
            ck_assert_double_eq_tol(2 * (at(half, i, h) - at(none, i, h)),
                                    at(whole, i, h) - at(none, i, h), 1e-12);
        for (int h = H; h < HORIZON; h++)
            ck_assert_double_eq_tol(at(whole, i, h) - at(none, i, h), last, 1e-12);
    }
}
END_TEST

/* The net of the second origin reads the values before that origin. */
START_TEST(the_net_reads_the_past_of_each_origin)
{
    double with[2 * HORIZON], without[2 * HORIZON], want[H], paths[MEMBER_COUNT * H * 2];
    struct rolling r = {scaled, AIR, origins, 2, H};
    struct forecast_origin o = {.w = scaled + origins[1],
                                .past = origins[1],
                                .paths = paths + MEMBER_COUNT * H,
                                .stride = H,
                                .weight = ensemble.weight,
                                .error_scale = ensemble.error_scale,
                                .season = 12};
    struct correction k;
    struct err e = {0};

    combiner.gain = 1;
    ck_assert_int_eq(combine_path(with, &combiner, &ensemble, &r, &e), ST_OK);
    combiner.gain = 0;
    ck_assert_int_eq(combine_path(without, &combiner, &ensemble, &r, &e), ST_OK);
    ck_assert_int_eq(members_path(paths, &ensemble.members, NULL, &r, &e), ST_OK);
    ck_assert_int_eq(correction_init(&k, &combiner, 12, &e), ST_OK);
    ck_assert(correction_run(want, &k, &o, 1));
    correction_release(&k);
    for (int h = 0; h < H; h++)
        ck_assert_double_eq_tol((with[H + h] - without[H + h]) / ensemble.error_scale, want[h],
                                1e-9);
}
END_TEST

START_TEST(many_origins_are_taken_in_batches)
{
    double all[ORIGINS * HORIZON], some[ORIGINS * HORIZON];
    struct rolling first = rolling, rest = rolling;
    struct err e = {0};

    first.count = CORRECTION_BATCH;
    rest.count = ORIGINS - CORRECTION_BATCH;
    rest.origins += CORRECTION_BATCH;
    ck_assert_int_eq(combine_path(all, &combiner, &ensemble, &rolling, &e), ST_OK);
    ck_assert_int_eq(combine_path(some, &combiner, &ensemble, &first, &e), ST_OK);
    ck_assert_int_eq(
        combine_path(some + CORRECTION_BATCH * HORIZON, &combiner, &ensemble, &rest, &e), ST_OK);
    ck_assert_mem_eq(all, some, sizeof(all));
}
END_TEST

START_TEST(an_estimate_that_is_not_finite_is_none)
{
    double out[ORIGINS * HORIZON];
    struct err e = {0};

    net_params(net)[0] = NAN;
    net_touch(net);
    ck_assert_int_eq(combine_path(out, &combiner, &ensemble, &rolling, &e), ST_OK);
    for (int i = 0; i < ORIGINS * HORIZON; i++)
        ck_assert(isfinite(out[i]));
}
END_TEST

static bool yes(void *ctx)
{
    (void)ctx;
    return true;
}

START_TEST(a_stop_is_reported)
{
    double out[ORIGINS * HORIZON];
    const struct stop_flag stop = {.asked = yes};
    struct err e = {0};

    combiner.stop = &stop;
    ck_assert_int_eq(combine_path(out, &combiner, &ensemble, &rolling, &e), ST_CANCELLED);
}
END_TEST

START_TEST(intervals_are_in_units_of_this_series)
{
    struct transform t = combine_transform(&ensemble, true);
    double least = 622, most = 104;

    ck_assert_double_eq_tol(t.error_scale, 0.1, 1e-12);
    ck_assert(t.nonnegative && t.centre == 0);
    for (int i = 0; i < AIR; i++) {
        least = fmin(least, air[i]);
        most = fmax(most, air[i]);
    }
    ck_assert_double_eq_tol(t.least, least, 1e-6);
    ck_assert_double_eq_tol(t.most, most, 1e-6);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("combine");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_does_not_depend_on_the_sign_is_no_correction);
    tcase_add_test(t, the_correction_is_scaled_and_goes_on);
    tcase_add_test(t, the_net_reads_the_past_of_each_origin);
    tcase_add_test(t, many_origins_are_taken_in_batches);
    tcase_add_test(t, an_estimate_that_is_not_finite_is_none);
    tcase_add_test(t, a_stop_is_reported);
    tcase_add_test(t, intervals_are_in_units_of_this_series);
    suite_add_tcase(s, t);
    return suite_run(s);
}
