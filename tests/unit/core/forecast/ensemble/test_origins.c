/* test_origins.c - the origins for an ensemble: where they are, and which values are hidden. */
#include "core/forecast/ensemble/origins.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { W = 8, H = 6, SPLIT = AIR - 3 * H };

static struct members like;
static double w[AIR], values[AIR];
static struct origins o;
static struct err e;

static void setup(void)
{
    memcpy(values, air, sizeof(values));
    ck_assert_int_eq(members_fit(&like, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(scaling_forward(w, &like.ets.scaling, air, AIR, &e), ST_OK);
    ck_assert_int_eq(origins_init(&o, W, H, 1, &e), ST_OK);
}

static void teardown(void)
{
    origins_release(&o);
    origins_release(&o);
}

static void add(int n)
{
    ck_assert_int_eq(origins_add(&o, 0, &like, w, values, n, &e), ST_OK);
    origins_finish_adding(&o);
}

static enum status finish(int train_size)
{
    ck_assert_int_eq(origins_forecast(&o, NULL, &e), ST_OK);
    return origins_finish(&o, train_size, &e);
}

START_TEST(the_end_is_kept_for_validation)
{
    const struct origin_series *s = &o.series[0];

    add(AIR);
    ck_assert_int_eq(s->split, SPLIT);
    ck_assert_int_eq(o.season_max, 12);
    ck_assert_int_eq(s->count - s->num_train, 3 * H); /* every step of the validation part */
    ck_assert_int_eq(s->at[s->num_train], SPLIT);
    ck_assert_int_eq(s->at[s->count - 1], AIR - 1);
    /* Half the horizon of the last origin to train on lies before the split. */
    ck_assert_int_eq(s->at[s->num_train - 1], SPLIT - H / 2);
    ck_assert_int_eq(s->at[0], ensemble_first_origin(&s->backtest.members, AIR));
    for (int i = 1; i < s->count; i++)
        ck_assert_int_lt(s->at[i - 1], s->at[i]);
}
END_TEST

START_TEST(a_short_series_keeps_a_third)
{
    add(20);
    ck_assert_int_eq(o.series[0].split, 20 - 20 / 3);
}
END_TEST

/* In a large panel every k-th, so that the last is one of them. */
START_TEST(many_series_share_the_samples)
{
    const struct origin_series *s;
    int first;

    origins_release(&o);
    ck_assert_int_eq(origins_init(&o, W, H, 120, &e), ST_OK);
    s = &o.series[0];
    add(AIR);
    first = ensemble_first_origin(&s->backtest.members, AIR);
    ck_assert_int_eq(s->at[s->num_train - 1], SPLIT - H / 2);
    ck_assert_int_eq(s->at[1] - s->at[0], 2);
    ck_assert_int_ge(s->at[0], first);
    ck_assert_int_le(s->at[0], first + 1);
}
END_TEST

/* Values after the split change nothing that is learnt from the values before. */
START_TEST(the_members_see_nothing_of_the_validation_part)
{
    size_t size = MEMBER_COUNT * H * sizeof(float);
    float *before;
    int trained;

    add(AIR);
    ck_assert_int_eq(finish(0), ST_OK);
    trained = o.series[0].num_train;
    before = malloc((size_t)(trained + 1) * size);
    ck_assert_ptr_nonnull(before);
    memcpy(before, o.series[0].paths, (size_t)(trained + 1) * size);
    origins_release(&o);
    for (int i = SPLIT; i < AIR; i++)
        w[i] = like.ets.low;
    ck_assert_int_eq(origins_init(&o, W, H, 1, &e), ST_OK);
    add(AIR);
    ck_assert_int_eq(finish(0), ST_OK);
    ck_assert_mem_eq(before, o.series[0].paths, (size_t)(trained + 1) * size);
    free(before);
}
END_TEST

START_TEST(samples_are_of_their_part)
{
    const struct origin_series *s = &o.series[0];
    struct forecast_origin from;

    add(AIR);
    ck_assert_int_eq(finish(0), ST_OK);
    ck_assert_int_eq(o.num_train, s->num_train);
    ck_assert_int_eq(o.num_valid, 3 * H);
    ck_assert_int_eq(o.valid[0].index, s->num_train);
    from = origins_get(&o, o.valid[2]);
    ck_assert_int_eq(from.past, SPLIT + 2);
    ck_assert_ptr_eq(from.w, w + SPLIT + 2);
    ck_assert_int_eq(from.season, 12);
    for (int i = 0; i < MEMBER_COUNT * H; i++)
        ck_assert_double_eq(from.paths[i],
                            (double)s->paths[(s->num_train + 2) * MEMBER_COUNT * H + i]);
}
END_TEST

START_TEST(the_first_samples_may_be_all)
{
    add(AIR);
    ck_assert_int_eq(finish(5), ST_OK);
    ck_assert_int_eq(o.num_train, 5);
    ck_assert_int_eq(o.num_valid, 3 * H);
}
END_TEST

START_TEST(without_a_sample_there_is_nothing_to_train_on)
{
    add(2);
    o.series[0].count = o.series[0].num_train = 0;
    ck_assert_int_eq(finish(0), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "no window to train on"));
}
END_TEST

/* A method that fits the end of this series better has more weight, and an absent one has none. */
START_TEST(weights_follow_the_errors)
{
    const double *weight = o.series[0].backtest.weight;
    double sum = 0;

    add(AIR);
    ck_assert_int_eq(finish(0), ST_OK);
    for (int k = 0; k < MEMBER_COUNT; k++)
        sum += weight[k];
    ck_assert_double_eq_tol(sum, 1, 1e-9);
    ck_assert_double_gt(o.relative[MEMBER_LAST], o.relative[MEMBER_AIRLINE]);
    ck_assert_double_gt(weight[MEMBER_AIRLINE], weight[MEMBER_LAST]);
    ck_assert_double_eq(weight[MEMBER_GLOBAL_NET], 0);
    ck_assert_double_eq(o.relative[MEMBER_GLOBAL_NET], 0);
    ck_assert_double_gt(o.series[0].backtest.error_scale, 0);
}
END_TEST

/* Of two seasons, of which the second differs somewhat, the forecast keeps the season that the
 * whole history shows. */
START_TEST(an_evident_season_of_two_cycles_is_kept)
{
    const double course[8] = {100, 130, 90, 60, 120, 112, 116, 62};
    const double *weight = o.series[0].backtest.weight;
    double without = 0;

    memcpy(values, course, sizeof(course));
    ck_assert_int_eq(members_fit(&like, values, 8, 4, SCALING_STANDARD, &e), ST_OK);
    ck_assert_int_gt(like.ets.model.season1, 0);
    ck_assert_int_eq(scaling_forward(w, &like.ets.scaling, values, 8, &e), ST_OK);
    add(8);
    ck_assert(o.series[0].repeated);
    ck_assert_int_eq(finish(0), ST_OK);
    for (int k = 0; k < MEMBER_COUNT; k++)
        without += members_repeat(&o.series[0].backtest.members, (enum member)k) ? 0 : weight[k];
    ck_assert_double_lt(without, 0.1);
}
END_TEST

/* Past steps have inputs only, and unknown values have no target. */
START_TEST(a_batch_has_inputs_and_targets)
{
    enum { T = W + H };
    float x[T * 2 * RESIDUAL_NET_FEATURES], targets[T * 2], want[T * 2 * RESIDUAL_NET_FEATURES];
    int lengths[2];
    const int32_t index[2] = {0, 1};
    struct batch b = {.O = 1, .x = x, .values = targets, .lengths = lengths};
    struct origin_source source = {.o = &o};
    struct forecast_origin from;
    struct sample_source s;
    double base[H];

    values[SPLIT + 1] = NAN;
    add(AIR);
    ck_assert_int_eq(finish(0), ST_OK);
    source.samples = o.valid;
    s = origins_source(&source, o.num_valid);
    ck_assert_int_eq(s.num_samples, 3 * H);
    ck_assert_int_eq(s.T_max, T);
    s.fill(s.ctx, &b, index, 2, NULL);
    ck_assert(b.T == T && b.B == 2 && lengths[0] == T && lengths[1] == T);
    from = origins_get(&o, o.valid[0]);
    residual_net_input(want, 0, 2, &from, W, H, o.space);
    forecast_origin_base(base, &from, H);
    for (int t = 0; t < T; t++)
        ck_assert_mem_eq(x + 2 * t * RESIDUAL_NET_FEATURES, want + 2 * t * RESIDUAL_NET_FEATURES,
                         RESIDUAL_NET_FEATURES * sizeof(*x));
    for (int t = 0; t < T; t++) {
        int h = t - W;

        ck_assert_int_eq(isnan(targets[2 * t]), h < 0 || h == 1);
        if (h == 0 || h > 1)
            ck_assert_float_eq_tol(targets[2 * t],
                                   (float)((w[SPLIT + h] - base[h]) / from.error_scale), 1e-5f);
    }
}
END_TEST

/* Training never reads a target behind the split, and draws each sign sometimes. */
START_TEST(training_hides_the_validation_part)
{
    enum { T = W + H };
    float x[T * RESIDUAL_NET_FEATURES], targets[T], plain = 0;
    int lengths[1], mirrored = 0;
    struct batch b = {.O = 1, .x = x, .values = targets, .lengths = lengths};
    struct origin_source source = {.o = &o};
    struct sample_source s;
    struct rng rng;
    int32_t last;

    add(AIR);
    ck_assert_int_eq(finish(0), ST_OK);
    source.samples = o.train;
    s = origins_source(&source, o.num_train);
    last = o.num_train - 1;
    rng_seed(&rng, 1);
    s.fill(s.ctx, &b, &last, 1, NULL);
    plain = targets[W];
    for (int h = 0; h < H; h++)
        ck_assert_int_eq(isnan(targets[W + h]), h >= H / 2);
    for (int i = 0; i < 100; i++) {
        s.fill(s.ctx, &b, &last, 1, &rng);
        ck_assert_float_eq(fabsf(targets[W]), fabsf(plain));
        mirrored += targets[W] != plain;
    }
    ck_assert(mirrored > 30 && mirrored < 70);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("origins");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_end_is_kept_for_validation);
    tcase_add_test(t, a_short_series_keeps_a_third);
    tcase_add_test(t, many_series_share_the_samples);
    tcase_add_test(t, the_members_see_nothing_of_the_validation_part);
    tcase_add_test(t, samples_are_of_their_part);
    tcase_add_test(t, the_first_samples_may_be_all);
    tcase_add_test(t, without_a_sample_there_is_nothing_to_train_on);
    tcase_add_test(t, weights_follow_the_errors);
    tcase_add_test(t, an_evident_season_of_two_cycles_is_kept);
    tcase_add_test(t, a_batch_has_inputs_and_targets);
    tcase_add_test(t, training_hides_the_validation_part);
    suite_add_tcase(s, t);
    return suite_run(s);
}
