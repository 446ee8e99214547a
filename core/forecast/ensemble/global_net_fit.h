/* global_net_fit.h - training the nets of global_net.h, and the linear model beside them, on the origins of a panel. */
#ifndef CORE_FORECAST_ENSEMBLE_GLOBAL_NET_FIT_H
#define CORE_FORECAST_ENSEMBLE_GLOBAL_NET_FIT_H

#include "core/forecast/ensemble/origins.h"
#include <lstm/params.h>

/* Trains *out (zeroed) on the training origins of all series of o that have a frame, on what lies
 * before their split alone, and the linear model likewise; the best weights go by the validation
 * origins. Without any such origin there are no nets. warm: nets of such a shape to start from, or
 * NULL; progress may be NULL. Deterministic in (o, p, warm). ST_INVALID when training diverges,
 * ST_NOMEM, ST_CANCELLED. */
enum status direct_fit(struct direct *out, const struct origins *o, const struct params *p,
                       const struct direct *warm, struct progress *progress, struct err *e);

#endif
