/* quota.h - how many bytes a key has stored, and whether it may store more. Private to store/.
 *
 * A data set counts for the key that wrote it last, a model version for the key that imported it or
 * submitted its job. Both count by their column `bytes`. Data that is replaced or deleted while a
 * job uses it counts until the job has ended. A check is part of the transaction that writes. The
 * model of a running job is stored even if its key reached the limit during the training. */
#ifndef SERVER_STORE_QUOTA_H
#define SERVER_STORE_QUOTA_H

#include "server/store/connection.h"

/* The name of the key on whose behalf this thread writes, or NULL; see store_act_for(). */
const char *quota_owner(const struct db *db);
/* To be called after a write: ST_TOO_LARGE if its key has stored more than its limit. */
enum status quota_check(struct db *db, struct err *e);
/* To be called when a job is accepted: ST_TOO_LARGE if nothing is left for its result. */
enum status quota_check_left(struct db *db, struct err *e);

#endif
