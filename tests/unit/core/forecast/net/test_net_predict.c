/* test_net_predict.c - windows through a net: several blocks of one path, batches, and values that
 * are not finite. */
#include "core/forecast/net/net_predict.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 20, H = 3 };

static const struct frame frame = {
    .window = 5, .horizon = H, .lag = 1, .level = 2, .normalised = true};
static const struct net_config config = {
    .input_size = 1, .hidden_size = 4, .num_layers = 1, .output_size = H};
static const struct transform transform = {.centre = 0, .error_scale = 2};

static struct net *net;
static double z[N + 4 * H];

static void setup(void)
{
    struct rng r;
    struct err e = {0};

    ck_assert_int_eq(net_new(&net, &config, &e), ST_OK);
    rng_seed(&r, 3);
    net_init(net, &r);
    for (int i = 0; i < N; i++)
        z[i] = i % 4 + 0.1 * i;
}

static void teardown(void)
{
    net_free(net);
}

/* Forecasts from the window that ends before z + at, without a predictor. */
static void by_hand(double out[H], int at)
{
    float x[5];
    double level = transform_input(x, 1, &frame, &transform, z + at);
    struct net_input in = {.T = 5, .B = 1, .x = x};
    struct net_work *w = NULL;
    struct err e = {0};
    const float *y;

    ck_assert_int_eq(net_work_new(&w, &config, 5, 1, false, &e), ST_OK);
    y = net_forward(w, net, &in, NULL);
    transform_output(out, z + at, &frame, &transform, y + (5 - 1) * H, level);
    net_work_free(w);
}

START_TEST(a_batch_is_its_windows)
{
    const double *from[2] = {z + 10, z + N};
    const struct transform *t[2] = {&transform, &transform};
    double out[2 * H], want[H];
    struct predictor p;
    struct err e = {0};

    ck_assert_int_eq(predictor_init(&p, &frame, net, 2, &e), ST_OK);
    predictor_run(out, &p, from, t, 2);
    for (int i = 0; i < 2; i++) {
        by_hand(want, i ? N : 10);
        ck_assert_mem_eq(out + i * H, want, sizeof(want));
    }
    predictor_release(&p);
    predictor_release(&p);
}
END_TEST

/* Each block of H steps has the values of the block before in its window. */
START_TEST(a_path_goes_on_block_by_block)
{
    double want[H];
    struct predictor p;
    struct err e = {0};

    ck_assert_int_eq(path_space(&frame, 1), H);
    ck_assert_int_eq(path_space(&frame, H), H);
    ck_assert_int_eq(path_space(&frame, H + 1), 2 * H);
    ck_assert_int_eq(predictor_init(&p, &frame, net, 1, &e), ST_OK);
    ck_assert_int_eq(predictor_path(z, N, H + 1, &p, &transform, &e), ST_OK);
    by_hand(want, N + H);
    ck_assert_mem_eq(z + N + H, want, sizeof(want));
    ck_assert_double_eq(z[N + 2 * H], 0); /* not written */
    predictor_release(&p);
}
END_TEST

START_TEST(what_is_not_finite_is_refused_with_its_step)
{
    struct predictor p;
    struct err e = {0};

    z[N - 1] = 1e308;
    z[N - 2] = -1e308;
    ck_assert_int_eq(predictor_init(&p, &frame, net, 1, &e), ST_OK);
    ck_assert_int_eq(predictor_path(z, N, H, &p, &transform, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "not finite at step 1:"));
    predictor_release(&p);
}
END_TEST

static bool yes(void *ctx)
{
    (void)ctx;
    return true;
}

/* A workspace of the pool goes back without the flag of its last user. */
START_TEST(a_workspace_is_taken_and_given_back)
{
    const struct stop_flag stop = {.asked = yes};
    const double *from = z + N;
    const struct transform *t = &transform;
    struct work_pool *pool = NULL;
    struct net_work *first;
    double out[H], want[H];
    struct predictor p;
    struct err e = {0};

    ck_assert_int_eq(work_pool_new(&pool, &config, 5, 1, 1, &e), ST_OK);
    ck_assert_int_eq(predictor_take(&p, &frame, net, pool, &e), ST_OK);
    first = p.work;
    net_work_stop(p.work, &stop);
    predictor_run(out, &p, &from, &t, 1);
    ck_assert(isnan(out[0]) && isnan(out[H - 1]));
    predictor_release(&p);
    ck_assert_int_eq(predictor_take(&p, &frame, net, pool, &e), ST_OK);
    ck_assert_ptr_eq(p.work, first);
    predictor_run(out, &p, &from, &t, 1);
    by_hand(want, N);
    ck_assert_mem_eq(out, want, sizeof(want));
    predictor_release(&p);
    work_pool_free(pool);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net_predict");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_batch_is_its_windows);
    tcase_add_test(t, a_path_goes_on_block_by_block);
    tcase_add_test(t, what_is_not_finite_is_refused_with_its_step);
    tcase_add_test(t, a_workspace_is_taken_and_given_back);
    suite_add_tcase(s, t);
    return suite_run(s);
}
