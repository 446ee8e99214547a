/* audit_queue.h - entries of the audit that wait for the keeper, and the removal of old ones.
 * Private to store/. */
#ifndef SERVER_STORE_AUDIT_QUEUE_H
#define SERVER_STORE_AUDIT_QUEUE_H

#include "server/store/audit.h"
#include "server/store/driver.h"

struct audit_queue;

/* keep_days: how long entries are kept; 0: for ever. ST_NOMEM. */
enum status audit_queue_new(struct audit_queue **out, int64_t keep_days, struct err *e);
void audit_queue_free(struct audit_queue *q); /* NULL is fine */

/* See store_audit_refused(). Any thread. */
void audit_queue_add(struct audit_queue *q, const struct audit_entry *a);
/* Called by the keeper with its connection: writes waiting entries, as many as the minute allows,
 * and removes some old entries. Returns whether there are more to remove. now: ms since 1970;
 * monotonic: ms of a clock that is never set. */
bool audit_queue_tick(struct audit_queue *q, struct db *db, int64_t now, int64_t monotonic);
/* Writes all waiting entries. */
void audit_queue_flush(struct audit_queue *q, struct db *db);

#endif
