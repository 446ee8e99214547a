/* file_limit.h - the quota of the database file (max_database_bytes). Private to store/.
 *
 * Counted are the pages in use, not those that wait to be returned to the disk: what is deleted
 * counts no more from then on. Jobs that were accepted write on: nothing that was accepted is lost
 * to the quota. */
#ifndef SERVER_STORE_FILE_LIMIT_H
#define SERVER_STORE_FILE_LIMIT_H

#include "server/store/sqlite/transaction.h"

/* Inside a transaction or outside: ST_FULL when the database has no room for so many bytes more. */
enum status file_limit_check(struct db *db, int64_t adding, struct err *e);
/* As transaction_write(); ST_FULL, and nothing written, when the database uses more pages
 * afterwards than before, and more than the quota. */
enum status file_limit_write(struct db *db, transaction_body *body, void *ctx, struct err *e);

#endif
