/* job.h - steps on table job that run inside a caller's transaction. Private to store/. */
#ifndef SERVER_STORE_JOB_H
#define SERVER_STORE_JOB_H

#include "server/store/sqlite/db.h"

/* Values of enum job_state, to be pasted into SQL. */
#define SQL_QUEUED  "0"
#define SQL_RUNNING "1"
_Static_assert(JOB_QUEUED == 0 && JOB_RUNNING == 1, "the states of jobs in SQL");

enum status job_find(struct job *out, struct db *db, const char *id, struct err *e);
/* The same; ST_CONFLICT unless it is running. */
enum status job_running(struct job *out, struct db *db, const char *id, struct err *e);
/* The lease ends at lease_until, ms since 1970; 0: the job is about to end. ST_CONFLICT unless it
 * is running. */
enum status job_put_progress(struct db *db, const char *id, const struct job_progress *p,
                             int64_t lease_until, struct err *e);
enum status job_put_history(struct db *db, const char *id, const struct job_advance *a,
                            struct err *e);
/* Ends a job: state, snapshot, and its data set when it was retired. version 0: none. */
enum status job_finish(struct db *db, const struct job *j, enum job_state final, const char *error,
                       int64_t version, const char *metrics, struct err *e);
/* Behind that transaction: the room of what the job held. What fails is left for the next time. */
void job_give_back(struct db *db);

#endif
