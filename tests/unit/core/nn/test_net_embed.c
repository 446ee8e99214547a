/* test_net_embed.c - ids become the first layer's input, and its gradient comes back to them. */
#include "core/base/half.h"
#include "core/nn/net_impl.h"
#include "tests/unit/core/nn/nets.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>

enum { V = 9, I = 5, F = 3, T = 4, B = 3 };

static const struct net_config one_id = {
    .vocab_size = V, .input_size = I, .hidden_size = 4, .num_layers = 1, .output_size = 2};
static const struct net_config three_ids = {.vocab_size = V,
                                            .input_size = I,
                                            .hidden_size = 4,
                                            .num_layers = 1,
                                            .output_size = 2,
                                            .features = F};

static float *table_of(struct net *n)
{
    ck_assert_str_eq(net_tensor(n, 0)->name, "embedding.weight");
    return net_params(n) + net_tensor(n, 0)->offset;
}

START_TEST(an_id_is_its_row)
{
    struct net *n = new_net(&one_id);
    float x[I];

    for (int32_t id = 0; id < V; id++) {
        net_embed_one(x, n, kernels_get(), &id);
        ck_assert_mem_eq(x, table_of(n) + id * I, sizeof(x));
    }
    net_free(n);
}
END_TEST

START_TEST(several_ids_are_the_sum_of_their_rows)
{
    static const int32_t ids[][F] = {{1, 2, 3}, {4, 4, 4}, {8, -1, 0}, {-1, -1, -1}};
    struct net *n = new_net(&three_ids);
    float x[I];

    for (size_t k = 0; k < sizeof(ids) / sizeof(ids[0]); k++) {
        net_embed_one(x, n, kernels_get(), ids[k]);
        for (int i = 0; i < I; i++) {
            float sum = 0;

            for (int f = 0; f < F; f++)
                sum += ids[k][f] < 0 ? 0 : table_of(n)[ids[k][f] * I + i];
            ck_assert_float_eq_tol(x[i], sum, 1e-6f);
        }
    }
    net_free(n);
}
END_TEST

/* Ids of a batch of unequal sequences: each place has ids of its own, some of them none. */
static void number(int32_t ids[T * B * F], const struct net_config *c)
{
    int width = net_features(c);

    for (int i = 0; i < T * B * width; i++)
        ids[i] = width > 1 && i % 4 == 0 ? -1 : (i * 5 + 2) % V;
}

static const int lengths[B] = {2, 4, 1};

static struct net_work *passed(struct net *n, const int32_t *ids)
{
    struct net_work *w = new_work(net_get_config(n), T, B, true);
    const struct net_input in = {.T = T, .B = B, .ids = ids, .lengths = lengths};

    ck_assert_ptr_nonnull(net_forward(w, n, &in, NULL));
    return w;
}

START_TEST(a_batch_is_embedded_in_its_packed_order)
{
    const struct net_config *c = _i ? &three_ids : &one_id;
    struct net *n = new_net(c);
    int32_t ids[T * B * F];
    struct net_work *w;
    float x[I];
    int rows = 0;

    number(ids, c);
    w = passed(n, ids);
    for (int t = 0; t < T; t++)
        for (int b = 0; b < w->active[t]; b++, rows++) {
            int given = t * B + w->order[b];

            ck_assert_int_lt(t, lengths[w->order[b]]);
            net_embed_one(x, n, w->k, ids + given * net_features(c));
            ck_assert_mem_eq(w->x_buf + (w->off[t] + b) * I, x, sizeof(x));
        }
    ck_assert_int_eq(rows, lengths[0] + lengths[1] + lengths[2]);
    net_work_free(w);
    net_free(n);
}
END_TEST

/* The gradient of a row grows by those of the steps that read the row; padding adds nothing, and
 * other rows stay as they were. */
START_TEST(each_row_gets_the_gradient_of_the_steps_that_read_it)
{
    const struct net_config *c = _i ? &three_ids : &one_id;
    struct net *n = new_net(c);
    int32_t ids[T * B * F];
    struct net_work *w;
    float *grad = calloc(net_num_params(n), sizeof(*grad));
    double want[V * I];

    ck_assert_ptr_nonnull(grad);
    number(ids, c);
    w = passed(n, ids);
    random_floats(w->dx, (size_t)w->R * I, 11);
    for (int i = 0; i < V * I; i++)
        want[i] = 1;
    for (int t = 0; t < T; t++)
        for (int b = 0; b < w->active[t]; b++)
            for (int f = 0; f < net_features(c); f++) {
                int32_t id = ids[(t * B + w->order[b]) * net_features(c) + f];

                for (int i = 0; id >= 0 && i < I; i++)
                    want[id * I + i] += (double)w->dx[(w->off[t] + b) * I + i];
            }
    for (int i = 0; i < V * I; i++)
        grad[n->embedding + (size_t)i] = 1;
    net_embed_backward(w, n, grad);
    for (int i = 0; i < V * I; i++)
        ck_assert_double_eq_tol((double)grad[n->embedding + (size_t)i], want[i], 1e-5);
    for (size_t i = V * I; i < net_num_params(n); i++)
        ck_assert_float_eq(grad[i], 0);
    free(grad);
    net_work_free(w);
    net_free(n);
}
END_TEST

START_TEST(a_table_is_rounded_to_half_floats_and_nothing_else_is)
{
    struct net *n = new_net(&one_id), *before = new_net(&one_id);
    uint64_t version = n->version;
    float *v = table_of(n);
    bool moved = false;

    net_halve_embedding(n);
    for (int i = 0; i < V * I; i++) {
        float old = table_of(before)[i];

        ck_assert_float_eq(v[i], half_to_float(half_of_float(v[i])));
        ck_assert_float_eq_tol(v[i], old, fabsf(old) * 0x1p-11f + 0x1p-25f);
        moved = moved || v[i] != old;
    }
    ck_assert(moved);
    ck_assert_mem_eq(v + V * I, table_of(before) + V * I,
                     (net_num_params(n) - V * I) * sizeof(float));
    ck_assert_uint_gt(n->version, version); /* packed weights are stale */
    net_free(n);
    net_free(before);
}
END_TEST

START_TEST(a_table_beyond_half_floats_stays_whole)
{
    struct net *n = new_net(&one_id), *before = new_net(&one_id);

    table_of(n)[V * I - 1] = table_of(before)[V * I - 1] = 65520;
    net_halve_embedding(n);
    ck_assert_mem_eq(net_params(n), net_params(before), net_num_params(n) * sizeof(float));
    net_free(n);
    net_free(before);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("net_embed");
    TCase *t = tcase_create("all");

    tcase_add_test(t, an_id_is_its_row);
    tcase_add_test(t, several_ids_are_the_sum_of_their_rows);
    tcase_add_loop_test(t, a_batch_is_embedded_in_its_packed_order, 0, 2);
    tcase_add_loop_test(t, each_row_gets_the_gradient_of_the_steps_that_read_it, 0, 2);
    tcase_add_test(t, a_table_is_rounded_to_half_floats_and_nothing_else_is);
    tcase_add_test(t, a_table_beyond_half_floats_stays_whole);
    suite_add_tcase(s, t);
    return suite_run(s);
}
