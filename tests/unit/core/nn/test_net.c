/* test_net.c - configuration, parameter block, initial weights, and gradients without padding. */
#include "tests/unit/core/nn/nets.h"
#include "tests/unit/suite.h"

#include <lstm/net.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct net_config two_ways = {0, 3, 9, 2, true, 2, 0.5f, 0, 0, 0};

static const struct net_config words = {20, 3, 17, 1, true, 4, 0, 0, 0, 0};

enum { T = 6, B = 5 };

static const int lengths[B] = {4, 6, 1, 6, 2};

START_TEST(configurations)
{
    static const struct {
        struct net_config c;
        const char *member;
    } bad[] = {
        {{-1, 1, 1, 1, false, 1, 0, 0, 0, 0}, "vocab_size"},
        {{NET_VOCAB_MAX + 1, 1, 1, 1, false, 1, 0, 0, 0, 0}, "vocab_size"},
        {{0, 0, 1, 1, false, 1, 0, 0, 0, 0}, "input_size"},
        {{0, NET_INPUT_MAX + 1, 1, 1, false, 1, 0, 0, 0, 0}, "input_size"},
        {{0, 1, 0, 1, false, 1, 0, 0, 0, 0}, "hidden_size"},
        {{0, 1, INT32_MAX, 1, false, 1, 0, 0, 0, 0}, "hidden_size"},
        {{0, 1, 1, 0, false, 1, 0, 0, 0, 0}, "num_layers"},
        {{0, 1, 1, NET_LAYERS_MAX + 1, false, 1, 0, 0, 0, 0}, "num_layers"},
        {{0, 1, 1, 1, false, 0, 0, 0, 0, 0}, "output_size"},
        {{0, 1, 1, 1, false, INT32_MIN, 0, 0, 0, 0}, "output_size"},
        {{0, 1, 1, 1, false, 1, 1.0f, 0, 0, 0}, "dropout"},
        {{0, 1, 1, 1, false, 1, -0.1f, 0, 0, 0}, "dropout"},
        {{0, 1, 1, 1, false, 1, NAN, 0, 0, 0}, "dropout"},
        {{2, 1, 1, 1, false, 1, 0, NET_FEATURES_MAX + 1, 0, 0}, "features"},
        {{2, 1, 1, 1, false, 1, 0, -1, 0, 0}, "features"},
        {{0, 1, 1, 1, false, 1, 0, 0, 1.0f, 0}, "input_dropout"},
        {{0, 1, 1, 1, false, 1, 0, 0, 0, -0.5f}, "output_dropout"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct err e = {0};
        struct net *n = NULL;
        struct net_work *w = NULL;

        ck_assert_int_eq(net_config_check(&bad[i].c, &e), ST_INVALID);
        ck_assert_msg(strstr(e.message, bad[i].member) == e.message, "%s", e.message);
        ck_assert_int_eq(net_new(&n, &bad[i].c, &e), ST_INVALID);
        ck_assert_int_eq(net_work_new(&w, &bad[i].c, 1, 1, true, &e), ST_INVALID);
        ck_assert(!n && !w);
        ck_assert(net_work_size(&bad[i].c, 1, 1, true) == SIZE_MAX);
    }
    ck_assert_int_eq(net_config_check(&two_ways, NULL), ST_OK);
}
END_TEST

START_TEST(sizes_do_not_overflow)
{
    struct net_config c = {NET_VOCAB_MAX,
                           NET_INPUT_MAX,
                           NET_HIDDEN_MAX,
                           NET_LAYERS_MAX,
                           true,
                           NET_OUTPUT_MAX,
                           0.1f,
                           0,
                           0,
                           0};
    struct net_work *w = NULL;
    struct err e = {0};

    ck_assert_int_eq(net_config_check(&c, NULL), ST_OK);
    ck_assert_int_gt(net_config_num_parameters(&c), INT64_C(260000000000));
    ck_assert_int_lt(net_config_num_parameters(&c), INT64_C(1) << 62);
    ck_assert(net_work_size(&c, INT32_MAX, 1, true) > (size_t)1 << 40);
    ck_assert(net_work_size(&c, INT32_MAX, 2, true) == SIZE_MAX);
    ck_assert_int_eq(net_work_new(&w, &c, INT32_MAX, 2, true, &e), ST_INVALID);
    ck_assert_int_eq(net_work_new(&w, &two_ways, 0, 1, true, &e), ST_INVALID);
    ck_assert_int_eq(net_work_new(&w, &two_ways, 1, -1, true, &e), ST_INVALID);
    ck_assert_ptr_null(w);
    ck_assert(net_work_size(&two_ways, 10, 4, false) < net_work_size(&two_ways, 10, 4, true));
}
END_TEST

START_TEST(tensors_are_pytorchs)
{
    static const char *const names[] = {"embedding.weight",
                                        "lstm.weight_ih_l0",
                                        "lstm.weight_hh_l0",
                                        "lstm.bias_ih_l0",
                                        "lstm.bias_hh_l0",
                                        "lstm.weight_ih_l0_reverse",
                                        "lstm.weight_hh_l0_reverse",
                                        "lstm.bias_ih_l0_reverse",
                                        "lstm.bias_hh_l0_reverse",
                                        "linear.weight",
                                        "linear.bias"};
    struct net *n = new_net(&words);
    size_t at = 0;

    ck_assert_int_eq(net_num_tensors(n), 11);
    for (int i = 0; i < 11; i++) {
        const struct net_tensor *t = net_tensor(n, i);

        ck_assert_str_eq(t->name, names[i]);
        ck_assert_uint_eq(t->offset, at);
        ck_assert_uint_eq(t->count, (size_t)(t->shape[0] * (t->ndim == 2 ? t->shape[1] : 1)));
        at += t->count;
    }
    ck_assert_uint_eq(at, net_num_params(n));
    ck_assert_int_eq(net_config_num_parameters(&words), (int64_t)at);
    ck_assert_uint_eq((uintptr_t)net_params(n) % 64, 0);
    net_free(n);
    net_free(NULL);
}
END_TEST

START_TEST(initial_weights)
{
    struct net *n = new_net(&words);
    float bound = 1 / sqrtf(17), linear = 1 / sqrtf(34), top = 0, sum = 0;

    for (size_t k = 60; k < net_num_params(n); k++) {
        float v = fabsf(net_params(n)[k]);

        ck_assert(v <= (k < net_num_params(n) - 4 * 34 - 4 ? bound : linear));
        top = v > top ? v : top;
    }
    ck_assert_float_gt(top, 0.99f * bound);
    for (size_t k = 0; k < 60; k++)
        sum += net_params(n)[k] * net_params(n)[k];
    ck_assert(sum > 30 && sum < 100); /* N(0, 1) */
    net_free(n);
}
END_TEST

/* NaN in the padding of x and dy changes no gradient. */
START_TEST(padding_has_no_gradient)
{
    const struct net_config *c = &two_ways;
    struct net *n = new_net(c);
    struct net_work *w = new_work(c, T, B, true);
    size_t P = net_num_params(n);
    float *grad = calloc(2 * P, sizeof(float));
    float x[T * B * 3], dy[T * B * 2];
    struct net_input in = {.T = T, .B = B, .x = x, .lengths = lengths};

    ck_assert_ptr_nonnull(grad);
    for (int side = 0; side < 2; side++) {
        random_floats(x, sizeof(x) / sizeof(*x), 1);
        random_floats(dy, sizeof(dy) / sizeof(*dy), 2);
        for (int t = 0; side && t < T; t++)
            for (int b = 0; b < B; b++)
                if (t >= lengths[b]) {
                    x[(t * B + b) * 3] = NAN;
                    dy[(t * B + b) * 2] = NAN;
                }
        net_forward(w, n, &in, NULL);
        net_backward(w, n, dy, grad + (size_t)side * P);
    }
    ck_assert_mem_eq(grad, grad + P, P * sizeof(float));
    free(grad);
    net_work_free(w);
    net_free(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, configurations);
    tcase_add_test(t, sizes_do_not_overflow);
    tcase_add_test(t, tensors_are_pytorchs);
    tcase_add_test(t, initial_weights);
    tcase_add_test(t, padding_has_no_gradient);
    suite_add_tcase(s, t);
    return suite_run(s);
}
