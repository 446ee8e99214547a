/* job_turn.h - the queue of jobs: who may add one, and whose is next. Private to store/.
 *
 * Keys take turns: a claim goes to the first key behind the one that had the last claim, in the
 * order of their numbers and round again, and of that key to the oldest job. So a single job waits
 * for one job of each other key, however many they have queued. Keys of the configuration, and
 * requests without a key, are one key here, number 0.
 *
 * A full queue still takes a job of a key that has less than its share of max_queue: else who
 * fills it would lock others out. With keys of equal zeal the queue holds at most max_queue for the
 * first, half of it for the second, a third for the third, and so on. */
#ifndef SERVER_STORE_JOB_TURN_H
#define SERVER_STORE_JOB_TURN_H

#include "server/store/sqlite/connection.h"

/* ST_BUSY unless one more job of the key may be queued. */
enum status job_turn_room(struct db *db, int64_t key, int max_queue, struct err *e);
/* The job that is next after a claim of the key `last`, and its key. Of jobs with deaths only one
 * runs at a time. ST_NOT_FOUND: none may run. */
enum status job_turn_next(char id[JOB_ID_LEN + 1], int64_t *key, struct db *db, int64_t last,
                          struct err *e);

#endif
