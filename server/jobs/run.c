/* run.c - see run.h. */
#include "server/jobs/run.h"

#include "server/base/clock.h"

enum { NOTIFY_MS = 50 };

void run_notify(struct run *r, bool always)
{
    const struct jobs_config *c = r->env->config;
    int64_t now = clock_monotonic_ms();

    if (!c->on_change || (!always && now - r->notified_ms < NOTIFY_MS))
        return;
    r->notified_ms = now;
    c->on_change(c->on_change_ctx, r->job.id);
}

/* Only the worker's thread changes the epochs, so it needs no lock to read them. */
struct job_advance run_advance(const struct run *r)
{
    const struct running_job *j = &r->running;

    return (struct job_advance){.progress = j->progress,
                                .first_epoch = j->first,
                                .epochs = j->count,
                                .loss = j->loss,
                                .validation = j->validation};
}

bool run_stops(void *ctx)
{
    struct run *r = ctx;

    running_seen(&r->running);
    return atomic_load_explicit(&r->running.cancel, memory_order_relaxed) ||
           atomic_load_explicit(&r->running.lost, memory_order_relaxed) ||
           atomic_load_explicit(r->env->stopping, memory_order_relaxed);
}
