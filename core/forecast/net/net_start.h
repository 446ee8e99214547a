/* net_start.h - the weights that the training of a forecasting net starts from. */
#ifndef CORE_FORECAST_NET_NET_START_H
#define CORE_FORECAST_NET_NET_START_H

#include <lstm/net.h>

/* Makes a net of configuration c; *out is new. Its weights are those of warm, a net of the same
 * shape, or random ones drawn from seed when warm is NULL. zero_head: the weights of the last layer
 * are zero instead of random, so that the net's output is 0 for every input. Where targets are
 * relative to a forecast, training then starts from that forecast. ST_INVALID, ST_NOMEM. */
enum status net_start(struct net **out, const struct net_config *c, const struct net *warm,
                      uint64_t seed, bool zero_head, struct err *e);

#endif
