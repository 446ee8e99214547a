/* anomaly_watch.h - looks for anomalies in new rows of data sets, for the webhooks that are to be
 * told of them.
 *
 * The rule is that of POST /v1/models/{name}/anomalies with its default level: the model forecasts
 * each new row from those before it, and a row outside the interval is an anomaly. The models are
 * those that serve and were trained on the data set. */
#ifndef SERVER_WEBHOOKS_ANOMALY_WATCH_H
#define SERVER_WEBHOOKS_ANOMALY_WATCH_H

#include "server/models/model_cache.h"

#include <stdatomic.h>

enum {
    WATCH_LAST = 1000,   /* the newest rows of a series that are looked at */
    WATCH_MODELS = 16,   /* of a data set */
    WATCH_ROWS = 10000,  /* new rows of a data set that one model looks at at once */
    WATCH_REPORTED = 100 /* anomalies of a model that one message names */
};

struct anomaly_watch;

/* Both are borrowed. */
enum status anomaly_watch_start(struct anomaly_watch **out, struct store *s,
                                struct model_cache *cache, struct err *e);
void anomaly_watch_stop(struct anomaly_watch *w); /* NULL is fine */

/* One step: looks at the new rows of the next data set after *at, and moves *at there. Ends early
 * when stop becomes true, with nothing written. Returns whether there was anything to do. Called by
 * the thread and by tests. */
bool anomaly_watch_step(char at[NAME_MAX_LEN + 1], struct store *s, struct model_cache *cache,
                        const atomic_bool *stop);

#endif
