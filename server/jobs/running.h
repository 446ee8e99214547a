/* running.h - the jobs that run now: progress and epochs that are not in the store yet, and
 * requests to stop. Any thread. Private to jobs/. */
#ifndef SERVER_JOBS_RUNNING_H
#define SERVER_JOBS_RUNNING_H

#include "server/jobs/job_times.h"
#include "server/store/store.h"

#include <pthread.h>
#include <stdatomic.h>

struct running_job {
    struct lease lease;
    struct job_progress progress; /* guarded by running.lock, like everything below but the flags */
    int first;                    /* epoch of loss[0]; earlier epochs are in the store */
    int count, cap;
    double *loss, *validation; /* owned */
    atomic_bool cancel;
    atomic_bool
        lost; /* the lease is not in force any more: the run is to stop, and write nothing */
    /* When the training last called back, by clock_monotonic_coarse_ms(). */
    atomic_int_least64_t seen_ms;
    struct running_job *next;
};

struct running {
    pthread_mutex_t lock;
    struct running_job *head;
    atomic_uint_fast64_t samples; /* trained since the start of the process */
    atomic_uint busy;
    struct job_times times; /* of the jobs that ended */
};

enum status running_init(struct running *l, struct err *e);
void running_release(struct running *l);
/* j belongs to the caller, and must exist until running_remove(). */
void running_add(struct running *l, struct running_job *j);
void running_remove(struct running *l, struct running_job *j);
void running_set_progress(struct running *l, struct running_job *j, const struct job_progress *p);
/* Adds the losses of an epoch that has just ended. ST_NOMEM. */
enum status running_add_epoch(struct running *l, struct running_job *j, double loss,
                              double validation, struct err *e);
/* Forgets progress and epochs, because the job is restarted. */
void running_restart(struct running *l, struct running_job *j);
/* Drops the first n epochs, which are in the store now. */
void running_flushed(struct running *l, struct running_job *j, int n);
/* Asks the job to stop. False: no such job runs here, or it has been asked before: a job that has
 * ended stays in the list for a moment. */
bool running_cancel(struct running *l, const char *id);
/* Notes that the training goes on; cheap. Any of its threads. */
void running_seen(struct running_job *j);
/* Fills out with the leases of the jobs that are not lost, at most `most`, and returns how many.
 * Those that were not seen for stall_ms (0: any time) are stalled. */
int running_leases(struct running *l, struct lease_renewal *out, int most, int64_t stall_ms);
/* Has the jobs stop whose leases are lost, or which are to be cancelled. */
void running_renewed(struct running *l, const struct lease_renewal *r, int n);
bool running_progress(struct running *l, const char *id, struct job_progress *out);
/* Appends epochs that are not stored yet, from number `next` on, to *loss, *validation, *n, until
 * there are `most`. ST_NOMEM. */
enum status running_history(struct running *l, const char *id, int next, int most, double **loss,
                            double **validation, int *n, struct err *e);

#endif
