/* file_limit.h - the quota of the database file (max_database_bytes). Private to store/.
 *
 * Only pages in use count, not those that wait to be returned to the disk, so deleted data stops
 * counting at once. Jobs that were accepted may write beyond the quota, so no accepted work is
 * lost. */
#ifndef SERVER_STORE_FILE_LIMIT_H
#define SERVER_STORE_FILE_LIMIT_H

#include "server/store/transaction.h"

/* ST_FULL if the quota has no room for that many more bytes. May be called inside a transaction. */
enum status file_limit_check(struct db *db, int64_t adding, struct err *e);
/* transaction_write() with the quota: if the database would then use more pages than before, and
 * more than the quota, nothing is written. ST_FULL. */
enum status file_limit_write(struct db *db, transaction_body *body, void *ctx, struct err *e);

#endif
