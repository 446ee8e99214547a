/* test_net_start.c - the weights that a training starts from. */
#include "core/forecast/net/net_start.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct net_config config = {
    .input_size = 2, .hidden_size = 3, .num_layers = 1, .output_size = 2};

static struct net *start(const struct net *warm, uint64_t seed, bool zero_head)
{
    struct net *n = NULL;
    struct err e = {0};

    ck_assert_int_eq(net_start(&n, &config, warm, seed, zero_head, &e), ST_OK);
    return n;
}

static bool same(const struct net *a, const struct net *b)
{
    return !memcmp(net_params_const(a), net_params_const(b), net_num_params(a) * sizeof(float));
}

START_TEST(a_seed_gives_its_weights)
{
    struct net *a = start(NULL, 1, false), *b = start(NULL, 1, false), *c = start(NULL, 2, false);

    ck_assert(same(a, b));
    ck_assert(!same(a, c));
    net_free(a);
    net_free(b);
    net_free(c);
}
END_TEST

START_TEST(a_zero_head_puts_out_nothing)
{
    struct net *a = start(NULL, 1, false), *b = start(NULL, 1, true);
    int zero = 0;

    for (int i = 0; i < net_num_tensors(b); i++) {
        const struct net_tensor *t = net_tensor(b, i);
        bool head = !strncmp(t->name, "linear.", 7);

        for (size_t k = t->offset; k < t->offset + t->count; k++) {
            ck_assert_float_eq(net_params(b)[k], head ? 0 : net_params(a)[k]);
            zero += head;
        }
    }
    ck_assert_int_eq(zero, 3 * 2 + 2);
    net_free(a);
    net_free(b);
}
END_TEST

/* A warm net is taken whole, with its last layer. */
START_TEST(a_warm_net_is_copied)
{
    struct net *warm = start(NULL, 5, false), *a = start(warm, 1, true);

    ck_assert(same(a, warm));
    net_free(warm);
    net_free(a);
}
END_TEST

START_TEST(a_shape_out_of_range_is_refused)
{
    struct net *n = NULL;
    struct err e = {0};

    ck_assert_int_eq(net_start(&n, &(struct net_config){.input_size = 1}, NULL, 0, false, &e),
                     ST_INVALID);
    ck_assert_ptr_null(n);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net_start");
    TCase *t = tcase_create("all");

    tcase_add_test(t, a_seed_gives_its_weights);
    tcase_add_test(t, a_zero_head_puts_out_nothing);
    tcase_add_test(t, a_warm_net_is_copied);
    tcase_add_test(t, a_shape_out_of_range_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
