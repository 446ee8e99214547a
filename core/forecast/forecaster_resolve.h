/* forecaster_resolve.h - the shape of a forecaster, computed from its parameters. resolve, fit and
 * load use it. */
#ifndef CORE_FORECAST_FORECASTER_RESOLVE_H
#define CORE_FORECAST_FORECASTER_RESOLVE_H

#include "core/forecast/net/transform.h"
#include <lstm/forecaster.h>

/* The frame of resolved parameters. Its level is 0 until it is fitted to the data. */
struct frame frame_of(const struct params *p);
/* The net of resolved parameters: one input and horizon outputs; in an ensemble the residual
 * net. */
struct net_config net_config_of(const struct params *p);
/* Steps that the net reads: the window, and in an ensemble the horizon too. */
int net_steps_of(const struct params *p, const struct frame *f);
/* Whether forecasts are kept at zero or above. nonnegative: no observed value was below zero. */
bool has_floor(const struct params *p, bool nonnegative);
/* Windows that n observations give; 0 when there are too few. */
int frame_windows(const struct params *p, const struct frame *f, int n);

#endif
