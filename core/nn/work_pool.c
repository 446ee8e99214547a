/* work_pool.c - see core/nn/work_pool.h. */
#include "core/nn/work_pool.h"

#include "core/base/size.h"

#include <stdatomic.h>
#include <stdlib.h>

struct work_pool {
    struct net_config config;
    int T, B, slots;
    bool bytes;                                           /* workspaces are quantised */
    _Atomic(struct net_work *) kept[WORK_POOL_SLOTS_MAX]; /* NULL: free */
};

enum status work_pool_new(struct work_pool **out, const struct net_config *c, int T, int B,
                          int slots, struct err *e)
{
    struct work_pool *p = malloc(sizeof(*p));

    if (!p)
        return err_nomem(e, sizeof(*p));
    p->config = *c;
    p->T = T;
    p->B = B;
    p->slots = slots;
    p->bytes = false;
    for (int i = 0; i < WORK_POOL_SLOTS_MAX; i++)
        atomic_init(&p->kept[i], NULL);
    *out = p;
    return ST_OK;
}

void work_pool_quantize(struct work_pool *p)
{
    p->bytes = true;
}

void work_pool_free(struct work_pool *p)
{
    for (int i = 0; p && i < p->slots; i++)
        net_work_free(atomic_load(&p->kept[i]));
    free(p);
}

enum status work_pool_take(struct net_work **out, struct work_pool *p, struct err *e)
{
    for (int i = 0; i < p->slots; i++) {
        *out = atomic_exchange(&p->kept[i], NULL);
        if (*out)
            return ST_OK;
    }
    return p->bytes ? net_work_new_bytes(out, &p->config, p->T, p->B, e)
                    : net_work_new(out, &p->config, p->T, p->B, false, e);
}

void work_pool_give(struct work_pool *p, struct net_work *w)
{
    /* The latest goes into the first slot, since its weights are packed; the others move up. */
    for (int i = 0; w && i < p->slots; i++)
        w = atomic_exchange(&p->kept[i], w);
    net_work_free(w);
}

size_t work_pool_size(const struct net_config *c, int T, int B, int slots, bool bytes)
{
    size_t one = net_work_size(c, T, B, false);

    return size_mul((size_t)slots, bytes ? size_add(one, net_bytes_size(c, T, B)) : one);
}
