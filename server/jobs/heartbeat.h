/* heartbeat.h - a thread that renews the leases of the running jobs, whatever these do meanwhile,
 * and reads back which of them are to stop. Private to jobs/. */
#ifndef SERVER_JOBS_HEARTBEAT_H
#define SERVER_JOBS_HEARTBEAT_H

#include "server/jobs/running.h"

enum { HEARTBEAT_MS = 10000 }; /* a sixth of LEASE_MS: some may fail before a lease ends */

struct heartbeat_config {
    struct store *store;
    struct running *running;
    const char *owner; /* in the leases */
    int jobs;          /* the most that run at once */
    int64_t interval_ms;
    /* A job that has not called back for so long is not renewed any more; 0: all are. */
    int64_t stall_ms;
    void (*wake)(void *ctx); /* has idle workers look: a lease ended, or a wait */
    void *wake_ctx;
};

struct heartbeat;

/* Everything in c is borrowed until heartbeat_stop(). ST_NOMEM, ST_IO. */
enum status heartbeat_start(struct heartbeat **out, const struct heartbeat_config *c,
                            struct err *e);
void heartbeat_stop(struct heartbeat *h);          /* NULL is fine */
bool heartbeat_failing(const struct heartbeat *h); /* the last renewal failed */

#endif
