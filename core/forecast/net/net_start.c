/* net_start.c - see net_start.h. */
#include "core/forecast/net/net_start.h"

#include <string.h>

static void zero_linear_layer(struct net *n)
{
    float *w = net_params(n);

    for (int i = 0; i < net_num_tensors(n); i++) {
        const struct net_tensor *t = net_tensor(n, i);

        if (!strncmp(t->name, "linear.", 7))
            memset(w + t->offset, 0, t->count * sizeof(*w));
    }
    net_touch(n);
}

enum status net_start(struct net **out, const struct net_config *c, const struct net *warm,
                      uint64_t seed, bool zero_head, struct err *e)
{
    struct rng r;
    enum status st = net_new(out, c, e);

    if (st)
        return st;
    rng_seed(&r, seed);
    net_init(*out, &r);
    if (warm)
        net_copy(*out, warm);
    else if (zero_head)
        zero_linear_layer(*out);
    return ST_OK;
}
