/* transaction.h - SQLite's transactions: see driver.h. Private to store/. */
#ifndef SERVER_STORE_SQLITE_TRANSACTION_H
#define SERVER_STORE_SQLITE_TRANSACTION_H

#include "server/store/sqlite/db.h"
#include "server/store/transaction.h"

/* BEGIN IMMEDIATE, when it is this connection's turn. */
enum status sqlite_begin(struct db *db, bool relaxed, struct err *e);
enum status sqlite_begin_read(struct db *db, struct err *e); /* a deferred one */
enum status sqlite_end(struct db *db, enum status st, struct err *e);
enum status sqlite_sync(struct db *db, struct err *e);
/* Ends a transaction that could not be ended before, for lack of memory. */
enum status sqlite_reset(struct db *db, struct err *e);

#endif
