/* forecaster_resolve.h - what the parameters mean for the shape of a forecaster: shared by resolve,
 * fit, load. */
#ifndef CORE_FORECAST_FORECASTER_RESOLVE_H
#define CORE_FORECAST_FORECASTER_RESOLVE_H

#include "core/forecast/net/transform.h"
#include <lstm/forecaster.h>

/* The frame of resolved parameters, level 0: that is fitted to the data. */
struct frame frame_of(const struct params *p);
/* The net of resolved parameters: one input, horizon outputs; in an ensemble that of
 * residual_net.h. */
struct net_config net_config_of(const struct params *p);
/* Steps that the net reads: the window, in an ensemble the horizon too. */
int net_steps_of(const struct params *p);
/* Whether no forecast may be below zero; nonnegative: no value seen was. */
bool has_floor(const struct params *p, bool nonnegative);
/* Windows that n observations give; 0 when there are too few. */
int frame_windows(const struct params *p, const struct frame *f, int n);

#endif
