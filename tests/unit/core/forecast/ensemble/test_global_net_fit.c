/* test_global_net_fit.c - the nets of a panel are trained on its training part, always alike. */
#include "core/forecast/ensemble/global_net_fit.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/checkpoint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { W = 8, H = 6, SPLIT = AIR - 3 * H };

static struct members like;
static double w[AIR], values[AIR];
static struct origins o;
static struct params p;
static struct global_nets nets, again;
static struct err e;
static const struct nets_start from_random = {0};

static void add(int n)
{
    ck_assert_int_eq(origins_init(&o, W, H, 1, &e), ST_OK);
    ck_assert_int_eq(origins_add(&o, 0, &like, w, values, n, &e), ST_OK);
    origins_finish_adding(&o);
}

static void setup(void)
{
    memcpy(values, air, sizeof(values));
    ck_assert_int_eq(members_fit(&like, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(scaling_forward(w, &like.ets.scaling, air, AIR, &e), ST_OK);
    add(AIR);
    p = quick();
    memset(&nets, 0, sizeof(nets));
    memset(&again, 0, sizeof(again));
}

static void teardown(void)
{
    global_nets_release(&nets);
    global_nets_release(&again);
    origins_release(&o);
}

static void fit(struct global_nets *out, const struct nets_start *start)
{
    ck_assert_msg(!global_nets_fit(out, &o, &p, start, NULL, &e), "%s", e.message);
}

static bool same(const struct net *a, const struct net *b)
{
    return net_num_params(a) == net_num_params(b) &&
           memcmp(net_params_const(a), net_params_const(b), net_num_params(a) * sizeof(float)) == 0;
}

START_TEST(the_nets_differ_in_their_seeds_and_not_in_their_shape)
{
    fit(&nets, &from_random);
    ck_assert_int_eq(nets.W, W);
    ck_assert_int_eq(nets.H, H);
    for (int k = 0; k < GLOBAL_NETS; k++) {
        ck_assert_ptr_nonnull(nets.net[k]);
        ck_assert_int_eq(net_get_config(nets.net[k])->hidden_size, p.hidden_size);
        ck_assert_int_eq(net_get_config(nets.net[k])->output_size, H);
        ck_assert_int_eq(checkpoint_check_finite(nets.net[k], NULL), ST_OK);
        for (int i = 0; i < k; i++)
            ck_assert(!same(nets.net[i], nets.net[k]));
    }
}
END_TEST

START_TEST(a_fit_is_the_same_again)
{
    fit(&nets, &from_random);
    fit(&again, &from_random);
    for (int k = 0; k < GLOBAL_NETS; k++)
        ck_assert(same(nets.net[k], again.net[k]));
    global_nets_release(&again);
    memset(&again, 0, sizeof(again));
    p.seed = 1;
    fit(&again, &from_random);
    ck_assert(!same(nets.net[0], again.net[0]));
}
END_TEST

/* The only use of validation is to choose the epoch whose weights are kept. With one epoch there is
 * no choice, so values behind the split change nothing. */
START_TEST(what_lies_behind_the_split_is_not_learnt_from)
{
    p.epochs = 1;
    fit(&nets, &from_random);
    origins_release(&o);
    for (int i = SPLIT; i < AIR; i++)
        w[i] = w[SPLIT - 1];
    add(AIR);
    fit(&again, &from_random);
    for (int k = 0; k < GLOBAL_NETS; k++)
        ck_assert(same(nets.net[k], again.net[k]));
    global_nets_release(&again);
    memset(&again, 0, sizeof(again));
    origins_release(&o);
    w[SPLIT - 1] += 1; /* the last that is learnt from */
    add(AIR);
    fit(&again, &from_random);
    ck_assert(!same(nets.net[0], again.net[0]));
}
END_TEST

/* Nets that know the data are changed less than random ones are. */
static double distance(const struct net *a, const struct net *b)
{
    const float *x = net_params_const(a), *y = net_params_const(b);
    double sum = 0;

    for (size_t i = 0; i < net_num_params(a); i++)
        sum += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
    return sqrt(sum);
}

START_TEST(a_fit_goes_on_from_nets_of_its_shape)
{
    struct global_nets third = {0};

    p.epochs = 12;
    fit(&nets, &from_random);
    fit(&again, &(struct nets_start){.nets = &nets, .again = true});
    p.seed = 1; /* of another seed, as far as random weights are from each other */
    fit(&third, &from_random);
    ck_assert(!same(nets.net[0], again.net[0]));
    ck_assert_double_lt(distance(nets.net[0], again.net[0]),
                        distance(nets.net[0], third.net[0]) / 2);
    global_nets_release(&third);
}
END_TEST

START_TEST(nets_of_another_shape_are_left_out)
{
    struct global_nets fresh = {0};

    p.hidden_size = 5;
    fit(&nets, &from_random);
    p.hidden_size = 4;
    fit(&again, &(struct nets_start){.nets = &nets});
    fit(&fresh, &from_random);
    ck_assert(same(again.net[0], fresh.net[0]));
    global_nets_release(&fresh);
}
END_TEST

START_TEST(a_series_without_a_frame_gives_no_nets)
{
    origins_release(&o);
    for (int i = 0; i < AIR; i++)
        values[i] = w[i] = 5;
    ck_assert_int_eq(members_fit(&like, values, AIR, 12, SCALING_AUTO, &e), ST_OK);
    add(AIR);
    fit(&nets, &from_random);
    for (int k = 0; k < GLOBAL_NETS; k++)
        ck_assert_ptr_null(nets.net[k]);
}
END_TEST

static bool refuse(void *ctx, const struct fit_progress *now, const struct fit_saver *saver)
{
    (void)now;
    (void)saver;
    return ++*(int *)ctx < 3;
}

START_TEST(a_fit_is_stopped_by_its_hook)
{
    int calls = 0;
    const struct fit_hooks hooks = {.ctx = &calls, .progress = refuse};
    struct progress progress = {.hooks = &hooks};

    progress_phase(&progress, 1);
    ck_assert_int_eq(global_nets_fit(&nets, &o, &p, &from_random, &progress, &e), ST_CANCELLED);
    ck_assert_int_eq(calls, 3);
    ck_assert_ptr_null(nets.net[0]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("global_net_fit");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, the_nets_differ_in_their_seeds_and_not_in_their_shape);
    tcase_add_test(t, a_fit_is_the_same_again);
    tcase_add_test(t, what_lies_behind_the_split_is_not_learnt_from);
    tcase_add_test(t, a_fit_goes_on_from_nets_of_its_shape);
    tcase_add_test(t, nets_of_another_shape_are_left_out);
    tcase_add_test(t, a_series_without_a_frame_gives_no_nets);
    tcase_add_test(t, a_fit_is_stopped_by_its_hook);
    suite_add_tcase(s, t);
    return suite_run(s);
}
