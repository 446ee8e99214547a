/* job.h - functions on table job that run inside the caller's transaction. Private to store/. */
#ifndef SERVER_STORE_JOB_H
#define SERVER_STORE_JOB_H

#include "server/store/connection.h"

enum status job_find(struct job *out, struct db *db, const char *id, struct err *e);
enum status job_put_progress(struct db *db, const char *id, const struct job_progress *p,
                             struct err *e);
enum status job_put_history(struct db *db, const char *id, const struct job_advance *a,
                            struct err *e);
/* Ends a job: sets its state, deletes its lease and its snapshot, and its data set if that has no
 * name any more. j->lease_token: of the lease under which it ends. version 0: none. */
enum status job_finish(struct db *db, const struct job *j, enum job_state final, const char *error,
                       int64_t version, const char *metrics, struct err *e);
/* A change of a running job, inside a transaction; ctx is the caller's. */
typedef enum status job_change(struct db *db, const struct job *j, void *ctx, struct err *e);
/* Runs change on the job in a transaction of its own, under the lease. ST_LOST. */
enum status job_change_leased(struct db *db, const struct lease *l, job_change *change, void *ctx,
                              struct err *e);
/* A change: returns the job to the queue. A job that is released on purpose has not failed, so the
 * attempt does not count. ctx: NULL. */
enum status job_let_go(struct db *db, const struct job *j, void *ctx, struct err *e);
/* After that transaction: frees the space of what the job held. On failure the next call does
 * it. */
void job_give_back(struct db *db);

#endif
