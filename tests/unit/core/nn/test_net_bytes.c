/* test_net_bytes.c - passes with 8-bit weights and states: near those in floats, the same bits for
 * every instruction set, and whatever else is in the batch. */
#include "tests/unit/core/nn/nets.h"
#include "tests/unit/suite.h"

#include <lstm/cpu.h>
#include <lstm/net.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { T = 7, B = 6, VALUES_MAX = T * B * 64 };

static const int lengths[B] = {4, 7, 1, 7, 2, 6};

/* vocab_size, input_size, hidden_size, num_layers, bidirectional, output_size, dropout, features */
static const struct net_config configs[] = {
    {0, 1, 64, 1, false, 1, 0, 0, 0, 0},  {0, 5, 17, 2, false, 3, 0, 0, 0, 0},
    {0, 33, 20, 2, true, 17, 0, 0, 0, 0}, {20, 12, 33, 1, true, 5, 0, 3, 0, 0},
    {0, 64, 48, 3, false, 2, 0, 0, 0, 0}, {0, 3, 1, 1, true, 1, 0, 0, 0, 0},
};

static float x[VALUES_MAX], h0[3 * 2 * B * 64], c0[3 * 2 * B * 64];
static int32_t ids[T * B * 3];

static void setup(void)
{
    struct rng r;

    random_floats(x, VALUES_MAX, 1);
    random_floats(h0, sizeof(h0) / sizeof(*h0), 2);
    random_floats(c0, sizeof(c0) / sizeof(*c0), 3);
    rng_seed(&r, 4);
    for (int i = 0; i < T * B * 3; i++)
        ids[i] = (int32_t)rng_below(&r, 21) - 1;
}

static void teardown(void)
{
    (void)kernels_select("auto", NULL);
}

static struct net_input input_of(const struct net_config *c, bool whole, bool states)
{
    return (struct net_input){.T = T,
                              .B = B,
                              .x = c->vocab_size ? NULL : x,
                              .ids = c->vocab_size ? ids : NULL,
                              .lengths = whole ? NULL : lengths,
                              .h0 = states ? h0 : NULL,
                              .c0 = states ? c0 : NULL};
}

static float most_of(const struct net_config *c)
{
    float most = 0;

    for (int i = 0; i < T * B * c->input_size; i++)
        most = fmaxf(most, fabsf(x[i]));
    return most;
}

static struct net_work *byte_work(const struct net_config *c, float input_max)
{
    struct net_work *w = new_work(c, T, B, false);
    struct err e = {0};

    ck_assert_int_eq(net_work_quantize(w, input_max, &e), ST_OK);
    return w;
}

/* Root mean square of the difference, relative to that of the floats' deviation from their mean. */
static double distance(const float *a, const float *b, int n)
{
    double mean = 0, all = 0, between = 0;

    for (int i = 0; i < n; i++)
        mean += (double)a[i] / n;
    for (int i = 0; i < n; i++) {
        all += pow((double)a[i] - mean, 2);
        between += pow((double)a[i] - (double)b[i], 2);
    }
    return sqrt(between / all);
}

START_TEST(bytes_are_near_floats)
{
    const struct net_config *c = &configs[_i];
    struct net *n = new_net(c);
    struct net_work *f = new_work(c, T, B, false);
    struct net_work *q = byte_work(c, c->input_size > 16 ? most_of(c) : 0);

    for (int i = 0; i < 4; i++) {
        struct net_input in = input_of(c, i % 2, i / 2);
        const float *a = net_forward(f, n, &in, NULL), *b = net_forward(q, n, &in, NULL);

        ck_assert_msg(distance(a, b, T * B * c->output_size) < 0.03, "%g",
                      distance(a, b, T * B * c->output_size));
        ck_assert(distance(net_h_n(f), net_h_n(q), B * c->hidden_size) < 0.03);
        ck_assert(distance(net_c_n(f), net_c_n(q), B * c->hidden_size) < 0.03);
    }
    net_work_free(f);
    net_work_free(q);
    net_free(n);
}
END_TEST

START_TEST(every_instruction_set_gives_the_same_bits)
{
    const struct net_config *c = &configs[_i / 2];
    struct net *n = new_net(c);
    size_t size = (size_t)T * B * (size_t)c->output_size * sizeof(float);
    float *first = NULL;

    for (const char *const *name = kernels_available(); *name; name++) {
        struct net_input in = input_of(c, false, true);
        struct net_work *q;
        const float *y;

        ck_assert_int_eq(kernels_select(*name, NULL), ST_OK);
        q = byte_work(c, (float)(_i % 2));
        y = net_forward(q, n, &in, NULL);
        if (!first) {
            first = malloc(size);
            ck_assert_ptr_nonnull(first);
            memcpy(first, y, size);
        }
        ck_assert_mem_eq(y, first, size);
        net_work_free(q);
    }
    free(first);
    net_free(n);
}
END_TEST

/* Each sequence alone, and in the batch with padding. */
START_TEST(a_sequence_does_not_depend_on_others)
{
    const struct net_config *c = &configs[2];
    size_t I = (size_t)c->input_size, O = (size_t)c->output_size;
    struct net *n = new_net(c);
    struct net_work *all = byte_work(c, most_of(c)), *one = byte_work(c, most_of(c));
    struct net_input in = input_of(c, false, false);
    const float *y = net_forward(all, n, &in, NULL);

    for (int b = 0; b < B; b++) {
        float alone[T * 64];
        struct net_input single = {.T = lengths[b], .B = 1, .x = alone};
        const float *z;

        for (int t = 0; t < lengths[b]; t++)
            memcpy(alone + t * I, x + ((size_t)t * B + (size_t)b) * I, I * sizeof(float));
        z = net_forward(one, n, &single, NULL);
        for (int t = 0; t < lengths[b]; t++)
            ck_assert_mem_eq(z + t * O, y + ((size_t)t * B + (size_t)b) * O, O * sizeof(float));
    }
    net_work_free(all);
    net_work_free(one);
    net_free(n);
}
END_TEST

/* More types than the workspace has rows. */
START_TEST(shared_types_change_no_bit)
{
    enum { TYPES = 150, F = 3 };
    const struct net_config *c = &configs[3];
    struct net *n = new_net(c);
    size_t size = (size_t)T * B * (size_t)c->output_size * sizeof(float);
    int32_t rows[TYPES * F], type[T * B];
    struct net_types *types = NULL;
    struct rng r;

    rng_seed(&r, 9);
    for (int i = 0; i < TYPES * F; i++)
        rows[i] = (int32_t)rng_below(&r, 21) - 1;
    for (int i = 0; i < T * B; i++) {
        type[i] = (int32_t)rng_below(&r, TYPES);
        memcpy(ids + F * i, rows + F * type[i], F * sizeof(*ids));
    }
    for (int i = 0; i < 2; i++) {
        struct net_work *a = byte_work(c, 2 * (float)i), *b = byte_work(c, 2 * (float)i);
        struct net_input in = input_of(c, false, false);
        const float *y = net_forward(a, n, &in, NULL);

        ck_assert_int_eq(net_types_new(&types, b, n, rows, TYPES, NULL), ST_OK);
        in.ids = type;
        in.types = types;
        ck_assert_mem_eq(net_forward(b, n, &in, NULL), y, size);
        net_types_free(types);
        net_work_free(a);
        net_work_free(b);
    }
    net_free(n);
}
END_TEST

/* Larger inputs count as the largest, which is better than to wrap around. */
START_TEST(inputs_beyond_the_range_are_clamped)
{
    static const struct net_config c = {0, 20, 8, 1, false, 1, 0, 0, 0, 0};
    struct net *n = new_net(&c);
    struct net_work *q = byte_work(&c, 1);
    float big[20], most[20], y;
    struct net_input in = {.T = 1, .B = 1, .x = big};

    for (int i = 0; i < 20; i++) {
        big[i] = i % 2 ? 5 : -7;
        most[i] = i % 2 ? 1 : -1;
    }
    y = net_forward(q, n, &in, NULL)[0];
    in.x = most;
    ck_assert(net_forward(q, n, &in, NULL)[0] == y);
    net_work_free(q);
    net_free(n);
}
END_TEST

START_TEST(weights_are_packed_again_after_a_change)
{
    static const struct net_config c = {0, 4, 8, 1, false, 1, 0, 0, 0, 0};
    struct net *n = new_net(&c);
    struct net_work *q = byte_work(&c, 0);
    struct net_input in = {.T = 2, .B = 1, .x = x};
    float before = net_forward(q, n, &in, NULL)[0];

    for (size_t i = 0; i < net_num_params(n); i++)
        net_params(n)[i] *= 2;
    net_touch(n);
    ck_assert(net_forward(q, n, &in, NULL)[0] != before);
    net_work_free(q);
    net_free(n);
}
END_TEST

START_TEST(what_cannot_be_quantised_is_refused)
{
    struct net_work *w = new_work(&configs[0], T, B, true);
    struct err e = {0};

    ck_assert_int_eq(net_work_quantize(w, 1, &e), ST_INVALID);
    net_work_free(w);
    w = new_work(&configs[0], T, B, false);
    ck_assert_int_eq(net_work_quantize(w, -1, &e), ST_INVALID);
    ck_assert_int_eq(net_work_quantize(w, NAN, &e), ST_INVALID);
    ck_assert_int_eq(net_work_quantize(w, INFINITY, &e), ST_INVALID);
    ck_assert_int_eq(net_work_quantize(w, 1, &e), ST_OK);
    ck_assert_int_eq(net_work_quantize(w, 2, &e), ST_OK); /* in place of the first */
    net_work_free(w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net_bytes");
    TCase *t = tcase_create("all");
    int n = (int)(sizeof(configs) / sizeof(*configs));

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, bytes_are_near_floats, 0, n);
    tcase_add_loop_test(t, every_instruction_set_gives_the_same_bits, 0, 2 * n);
    tcase_add_test(t, a_sequence_does_not_depend_on_others);
    tcase_add_test(t, shared_types_change_no_bit);
    tcase_add_test(t, inputs_beyond_the_range_are_clamped);
    tcase_add_test(t, weights_are_packed_again_after_a_change);
    tcase_add_test(t, what_cannot_be_quantised_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
