/* spares.c - see spares.h. */
#include "core/forecast/spares.h"

#include <stdlib.h>

static void drop(struct predictor *p)
{
    if (p)
        predictor_release(p);
    free(p);
}

enum status spares_take(struct predictor **out, struct spares *s, const struct frame *f,
                        const struct net *net, struct err *e)
{
    struct predictor *p = NULL;
    enum status st;

    for (int i = 0; !p && i < SPARES; i++)
        p = atomic_exchange(&s->slot[i], NULL);
    if (p && p->frame == f && p->net == net) {
        *out = p;
        return ST_OK;
    }
    drop(p); /* of a net that was replaced while the model was being made */
    p = calloc(1, sizeof(*p));
    if (!p)
        return err_nomem(e, sizeof(*p));
    st = predictor_init(p, f, net, 1, e);
    if (st)
        free(p);
    else
        *out = p;
    return st;
}

void spares_give(struct spares *s, struct predictor *p)
{
    for (int i = 0; p && i < SPARES; i++) {
        struct predictor *none = NULL;

        if (atomic_compare_exchange_strong(&s->slot[i], &none, p))
            p = NULL;
    }
    drop(p);
}

void spares_release(struct spares *s)
{
    for (int i = 0; i < SPARES; i++)
        drop(atomic_exchange(&s->slot[i], NULL));
}

size_t spares_size(const struct frame *f, const struct net *net)
{
    return sizeof(struct predictor) + net_work_size(net_get_config(net), f->window, 1, false) +
           ((size_t)f->window * sizeof(float));
}
