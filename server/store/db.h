/* db.h - connections and transactions. Private to store/. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "server/store/stmt.h"
#include "server/store/store.h"

enum { STMT_SLOTS = 256 }; /* power of two; the store has fewer than a hundred statements */

/* A prepared statement that is kept. */
struct stmt_slot {
    const char *sql; /* the literal: its address is the key */
    sqlite3_stmt *s; /* NULL: free */
    bool taken;      /* between stmt_open() and stmt_close() */
};

/* One connection, used by one thread. */
struct db {
    sqlite3 *h;
    sqlite3_stmt *rollback; /* made beforehand: a transaction has to end without memory too */
    struct stmt_slot slots[STMT_SLOTS];
};

/* The calling thread's connection; opened on first use. Borrowed. */
enum status db_get(struct db **out, struct store *s, struct err *e);
/* BEGIN IMMEDIATE, and its end: commits when st is ST_OK, else rolls back; returns st or the commit's error. */
enum status db_begin(struct db *db, struct err *e);
enum status db_end(struct db *db, enum status st, struct err *e);
/* A consistent view for several reads: a deferred transaction; end with db_end(). */
enum status db_begin_read(struct db *db, struct err *e);
enum status db_exec(struct db *db, const char *sql, struct err *e);
/* The single integer of a query without parameters. */
enum status db_int(int64_t *out, struct db *db, const char *sql, struct err *e);
int64_t db_last_id(const struct db *db); /* of the last INSERT */
int64_t db_changes(const struct db *db); /* rows of the last statement */
/* Gives pages that deletions left behind back to the file system, a bounded number of them. A courtesy: what
 * fails is tried again at the next deletion. */
void db_shrink(struct db *db);
/* Opens path with all settings into *db; end with db_close(), after an error too. */
enum status db_open(struct db *db, const char *path, int busy_timeout_ms, struct err *e);
void db_close(struct db *db);
/* The same with the store's path and settings; not a thread's own connection. */
enum status db_open_another(struct db *db, const struct store *s, struct err *e);
/* Size of the database file and its log, bytes. */
int64_t db_file_bytes(const struct store *s);

/* Brings db to the newest schema; path for messages. */
enum status migrate(struct db *db, const char *path, struct err *e);
/* ST_INVALID: no database of lstmd's. */
enum status check_ours(struct db *db, const char *path, struct err *e);

#endif
