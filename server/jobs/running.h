/* running.h - the jobs that run right now: progress and history that the store does not have yet, and
 * whether they are to stop. Private to jobs/. */
#ifndef SERVER_JOBS_RUNNING_H
#define SERVER_JOBS_RUNNING_H

#include "server/jobs/jobs.h"

#include <pthread.h>
#include <stdatomic.h>

struct live_job {
    char id[JOB_ID_LEN + 1];
    struct job_progress progress; /* guarded by live.lock, like all below but cancel */
    int first;                    /* epoch of loss[0]: what comes before is in the store */
    int count, cap;
    double *loss, *validation; /* owned */
    atomic_bool cancel;
    struct live_job *next;
};

struct live {
    pthread_mutex_t lock;
    struct live_job *head;
    atomic_uint_fast64_t samples; /* trained on since the start */
    atomic_uint busy;
};

enum status live_init(struct live *l, struct err *e);
void live_release(struct live *l);
/* j is the caller's and must stay until live_remove(). */
void live_add(struct live *l, struct live_job *j);
void live_remove(struct live *l, struct live_job *j);
void live_set_progress(struct live *l, struct live_job *j, const struct job_progress *p);
/* The losses of the epoch that has just ended. ST_NOMEM. */
enum status live_add_epoch(struct live *l, struct live_job *j, double loss, double validation,
                           struct err *e);
/* As if nothing had been trained. */
void live_restart(struct live *l, struct live_job *j);
/* The first n epochs are in the store now. */
void live_flushed(struct live *l, struct live_job *j, int n);
/* False: no such job is running here. */
bool live_cancel(struct live *l, const char *id);
bool live_progress(struct live *l, const char *id, struct job_progress *out);
/* Appends the live epochs from number `next` on to *loss, *validation, *n, until there are most of
 * them. ST_NOMEM. */
enum status live_history(struct live *l, const char *id, int next, int most, double **loss,
                         double **validation, int *n, struct err *e);

#endif
