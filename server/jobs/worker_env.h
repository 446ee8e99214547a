/* worker_env.h - what the workers of a process share. Private to jobs/. */
#ifndef SERVER_JOBS_WORKER_ENV_H
#define SERVER_JOBS_WORKER_ENV_H

#include "server/jobs/jobs_config.h"
#include "server/jobs/running.h"

struct worker_env {
    struct store *store;
    struct running *running;
    const struct jobs_config *config;
    const atomic_bool *stopping;
    const char *owner; /* for the lease */
    /* Has idle workers check the queue again. */
    void (*wake)(void *ctx);
    void *wake_ctx;
};

#endif
