/* spares.h - workspaces that a model keeps for the next forecast, packed weights included: making one
 * costs more than a short forecast. For the files of core/forecast only.
 *
 * A slot is taken and given back by one atomic exchange, so that threads share a model without a
 * lock; whoever finds none makes a new one. */
#ifndef CORE_FORECAST_SPARES_H
#define CORE_FORECAST_SPARES_H

#include "core/forecast/net/net_predict.h"

#include <stdatomic.h>

enum { SPARES = 2 };

/* Zero-initialise. */
struct spares {
    _Atomic(struct predictor *) slot[SPARES];
};

/* A workspace for one window at a time; the caller's until spares_give(). ST_NOMEM. f and net: those
 * of the model, the same in every call. */
enum status spares_take(struct predictor **out, struct spares *s, const struct frame *f,
                        const struct net *net, struct err *e);
void spares_give(struct spares *s, struct predictor *p); /* NULL is fine */
void spares_release(struct spares *s);                   /* nobody has one any more */
/* Memory that one takes. */
size_t spares_size(const struct frame *f, const struct net *net);

#endif
