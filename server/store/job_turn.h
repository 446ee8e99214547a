/* job_turn.h - the queue of jobs: which keys may add a job, and which job is next. Private to
 * store/.
 *
 * Keys take turns in the order of their numbers: a claim takes the oldest job of the next key after
 * the one that had the last claim, and begins again after the last key. So a single job waits for
 * at most one job of each other key, however many jobs they have queued. Keys of the configuration,
 * and requests without a key, count as one key here, number 0.
 *
 * A full queue still takes a job of a key that has fewer jobs than its share of max_queue;
 * otherwise a key that fills the queue would lock out others. If all keys add as many jobs as they
 * can, the queue holds at most max_queue for the first, half of it for the second, a third for the
 * third, and so on. */
#ifndef SERVER_STORE_JOB_TURN_H
#define SERVER_STORE_JOB_TURN_H

#include "server/store/connection.h"

/* ST_OK: one more job of the key may be queued; otherwise ST_BUSY. */
enum status job_turn_room(struct db *db, int64_t key, int max_queue, struct err *e);
/* Finds the next job after a claim of the key `last`, and its key. Of the jobs with deaths only one
 * runs at a time, those that wait after a setback are skipped, and so are keys that have used up
 * their training time. ST_NOT_FOUND: none
 * may run. ST_QUOTA: only jobs of such keys are queued. */
enum status job_turn_next(char id[JOB_ID_LEN + 1], int64_t *key, struct db *db, int64_t last,
                          struct err *e);
/* When the oldest of the jobs that may run was submitted, ms since 1970; 0: there is none. */
enum status job_turn_oldest(int64_t *created_at, struct db *db, struct err *e);
/* Finds the key of a job that came back to the queue; *may: whether it may run at once. */
enum status job_turn_again(bool *may, int64_t *key, struct db *db, const char *id, struct err *e);

#endif
