/* setback.h - jobs that met an error of the database which may pass, while the database itself
 * could be used: perhaps the disk cannot read the place where their data is. Such a job returns to
 * the queue and waits, so that others run meanwhile; if this goes on for too long, it fails. */
#ifndef SERVER_STORE_SETBACK_H
#define SERVER_STORE_SETBACK_H

#include "server/store/store.h"

struct db;

struct setback_rule {
    int64_t pause_ms;     /* before the next run; it doubles with every further setback */
    int64_t pause_max_ms; /* of one pause */
    int64_t limit_ms;     /* from the first setback on; then the job is not to run again */
};

/* How often a job runs at least, whatever the time that passes. */
enum { SETBACKS_MIN = 5 };

/* Returns a running job to the queue, with its snapshot, and lets it wait. This is no death. If the
 * job had SETBACKS_MIN setbacks in a row and limit_ms has passed, *again is false, and the job goes
 * on running: the caller ends it. ST_LOST. */
enum status store_job_set_back(bool *again, struct store *s, const struct lease *l,
                               const struct setback_rule *rule, struct err *e);
/* Whether a job has waited long enough, so that idle workers must look at the queue. */
enum status store_jobs_waited(bool *any, struct store *s, struct err *e);

/* Private to store/: forgets the setbacks of a job that made progress or has ended, inside the
 * caller's transaction. */
enum status setback_clear(struct db *db, const char *id, struct err *e);

#endif
