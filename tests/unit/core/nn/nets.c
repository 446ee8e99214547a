/* nets.c - see nets.h. */
#include "tests/unit/core/nn/nets.h"

#include "tests/unit/suite.h"

#include <lstm/net.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct net *new_net(const struct net_config *c)
{
    struct net *n = NULL;
    struct rng r;

    ck_assert_int_eq(net_new(&n, c, NULL), ST_OK);
    rng_seed(&r, 3);
    net_init(n, &r);
    return n;
}

struct net_work *new_work(const struct net_config *c, int t, int b, bool training)
{
    struct net_work *w = NULL;

    ck_assert_int_eq(net_work_new(&w, c, t, b, training, NULL), ST_OK);
    return w;
}

void random_floats(float *v, size_t n, uint64_t seed)
{
    struct rng r;

    rng_seed(&r, seed);
    for (size_t i = 0; i < n; i++)
        v[i] = rng_uniform(&r, -1, 1);
}
