/* test_net_forward.c - outputs of a forward pass: padding, other sequences of the batch,
 * dropout. */
#include "tests/unit/core/nn/nets.h"
#include "tests/unit/suite.h"

#include <lstm/net.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct net_config two_ways = {0, 3, 9, 2, true, 2, 0.5f, 0, 0, 0};

enum { T = 6, B = 5 };

static const int lengths[B] = {4, 6, 1, 6, 2};

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

/* Large enough that the products with the input are computed for several runs of steps. */
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

/* Dropout works only between layers and only while training, and keeps the mean. */
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
    Suite *s = suite_create("net_forward");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, padding_does_not_leak, 0, 2);
    tcase_add_loop_test(t, company_does_not_matter_in_large_batches, 0, 2);
    tcase_add_test(t, dropout);
    suite_add_tcase(s, t);
    return suite_run(s);
}
