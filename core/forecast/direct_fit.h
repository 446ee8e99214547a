/* direct_fit.h - training the nets of direct.h, and the linear model beside them, on the origins of a panel. */
#ifndef FORECAST_DIRECT_FIT_H
#define FORECAST_DIRECT_FIT_H

#include "core/forecast/origins.h"
#include <lstm/params.h>

/* Trains *out (zeroed) on the training origins of all series of o that have a frame, on what lies
 * before their split alone, and the linear model likewise; the best weights go by the validation
 * origins. Without any such origin there are no nets. warm: nets of such a shape to start from, or
 * NULL; the linear model needs none. Deterministic in (o, p, warm). ST_INVALID when training
 * diverges, ST_NOMEM. */
enum status direct_fit(struct direct *out, const struct origins *o, const struct params *p,
                       const struct direct *warm, struct err *e);

#endif
