/* test_net_types.c - types that many steps share give the same bits. */
#include "tests/unit/core/nn/nets.h"
#include "tests/unit/suite.h"

#include <lstm/net.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { T = 6, B = 5 };

static const int lengths[B] = {4, 6, 1, 6, 2};

/* Two layers, of which only the first may look up its products; more types than one CHUNK of
 * net_types.c. */
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
    for (int i = 0; i < 2; i++) { /* first equal, then different lengths */
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

int main(void)
{
    Suite *s = suite_create("net_types");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, shared_types_change_no_bit);
    suite_add_tcase(s, t);
    return suite_run(s);
}
