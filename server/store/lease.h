/* lease.h - table job_lease: who runs a job. Private to store/.
 *
 * A running job has one row, and other jobs have none. A claim makes the row. Every write of a
 * worker renews its lease first, in the same transaction, and takes effect only if that found the
 * worker's token. So a worker that was taken for dead cannot write into a job that another one
 * runs. */
#ifndef SERVER_STORE_LEASE_H
#define SERVER_STORE_LEASE_H

#include "server/store/connection.h"

/* Makes a lease of the job, which must have none. */
enum status lease_take(struct lease *out, struct db *db, const char *id, const char *owner,
                       struct err *e);
/* Lets the time of the lease begin anew. ST_LOST: the token is not the present one. */
enum status lease_renew(struct db *db, const struct lease *l, struct err *e);
/* Deletes the lease of a job that runs no longer. */
enum status lease_end(struct db *db, const char *id, struct err *e);
/* Whether others than the owner have leases that ended before the time `before`. */
enum status lease_any_before(bool *any, struct db *db, const char *owner, int64_t before,
                             struct err *e);
/* Returns the jobs of those leases to the queue, and counts a death of each. first: the oldest of
 * them; "": there is none. *count: how many. */
enum status lease_reclaim(int *count, char first[JOB_ID_LEN + 1], struct db *db, const char *owner,
                          int64_t before, struct err *e);
/* The time by which leases end, ms since 1970. */
int64_t lease_clock_ms(struct db *db);

#endif
