/* spare.c - see core/tagging/spare.h. */
#include "core/tagging/spare.h"

#include <stdatomic.h>
#include <stdlib.h>

struct spare {
    _Atomic(struct net_work *) kept[SPARE_MAX]; /* NULL: free */
};

enum status spare_new(struct spare **out, struct err *e)
{
    struct spare *s = malloc(sizeof(*s));

    if (!s)
        return err_nomem(e, sizeof(*s));
    for (int i = 0; i < SPARE_MAX; i++)
        atomic_init(&s->kept[i], NULL);
    *out = s;
    return ST_OK;
}

void spare_free(struct spare *s)
{
    for (int i = 0; s && i < SPARE_MAX; i++)
        net_work_free(atomic_load(&s->kept[i]));
    free(s);
}

enum status spare_take(struct net_work **out, struct spare *s, const struct net_config *c,
                       struct err *e)
{
    for (int i = 0; i < SPARE_MAX; i++) {
        *out = atomic_exchange(&s->kept[i], NULL);
        if (*out)
            return ST_OK;
    }
    return net_work_new(out, c, SPARE_TOKENS, SPARE_SENTENCES, false, e);
}

void spare_give(struct spare *s, struct net_work *w)
{
    for (int i = 0; w && i < SPARE_MAX; i++)
        w = atomic_exchange(&s->kept[i], w);
    net_work_free(w);
}

size_t spare_bytes(const struct net_config *c)
{
    size_t one = net_work_size(c, SPARE_TOKENS, SPARE_SENTENCES, false);

    return one > SIZE_MAX / SPARE_MAX ? SIZE_MAX : SPARE_MAX * one;
}
