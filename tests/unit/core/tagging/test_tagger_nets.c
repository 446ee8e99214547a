/* test_tagger_nets.c - several nets in one. */
#include "core/tagging/tagger_nets.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { T = 5, B = 3, F = 2, COUNT = 3, TOKENS = T * B };

static const struct net_config shapes[] = {
    {.vocab_size = 7,
     .features = F,
     .input_size = 3,
     .hidden_size = 4,
     .num_layers = 1,
     .bidirectional = true,
     .output_size = 5},
    {.vocab_size = 7,
     .features = F,
     .input_size = 2,
     .hidden_size = 3,
     .num_layers = 3,
     .bidirectional = true,
     .output_size = 2},
    {.vocab_size = 7,
     .features = F,
     .input_size = 4,
     .hidden_size = 2,
     .num_layers = 2,
     .bidirectional = false,
     .output_size = 3},
};

static void outputs(float *out, const struct net *n)
{
    static const int lengths[B] = {5, 3, 1};
    int32_t ids[TOKENS * F];
    struct net_work *w = NULL;
    struct err e = {0};
    struct net_input in = {.T = T, .B = B, .ids = ids, .lengths = lengths};
    size_t size = (size_t)TOKENS * (size_t)net_get_config(n)->output_size;

    for (int i = 0; i < TOKENS * F; i++)
        ids[i] = i * 5 % 8 - 1;
    ck_assert_int_eq(net_work_new(&w, net_get_config(n), T, B, false, &e), ST_OK);
    memcpy(out, net_forward(w, n, &in, NULL), size * sizeof(*out));
    net_work_free(w);
}

START_TEST(the_joined_net_puts_out_the_mean)
{
    const struct net_config *one = &shapes[_i];
    struct net *member = NULL, *all = NULL;
    float mean[TOKENS * 5] = {0}, y[TOKENS * 5], *weights;
    struct err e = {0};
    struct rng r;
    size_t n;

    rng_seed(&r, 3);
    ck_assert_int_eq(net_new(&member, one, &e), ST_OK);
    n = net_num_params(member);
    weights = calloc(COUNT * n, sizeof(*weights));
    ck_assert_ptr_nonnull(weights);
    for (int m = 0; m < COUNT; m++) {
        net_init(member, &r);
        net_touch(member);
        memcpy(weights + (size_t)m * n, net_params_const(member), n * sizeof(*weights));
        outputs(y, member);
        for (int i = 0; i < TOKENS * one->output_size; i++)
            mean[i] += y[i] / COUNT;
    }
    ck_assert_msg(nets_join(&all, one, weights, COUNT, &e) == ST_OK, "%s", e.message);
    ck_assert_int_eq(net_get_config(all)->hidden_size, COUNT * one->hidden_size);
    outputs(y, all);
    for (int i = 0; i < TOKENS * one->output_size; i++)
        ck_assert_float_eq_tol(y[i], mean[i], 1e-5F);
    free(weights);
    net_free(member);
    net_free(all);
}
END_TEST

START_TEST(one_member_is_itself)
{
    struct net *n = NULL, *same = NULL;
    struct err e = {0};
    struct rng r;

    rng_seed(&r, 4);
    ck_assert_int_eq(net_new(&n, &shapes[0], &e), ST_OK);
    net_init(n, &r);
    ck_assert_int_eq(nets_join(&same, &shapes[0], net_params_const(n), 1, &e), ST_OK);
    ck_assert(memcmp(net_params(n), net_params(same), net_num_params(n) * sizeof(float)) == 0);
    net_free(n);
    net_free(same);
}
END_TEST

START_TEST(too_many_units_are_refused)
{
    struct net_config c = shapes[0];
    struct net *all = NULL;
    struct err e = {0};
    float none = 0;

    c.hidden_size = NET_HIDDEN_MAX;
    ck_assert_int_eq(nets_join(&all, &c, &none, 2, &e), ST_INVALID);
    ck_assert_ptr_null(all);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("members of a tagger");
    TCase *t = tcase_create("members");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, the_joined_net_puts_out_the_mean, 0, sizeof(shapes) / sizeof(*shapes));
    tcase_add_test(t, one_member_is_itself);
    tcase_add_test(t, too_many_units_are_refused);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
