/* transaction.h - several statements as one: all of them take effect, or none. Private to
 * store/. */
#ifndef SERVER_STORE_SQLITE_TRANSACTION_H
#define SERVER_STORE_SQLITE_TRANSACTION_H

#include "server/store/sqlite/db.h"

/* What runs inside a transaction; ctx is the caller's. On an error everything that it wrote is
 * undone. It begins no transaction of its own. */
typedef enum status transaction_body(struct db *db, void *ctx, struct err *e);

/* Runs body under the write lock, and commits when it returns ST_OK. Returns the error of the
 * beginning, of body or of the commit; in the first case body did not run. */
enum status transaction_write(struct db *db, transaction_body *body, void *ctx, struct err *e);
/* The same for what may be lost when the machine dies, as long as the file stays whole: the commit
 * does not wait for the disk. */
enum status transaction_write_relaxed(struct db *db, transaction_body *body, void *ctx,
                                      struct err *e);
/* Runs body, which only reads, on one consistent state of the file. */
enum status transaction_read(struct db *db, transaction_body *body, void *ctx, struct err *e);

/* ---- the parts, for a transaction that outlives the call that began it ---- */

/* BEGIN IMMEDIATE, and its end: commits when st is ST_OK, else rolls back; returns st or the
 * commit's error. */
enum status db_begin(struct db *db, struct err *e);
enum status db_end(struct db *db, enum status st, struct err *e);
/* A consistent view for several reads: a deferred transaction; end with db_end(). */
enum status db_begin_read(struct db *db, struct err *e);
/* Brings what was committed without waiting to the disk. Holds up no writer. */
enum status db_sync(struct db *db, struct err *e);
/* Ends a transaction that could not be ended before, for want of memory. */
enum status db_reset(struct db *db, struct err *e);

#endif
