/* test_net.c - configuration, parameter block, and what the forward pass promises about batches:
 * padding does not leak, order and company of a sequence do not matter. */
#include <check.h>
#include <lstm/net.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct net_config two_ways = {0, 3, 9, 2, true, 2, 0.5f, 0, 0, 0};
static const struct net_config words = {20, 3, 17, 1, true, 4, 0, 0, 0, 0};

enum { T = 6, B = 5 };
static const int lengths[B] = {4, 6, 1, 6, 2};

static struct net *new_net(const struct net_config *c)
{
    struct net *n = NULL;
    struct rng r;

    ck_assert_int_eq(net_new(&n, c, NULL), ST_OK);
    rng_seed(&r, 3);
    net_init(n, &r);
    return n;
}

static struct net_work *new_work(const struct net_config *c, int t, int b, bool training)
{
    struct net_work *w = NULL;

    ck_assert_int_eq(net_work_new(&w, c, t, b, training, NULL), ST_OK);
    return w;
}

static void random_floats(float *v, size_t n, uint64_t seed)
{
    struct rng r;

    rng_seed(&r, seed);
    for (size_t i = 0; i < n; i++)
        v[i] = rng_uniform(&r, -1, 1);
}

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

/* Each sequence alone gives, bit for bit, what it gives in a batch with garbage in its padding. */
START_TEST(padding_does_not_leak)
{
    const struct net_config *c = &two_ways;
    int I = c->input_size, O = c->output_size, DH = 2 * c->hidden_size, H = c->hidden_size;
    struct net *n = new_net(c);
    struct net_work *batch = new_work(c, T, B, _i), *alone = new_work(c, T, 1, false);
    float x[T * B * 3], one[T * 3], h0[4 * B * 9], c0[4 * B * 9], h1[4 * 9], c1[4 * 9];
    struct net_input in = {.T = T, .B = B, .x = x, .lengths = lengths, .h0 = h0, .c0 = c0};
    const float *y, *ya;

    random_floats(x, sizeof(x) / sizeof(*x), 1);
    random_floats(h0, sizeof(h0) / sizeof(*h0), 2);
    random_floats(c0, sizeof(c0) / sizeof(*c0), 3);
    for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++)
            for (int k = 0; t >= lengths[b] && k < I; k++)
                x[(t * B + b) * I + k] = k ? NAN : 1e30f;
    y = net_forward(batch, n, &in, NULL);
    for (int b = 0; b < B; b++) {
        struct net_input single = {.T = lengths[b], .B = 1, .x = one, .h0 = h1, .c0 = c1};

        for (int t = 0; t < lengths[b]; t++)
            memcpy(one + t * I, x + (t * B + b) * I, (size_t)I * sizeof(float));
        for (int s = 0; s < 4; s++) {
            memcpy(h1 + s * H, h0 + (s * B + b) * H, (size_t)H * sizeof(float));
            memcpy(c1 + s * H, c0 + (s * B + b) * H, (size_t)H * sizeof(float));
        }
        ya = net_forward(alone, n, &single, NULL);
        for (int t = 0; t < T; t++) {
            const float *bias = net_params(n) + net_num_params(n) - O;
            const float *hidden = net_hidden(batch) + (t * B + b) * DH;

            ck_assert_mem_eq(y + (t * B + b) * O, t < lengths[b] ? ya + t * O : bias,
                             (size_t)O * sizeof(float));
            for (int k = 0; k < DH; k++)
                ck_assert(hidden[k] == (t < lengths[b] ? net_hidden(alone)[t * DH + k] : 0.0f));
        }
        for (int s = 0; s < 4; s++) {
            ck_assert_mem_eq(net_h_n(batch) + (s * B + b) * H, net_h_n(alone) + s * H,
                             (size_t)H * sizeof(float));
            ck_assert_mem_eq(net_c_n(batch) + (s * B + b) * H, net_c_n(alone) + s * H,
                             (size_t)H * sizeof(float));
        }
    }
    net_work_free(batch);
    net_work_free(alone);
    net_free(n);
}
END_TEST

/* Gradients do not see the padding either: NaN there, in x and dy, changes nothing. */
/* Large enough that the input's part is made in several runs of steps. */
START_TEST(company_does_not_matter_in_large_batches)
{
    enum { STEPS = 17, MANY = 40, I = 2, O = 2 };
    static const struct net_config wide = {0, I, 128, 1, true, O, 0, 0, 0, 0};
    static float x[STEPS * MANY * I], y[STEPS * MANY * O], alone[STEPS * I];
    struct net *n = new_net(&wide);
    struct net_work *all = new_work(&wide, STEPS, MANY, _i), *one = new_work(&wide, STEPS, 1, _i);
    int given[MANY];
    struct rng r;

    rng_seed(&r, 5);
    random_floats(x, STEPS * MANY * I, 6);
    for (int round = 0; round < 8; round++) {
        for (int b = 0; b < MANY; b++)
            given[b] = 1 + (int)(rng_next(&r) % STEPS);
        memcpy(y,
               net_forward(all, n,
                           &(struct net_input){.T = STEPS, .B = MANY, .x = x, .lengths = given},
                           NULL),
               sizeof(y));
        for (int b = 0; b < MANY; b++) {
            const float *own;

            for (int t = 0; t < given[b]; t++)
                memcpy(alone + (ptrdiff_t)t * I, x + ((ptrdiff_t)t * MANY + b) * I,
                       I * sizeof(float));
            own = net_forward(one, n, &(struct net_input){.T = given[b], .B = 1, .x = alone}, NULL);
            for (int t = 0; t < given[b]; t++)
                ck_assert_mem_eq(y + ((ptrdiff_t)t * MANY + b) * O, own + (ptrdiff_t)t * O,
                                 O * sizeof(float));
        }
    }
    net_work_free(all);
    net_work_free(one);
    net_free(n);
}
END_TEST

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

/* A workspace is used for other sizes, other nets and with or without states in between, and gives
 * what a new one gives. */
/* Two layers, so that only the first may look its share up; more types than a chunk of them. */
START_TEST(shared_types_change_no_bit)
{
    enum { TYPES = 300, F = 3, V = 20 };
    static const struct net_config c = {V, 3, 17, 2, true, 4, 0, F, 0, 0};
    int32_t rows[TYPES * F], type[T * B], ids[T * B * F];
    struct net *n = new_net(&c);
    struct net_work *a = new_work(&c, T, B, false), *b = new_work(&c, T, B, false);
    struct net_types *types = NULL;
    struct net_input in = {.T = T, .B = B, .ids = ids};
    struct rng r;

    rng_seed(&r, 9);
    for (int i = 0; i < TYPES * F; i++)
        rows[i] = (int32_t)rng_below(&r, V + 1) - 1;
    for (int i = 0; i < T * B; i++) {
        type[i] = (int32_t)rng_below(&r, TYPES);
        memcpy(ids + F * i, rows + F * type[i], F * sizeof(*ids));
    }
    ck_assert_int_eq(net_types_new(&types, b, n, rows, TYPES, NULL), ST_OK);
    for (int i = 0; i < 2; i++) { /* equal lengths, different ones */
        const float *y;

        in.ids = ids;
        in.types = NULL;
        in.lengths = i ? lengths : NULL;
        y = net_forward(a, n, &in, NULL);
        in.ids = type;
        in.types = types;
        ck_assert_mem_eq(net_forward(b, n, &in, NULL), y, T * B * 4 * sizeof(float));
    }
    net_types_free(types);
    net_types_free(NULL);
    net_work_free(a);
    net_work_free(b);
    net_free(n);
}
END_TEST

START_TEST(workspace_can_be_used_again)
{
    const struct net_config *c = &words;
    struct net *a = new_net(c), *b = new_net(c);
    struct net_work *used = new_work(c, T, B, true);
    int32_t ids[T * B];
    float states[2 * B * 17];

    random_floats(states, sizeof(states) / sizeof(*states), 4);
    for (size_t i = 0; i < net_num_params(b); i++)
        net_params(b)[i] *= 0.5f;
    net_touch(b);
    for (int i = 0; i < T * B; i++)
        ids[i] = i * 7 % 20;
    for (int i = 0; i < 40; i++) {
        struct net_work *fresh = new_work(c, T, B, i % 2);
        int t = 1 + i * 5 % T, s = 1 + i * 3 % B, lens[B];
        struct net_input in = {.T = t,
                               .B = s,
                               .ids = ids,
                               .lengths = i % 3 ? lens : NULL,
                               .h0 = i % 4 == 1 ? states : NULL,
                               .c0 = i % 4 == 2 ? states : NULL};
        const struct net *n = i % 5 < 3 ? a : b;
        size_t bytes = (size_t)(t * s * c->output_size) * sizeof(float);

        for (int k = 0; k < s; k++)
            lens[k] = 1 + (i + k) % t;
        net_forward(used, n, &in, NULL);
        ck_assert_mem_eq(net_forward(used, n, &in, NULL), net_forward(fresh, n, &in, NULL), bytes);
        ck_assert_mem_eq(net_h_n(used), net_h_n(fresh), (size_t)(2 * s * 17) * sizeof(float));
        net_work_free(fresh);
    }
    net_work_free(used);
    net_free(a);
    net_free(b);
}
END_TEST

START_TEST(touch_makes_weights_count)
{
    struct net_config c = {0, 1, 2, 1, false, 1, 0, 0, 0, 0};
    struct net *n = new_net(&c);
    struct net_work *w = new_work(&c, 1, 1, false);
    float x = 1, before, after;
    struct net_input in = {.T = 1, .B = 1, .x = &x};

    before = *net_forward(w, n, &in, NULL);
    net_params(n)[1] += 0.5f;
    net_touch(n);
    after = *net_forward(w, n, &in, NULL);
    ck_assert(before != after);
    net_work_free(w);
    net_free(n);
}
END_TEST

/* Only between layers, only while training, and on average without effect. */
START_TEST(dropout)
{
    const struct net_config *c = &two_ways;
    struct net *n = new_net(c);
    struct net_work *w = new_work(c, T, B, true);
    float x[T * B * 3], plain[T * B * 2];
    double sum = 0, reference = 0;
    struct net_input in = {.T = T, .B = B, .x = x};
    struct rng r, same;

    random_floats(x, sizeof(x) / sizeof(*x), 1);
    rng_seed(&r, 8);
    memcpy(plain, net_forward(w, n, &in, NULL), sizeof(plain));
    for (int i = 0; i < 300; i++) {
        const float *y = net_forward(w, n, &in, &r);

        if (!i)
            ck_assert(memcmp(y, plain, sizeof(plain)) != 0);
        for (int k = 0; k < T * B * 2; k++)
            sum += (double)y[k] / 300;
    }
    for (int k = 0; k < T * B * 2; k++)
        reference += (double)plain[k];
    ck_assert_double_eq_tol(sum, reference, 0.05 * fabs(reference) + 0.3);
    ck_assert_mem_eq(plain, net_forward(w, n, &in, NULL), sizeof(plain));
    same = r;
    memcpy(plain, net_forward(w, n, &in, &r), sizeof(plain));
    ck_assert_mem_eq(plain, net_forward(w, n, &in, &same), sizeof(plain));
    net_work_free(w);
    net_free(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net");
    TCase *t = tcase_create("net");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 60);
    tcase_add_test(t, configurations);
    tcase_add_test(t, sizes_do_not_overflow);
    tcase_add_test(t, tensors_are_pytorchs);
    tcase_add_test(t, initial_weights);
    tcase_add_loop_test(t, padding_does_not_leak, 0, 2);
    tcase_add_loop_test(t, company_does_not_matter_in_large_batches, 0, 2);
    tcase_add_test(t, padding_has_no_gradient);
    tcase_add_test(t, shared_types_change_no_bit);
    tcase_add_test(t, workspace_can_be_used_again);
    tcase_add_test(t, touch_makes_weights_count);
    tcase_add_test(t, dropout);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
