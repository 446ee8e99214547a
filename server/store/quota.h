/* quota.h - how many bytes a key has stored, and whether it may store more. Private to store/.
 *
 * A data set counts for the key that wrote it last, a model version for the key that imported it or
 * submitted its job. Both count with their column bytes. What is replaced or deleted while a job
 * uses it counts until the job has ended. A check is part of the transaction that writes. A model
 * is stored although its key reached the limit during the training. */
#ifndef SERVER_STORE_QUOTA_H
#define SERVER_STORE_QUOTA_H

#include "server/store/sqlite/connection.h"

/* The name of the key that this thread acts for, or NULL; see store_act_for(). */
const char *quota_owner(const struct db *db);
/* Behind a write: ST_TOO_LARGE when its key has stored more than it may. */
enum status quota_check(struct db *db, struct err *e);
/* Before what will be stored later: ST_TOO_LARGE when there is nothing left. */
enum status quota_check_left(struct db *db, struct err *e);

#endif
