/* test_net_work.c - a workspace can be used again, and then packs the new weights. */
#include "tests/unit/core/nn/nets.h"
#include "tests/unit/suite.h"

#include <lstm/net.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct net_config words = {20, 3, 17, 1, true, 4, 0, 0, 0, 0};

enum { T = 6, B = 5 };

/* After a use for other sizes, other nets, with or without states, a workspace gives the same
 * results as a new one. */
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

int main(void)
{
    Suite *s = suite_create("net_work");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, workspace_can_be_used_again);
    tcase_add_test(t, touch_makes_weights_count);
    suite_add_tcase(s, t);
    return suite_run(s);
}
