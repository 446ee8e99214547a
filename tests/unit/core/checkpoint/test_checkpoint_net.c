/* test_checkpoint_net.c - the tensors and the configuration of a net in a checkpoint. */
#include <check.h>
#include <lstm/checkpoint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct net_config config = {.vocab_size = 5,
                                         .input_size = 3,
                                         .hidden_size = 4,
                                         .num_layers = 2,
                                         .bidirectional = true,
                                         .output_size = 2,
                                         .dropout = 0.1F};

static struct net *make_net(uint64_t seed)
{
    struct net *n = NULL;
    struct rng r;
    struct err e = {0};

    ck_assert_int_eq(net_new(&n, &config, &e), ST_OK);
    rng_seed(&r, seed);
    net_init(n, &r);
    return n;
}

static bool same(const struct net *a, const struct net *b)
{
    return memcmp(net_params_const(a), net_params_const(b), net_num_params(a) * sizeof(float)) == 0;
}

START_TEST(weights_round_trip_under_a_prefix)
{
    struct net *a = make_net(1), *b = make_net(2);
    struct checkpoint *c, *read;
    struct checkpoint_tensor t;
    struct err e = {0};
    uint8_t *bytes;
    size_t len;
    const int64_t shape[2] = {16, 3};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add_net(c, "", a, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add_net(c, "best.", b, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add_net(c, "", a, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_write(&bytes, &len, c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_read(&read, bytes, len, &e), ST_OK);
    ck_assert_int_eq(checkpoint_find(&t, read, "lstm.weight_ih_l0_reverse", CKPT_F32, shape, 2, &e),
                     ST_OK);
    ck_assert(!same(a, b));
    ck_assert_int_eq(checkpoint_get_net(a, read, "", true, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "does not belong"));
    ck_assert_int_eq(checkpoint_get_net(a, read, "best.", true, &e), ST_OK);
    ck_assert(same(a, b));
    net_free(b);
    b = make_net(1);
    ck_assert_int_eq(checkpoint_get_net(a, read, "", false, &e), ST_OK);
    ck_assert(same(a, b));
    free(bytes);
    checkpoint_free(c);
    checkpoint_free(read);
    net_free(a);
    net_free(b);
}
END_TEST

/* Adds the tensors of n, all but the one named, which is added as given instead (or not at all). */
static struct checkpoint *with_other(const struct net *n, const char *name,
                                     enum checkpoint_dtype dtype, const int64_t *shape, int ndim,
                                     const void *data)
{
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    for (int i = 0; i < net_num_tensors(n); i++) {
        const struct net_tensor *t = net_tensor(n, i);

        if (strcmp(t->name, name) != 0)
            ck_assert_int_eq(checkpoint_add(c, t->name, CKPT_F32, t->shape, t->ndim,
                                            net_params_const(n) + t->offset, &e),
                             ST_OK);
        else if (data)
            ck_assert_int_eq(checkpoint_add(c, name, dtype, shape, ndim, data, &e), ST_OK);
    }
    return c;
}

START_TEST(other_shapes_are_refused_and_leave_the_net_alone)
{
    static const double data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const int64_t two = 2, shapes[][2] = {{1, 2}, {3, 0}, {2, 1}};
    struct net *n = make_net(1), *keep = make_net(1);
    struct checkpoint *c;
    struct err e = {0};

    for (int i = 0; i < 3; i++) {
        c = with_other(n, "linear.bias", CKPT_F32, shapes[i], i ? 2 : 1, data);
        ck_assert_int_eq(checkpoint_get_net(n, c, "", true, &e), ST_CORRUPT);
        ck_assert_ptr_nonnull(strstr(e.message, "linear.bias"));
        ck_assert_ptr_nonnull(strstr(e.message, "it must be F32 (2)"));
        checkpoint_free(c);
    }
    c = with_other(n, "linear.bias", CKPT_I32, &two, 1, data);
    ck_assert_int_eq(checkpoint_get_net(n, c, "", true, &e), ST_CORRUPT);
    checkpoint_free(c);
    c = with_other(n, "linear.bias", CKPT_F32, NULL, 0, NULL);
    ck_assert_int_eq(checkpoint_get_net(n, c, "", true, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "\"linear.bias\" is missing"));
    checkpoint_free(c);
    ck_assert(same(n, keep));
    c = with_other(n, "linear.bias", CKPT_F64, &two, 1, data);
    ck_assert_int_eq(checkpoint_get_net(n, c, "", true, &e), ST_OK);
    for (int i = 0; i < net_num_tensors(n); i++) {
        const struct net_tensor *t = net_tensor(n, i);

        if (strcmp(t->name, "linear.bias") == 0)
            ck_assert(net_params_const(n)[t->offset + 1] == 2.0F);
    }
    checkpoint_free(c);
    net_free(n);
    net_free(keep);
}
END_TEST

START_TEST(weights_that_are_no_numbers_are_found)
{
    struct net *n = make_net(1);
    struct err e = {0};

    ck_assert_int_eq(checkpoint_check_finite(n, &e), ST_OK);
    net_params(n)[net_num_params(n) - 1] = NAN;
    ck_assert_int_eq(checkpoint_check_finite(n, &e), ST_CORRUPT);
    ck_assert_str_eq(e.message,
                     "checkpoint: element 1 of tensor \"linear.bias\" is not a finite number");
    net_params(n)[net_num_params(n) - 1] = -INFINITY;
    ck_assert_int_eq(checkpoint_check_finite(n, &e), ST_CORRUPT);
    net_free(n);
}
END_TEST

START_TEST(sizes_out_of_range_are_the_files_fault)
{
    struct net_config big = config;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_check_net_config(&big, &e), ST_OK);
    big.hidden_size = NET_HIDDEN_MAX + 1;
    ck_assert_int_eq(net_config_check(&big, &e), ST_INVALID);
    ck_assert_int_eq(checkpoint_check_net_config(&big, &e), ST_CORRUPT);
    ck_assert_int_eq(e.status, ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "checkpoint"));
    ck_assert_ptr_nonnull(strstr(e.message, "hidden_size"));
    ck_assert_int_eq(checkpoint_check_net_config(&big, NULL), ST_CORRUPT);
}
END_TEST

START_TEST(a_halved_embedding_takes_half_the_room_and_loses_nothing)
{
    struct net *a = make_net(1), *b = make_net(2);
    const struct net_tensor *table = net_tensor(a, 0);
    struct checkpoint *c;
    struct checkpoint_tensor t;
    struct err e = {0};

    ck_assert_str_eq(table->name, "embedding.weight");
    net_halve_embedding(a);
    ck_assert(!same(a, b));
    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add_net(c, "", a, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add_net(c, "whole.", b, &e), ST_OK);
    ck_assert_int_eq(checkpoint_find(&t, c, table->name, CKPT_F16, table->shape, 2, &e), ST_OK);
    ck_assert_uint_eq(t.size, table->count * 2);
    ck_assert_int_eq(
        checkpoint_find(&t, c, "whole.embedding.weight", CKPT_F32, table->shape, 2, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_net(b, c, "", false, &e), ST_OK);
    ck_assert(same(a, b));
    checkpoint_free(c);
    net_free(a);
    net_free(b);
}
END_TEST

START_TEST(an_embedding_beyond_halves_stays)
{
    struct net *a = make_net(1), *b = make_net(1);

    net_params(a)[2] = 70000;
    net_params(b)[2] = 70000;
    net_halve_embedding(a);
    ck_assert(same(a, b));
    net_free(a);
    net_free(b);
}
END_TEST

START_TEST(tensors_of_brain_floats_are_read)
{
    struct net *a = make_net(1);
    struct checkpoint *c;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    for (int i = 0; i < net_num_tensors(a); i++) {
        const struct net_tensor *t = net_tensor(a, i);
        uint16_t *v = malloc(t->count * sizeof(*v));

        for (size_t k = 0; k < t->count; k++)
            v[k] = (uint16_t)(0x3F80 + k % 7); /* 1 and a little more */
        ck_assert_int_eq(checkpoint_add(c, t->name, CKPT_BF16, t->shape, t->ndim, v, &e), ST_OK);
        free(v);
    }
    ck_assert_int_eq(checkpoint_get_net(a, c, "", true, &e), ST_OK);
    ck_assert_float_eq(net_params_const(a)[0], 1);
    ck_assert_float_eq(net_params_const(a)[3], 1 + 3 / 128.0F);
    checkpoint_free(c);
    net_free(a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("checkpoint of a net");
    TCase *t = tcase_create("net");
    SRunner *r;
    int failed;

    tcase_add_test(t, weights_round_trip_under_a_prefix);
    tcase_add_test(t, other_shapes_are_refused_and_leave_the_net_alone);
    tcase_add_test(t, weights_that_are_no_numbers_are_found);
    tcase_add_test(t, sizes_out_of_range_are_the_files_fault);
    tcase_add_test(t, a_halved_embedding_takes_half_the_room_and_loses_nothing);
    tcase_add_test(t, an_embedding_beyond_halves_stays);
    tcase_add_test(t, tensors_of_brain_floats_are_read);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
