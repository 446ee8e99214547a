/* transaction.h - runs several statements as one: either all take effect or none. Private to
 * store/. */
#ifndef SERVER_STORE_TRANSACTION_H
#define SERVER_STORE_TRANSACTION_H

#include "server/store/driver.h"

/* The body of a transaction; ctx is the caller's. On an error everything it wrote is undone. It
 * must not begin a transaction. */
typedef enum status transaction_body(struct db *db, void *ctx, struct err *e);

/* Runs body as the only writer, and commits when it returns ST_OK. Returns the error of the
 * beginning (body did not run), of body, or of the commit. */
enum status transaction_write(struct db *db, transaction_body *body, void *ctx, struct err *e);
/* The same for changes that may be lost when the machine fails, if the database stays consistent:
 * the commit does not wait for the disk. */
enum status transaction_write_relaxed(struct db *db, transaction_body *body, void *ctx,
                                      struct err *e);
/* Runs body, which only reads, on one consistent state of the database. */
enum status transaction_read(struct db *db, transaction_body *body, void *ctx, struct err *e);

/* ---- the steps, for a transaction that lasts longer than one call ---- */

/* The beginning as the only writer, and the end: commits when st is ST_OK, otherwise rolls back.
 * Returns st or the error of the commit. */
enum status db_begin(struct db *db, struct err *e);
enum status db_end(struct db *db, enum status st, struct err *e);
/* For a consistent view over several reads; end with db_end(). */
enum status db_begin_read(struct db *db, struct err *e);
/* Syncs the commits that did not wait for the disk. Delays no writer. */
enum status db_sync(struct db *db, struct err *e);

#endif
