/* worker.h - one job from claim to end, on the calling thread. Private to jobs/. */
#ifndef SERVER_JOBS_WORKER_H
#define SERVER_JOBS_WORKER_H

#include "server/jobs/jobs_config.h"
#include "server/jobs/running.h"

struct worker_env {
    struct store *store;
    struct running *running;
    const struct jobs_config *config;
    const atomic_bool *stopping;
    const char *owner; /* for the lease */
    /* Lets idle workers look at the queue again. */
    void (*wake)(void *ctx);
    void *wake_ctx;
};

/* Claims the oldest queued job and runs it to its end, its cancellation, or the daemon's stop.
 * ST_NOT_FOUND: nothing is queued. Other errors: the store's, before anything was claimed. A job's
 * own failure is kept with the job and is no error here. */
enum status worker_run_one(const struct worker_env *env, struct err *e);

#endif
