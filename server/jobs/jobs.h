/* jobs.h - training jobs: a queue in the store, worker threads that train, snapshots, cancel, resume.
 *
 * A worker claims the oldest queued job, loads its data, trains with the core and stores the model version
 * and the job's end in one transaction. Every checkpoint_interval it writes a snapshot of the complete training
 * state; a job claimed again goes on from there and ends with the same weights, bit for bit. */
#ifndef SERVER_JOBS_JOBS_H
#define SERVER_JOBS_JOBS_H

#include "server/jobs/jobs_config.h"
#include "server/store/store.h"
#include "server/tasks/job_request.h"

struct jobs;

/* Puts running jobs of a dead process back and starts the workers. store and config's strings are borrowed. */
enum status jobs_start(struct jobs **out, struct store *store, const struct jobs_config *config,
                       struct err *e);
/* Stop claiming; running jobs write a snapshot at the next batch and go back to the queue; joins the workers. NULL is fine. */
void jobs_stop(struct jobs *j);
bool jobs_alive(const struct jobs *j); /* every worker runs: for /readyz */

/* Resolves the parameters against the data (trains nothing), checks limits, stores the job, wakes a worker. */
enum status jobs_submit(struct job *out, bool *existing, struct jobs *j,
                        const struct job_request *r, struct err *e);
enum status jobs_cancel(struct job *out, struct jobs *j, const char *id, struct err *e);
/* Overlays the live progress of a running job on what the store said. */
void jobs_overlay_progress(struct jobs *j, struct job *job);
/* Loss per epoch of up to most epochs from first_epoch (1-based) on, stored and live. As store_job_history(). */
enum status jobs_history(double **loss, double **validation, int *n, struct jobs *j, const char *id,
                         int first_epoch, int most, struct err *e);
/* For /metrics: samples trained since start, busy workers. */
void jobs_totals(struct jobs *j, uint64_t *samples, unsigned *busy, unsigned *workers);

#endif
