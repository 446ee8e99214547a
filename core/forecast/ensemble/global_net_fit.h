/* global_net_fit.h - trains the nets of global_net.h and the autoregression of global_ar.h on the
 * origins of a panel. */
#ifndef CORE_FORECAST_ENSEMBLE_GLOBAL_NET_FIT_H
#define CORE_FORECAST_ENSEMBLE_GLOBAL_NET_FIT_H

#include "core/forecast/ensemble/origins.h"
#include <lstm/params.h>

/* The weights from which the training of the nets starts. */
struct nets_start {
    const struct global_nets *nets; /* of the same shape, or NULL: from random weights; borrowed */
    bool again; /* the nets have seen most of these origins: a third of the epochs is enough */
};

/* Trains *out (zeroed) on the training origins of all series of o that have a frame. It reads only
 * the values before the split of each series. The validation origins decide which weights are kept.
 * Without any training origin there are no nets. progress may be NULL. Deterministic in (o, p,
 * start). ST_INVALID when training diverges, ST_NOMEM, ST_CANCELLED. */
enum status global_nets_fit(struct global_nets *out, const struct origins *o,
                            const struct params *p, const struct nets_start *start,
                            struct progress *progress, struct err *e);

#endif
