/* run.h - one job while a worker runs it. Private to jobs/. */
#ifndef SERVER_JOBS_RUN_H
#define SERVER_JOBS_RUN_H

#include "server/jobs/worker_env.h"
#include "server/tasks/task.h"

struct run {
    const struct worker_env *env;
    struct job job;
    const struct job_task *task; /* NULL: unknown to this program */
    struct running_job running;
    int64_t begun_ms, saved_ms, notified_ms;
    int64_t stopped_ms;    /* when a writer first noticed that the daemon stops; 0: not yet */
    double pause_ms;       /* between two checkpoints */
    int64_t samples;       /* at the last call of the hook */
    int64_t samples_begun; /* at the beginning of this run; > 0 when it was resumed */
    double fraction_begun;
    bool cancelled;
    double fraction_claimed; /* progress of the snapshot when the job was claimed */
    double fraction_saved;   /* progress of the last snapshot since */
    bool left;               /* the state to resume from is in the store, as far as possible */
    /* The store has the job's end under this lease, or its return to the queue. A heartbeat that
     * looks afterwards finds no lease and sets running.lost. */
    bool ended;
};

/* Reports a change of the job to config->on_change; unless always, not too often. */
void run_notify(struct run *r, bool always);
/* The progress, and the epochs that the store does not have yet. */
struct job_advance run_advance(const struct run *r);
/* Whether the run is to end early: the job was cancelled, its lease is lost, or the daemon stops.
 * The core calls this within batches too, on all its threads. ctx: struct run. */
bool run_stops(void *ctx);

#endif
