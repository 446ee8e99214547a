/* jobs.h - training jobs: a queue in the store, worker threads, snapshots, cancelling, resuming.
 *
 * A worker claims the next queued job, loads its data, trains with the core, and stores the model
 * version and the end of the job in one transaction. Every checkpoint_interval it writes a snapshot
 * of the complete training state. A job that is claimed again goes on from its snapshot and ends
 * with the same weights, bit for bit. */
#ifndef SERVER_JOBS_JOBS_H
#define SERVER_JOBS_JOBS_H

#include "server/jobs/job_times.h"
#include "server/jobs/jobs_config.h"
#include "server/store/store.h"
#include "server/tasks/job_request.h"

struct jobs;

/* Puts the running jobs of a dead process back into the queue and starts the workers. store and the
 * strings of config are borrowed until jobs_stop(). ST_NOMEM, ST_IO, and the errors of the
 * store. */
enum status jobs_start(struct jobs **out, struct store *store, const struct jobs_config *config,
                       struct err *e);
/* No more jobs are claimed. Running jobs write a snapshot after their batch and return to the
 * queue. Joins the workers. NULL does nothing. */
void jobs_stop(struct jobs *j);
bool jobs_alive(const struct jobs *j); /* every worker runs: for /readyz */

/* Checks the request against the data and the limits, stores the job and wakes a worker; trains
 * nothing. *existing: an earlier request had the same idempotency_key, and *out is its job. *out is
 * the caller's. Errors have a pointer into the request. */
enum status jobs_submit(struct job *out, bool *existing, struct jobs *j,
                        const struct job_request *r, struct err *e);
enum status jobs_cancel(struct job *out, struct jobs *j, const char *id, struct err *e);
/* Replaces the stored progress of a running job by its present one. */
void jobs_overlay_progress(struct jobs *j, struct job *job);
/* As store_job_history(), with the epochs of a running job that are not stored yet. */
enum status jobs_history(double **loss, double **validation, int *n, struct jobs *j, const char *id,
                         int first_epoch, int most, struct err *e);
/* For /metrics: samples trained since start, busy workers. */
void jobs_totals(struct jobs *j, uint64_t *samples, unsigned *busy, unsigned *workers);
const struct job_times *jobs_times(const struct jobs *j); /* lives as long as j */
/* Number of jobs that were running when the process before ended, and that were resumed. */
int jobs_resumed(const struct jobs *j);

#endif
