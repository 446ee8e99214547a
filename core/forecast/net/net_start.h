/* net_start.h - the weights that a net of forecasts starts its training from. */
#ifndef CORE_FORECAST_NET_NET_START_H
#define CORE_FORECAST_NET_NET_START_H

#include <lstm/net.h>

/* Makes a net of configuration c, *out being new. Its weights are those of warm, a net of the same
 * shape; where warm is NULL they are random, drawn from seed. zero_head: the random weights of the
 * last layer are zero instead, so that the net puts out 0 for every input: where targets are taken
 * relative to a forecast, training starts from that forecast. ST_INVALID, ST_NOMEM. */
enum status net_start(struct net **out, const struct net_config *c, const struct net *warm,
                      uint64_t seed, bool zero_head, struct err *e);

#endif
