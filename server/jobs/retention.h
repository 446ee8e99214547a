/* retention.h - a thread that removes old versions of models and jobs that ended long ago, in small
 * steps, so that requests are not delayed. */
#ifndef SERVER_JOBS_RETENTION_H
#define SERVER_JOBS_RETENTION_H

#include "server/models/model_cache.h"

struct retention_config {
    int64_t keep_versions;  /* of each model, the newest; 0: all */
    int64_t keep_jobs_days; /* 0: for ever */
    int interval_ms;        /* between two checks */
};
struct retention;

/* Both are borrowed; cache may be NULL. If nothing is to be removed, no thread is started and *out
 * is NULL. */
enum status retention_start(struct retention **out, struct store *s, struct model_cache *cache,
                            const struct retention_config *c, struct err *e);
void retention_stop(struct retention *r); /* NULL is fine */

/* One step: removes a version and some jobs. Returns whether there may be more. Called by the
 * thread and by tests. */
bool retention_step(struct store *s, struct model_cache *cache, const struct retention_config *c,
                    int64_t now);

#endif
