/* retention.h - a thread that removes old versions of models and jobs that ended long ago, a little
 * at a time, so that it holds up no request. */
#ifndef SERVER_JOBS_RETENTION_H
#define SERVER_JOBS_RETENTION_H

#include "server/models/model_cache.h"

struct retention_config {
    int64_t keep_versions;  /* of each model, the newest; 0: all */
    int64_t keep_jobs_days; /* 0: for ever */
    int interval_ms;        /* from one look to the next */
};
struct retention;

/* Both are borrowed; cache may be NULL. Nothing is started when nothing is to be removed: *out is
 * NULL then. */
enum status retention_start(struct retention **out, struct store *s, struct model_cache *cache,
                            const struct retention_config *c, struct err *e);
void retention_stop(struct retention *r); /* NULL is fine */

/* One step: removes a version and some jobs. Whether there may be more. The thread calls it, and
 * tests do. */
bool retention_step(struct store *s, struct model_cache *cache, const struct retention_config *c,
                    int64_t now);

#endif
