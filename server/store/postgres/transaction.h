/* transaction.h - PostgreSQL's transactions: see driver.h. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_TRANSACTION_H
#define SERVER_STORE_POSTGRES_TRANSACTION_H

#include "server/store/driver.h"

/* Keys of advisory locks: this number, and one of the schema. */
enum postgres_lock {
    LOCK_WRITE = 0x4c535401,   /* of a transaction that writes */
    LOCK_MIGRATE = 0x4c535402, /* of a transaction that changes the schema */
    LOCK_DAEMON = 0x4c535403   /* of the session of a daemon */
};
#define SQL_SCHEMA_KEY "hashtext(current_schema())"

enum status postgres_begin(struct db *db, bool relaxed, struct err *e);
enum status postgres_begin_read(struct db *db, struct err *e);
enum status postgres_end(struct db *db, enum status st, struct err *e);
enum status postgres_sync(struct db *db, struct err *e);
enum status postgres_reset(struct db *db, struct err *e);

#endif
