/* worker.h - runs one job from claim to end, on the calling thread. Private to jobs/. */
#ifndef SERVER_JOBS_WORKER_H
#define SERVER_JOBS_WORKER_H

#include "server/jobs/worker_env.h"

/* Claims the next queued job and runs it until it ends, is cancelled, or the daemon stops.
 * ST_NOT_FOUND: no job is queued. ST_QUOTA: only jobs of keys that have used up their training are.
 * Other errors are those of the store. If it met one that may pass (store_may_recover()) after the
 * claim, the job waits in the queue (store/setback.h). A failure of the job itself is stored with
 * the job, and is not an error here. */
enum status worker_run_one(const struct worker_env *env, struct err *e);

#endif
