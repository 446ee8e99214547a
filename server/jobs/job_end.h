/* job_end.h - the end of a run: stores the result or the failure of its job, or returns the job to
 * the queue. Private to jobs/. */
#ifndef SERVER_JOBS_JOB_END_H
#define SERVER_JOBS_JOB_END_H

#include "server/jobs/run.h"

/* st, e: of the training. t: its result, if st is ST_OK. While the store does not work it waits:
 * up to PATIENCE_MS with a result, and longer to return the job to the queue. When the lease is
 * lost it writes nothing and sets r->running.lost; otherwise r->ended is true, unless the store
 * never worked again. */
void job_end(struct run *r, enum status st, const struct trained *t, const struct err *e);

#endif
