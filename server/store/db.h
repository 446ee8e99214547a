/* db.h - connections and transactions. Private to store/. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "server/store/stmt.h"
#include "server/store/store.h"

/* The calling thread's connection; opened on first use. Borrowed. */
enum status db_get(sqlite3 **out, struct store *s, struct err *e);
/* BEGIN IMMEDIATE, and its end: commits when st is ST_OK, else rolls back; returns st or the commit's error. */
enum status db_begin(sqlite3 *db, struct err *e);
enum status db_end(sqlite3 *db, enum status st, struct err *e);
/* A consistent view for several reads: a deferred transaction; end with db_end(). */
enum status db_begin_read(sqlite3 *db, struct err *e);
enum status db_exec(sqlite3 *db, const char *sql, struct err *e);
/* The single integer of a query without parameters. */
enum status db_int(int64_t *out, sqlite3 *db, const char *sql, struct err *e);
/* Opens path with all settings; the caller closes it with sqlite3_close(). */
enum status db_open(sqlite3 **out, const char *path, int busy_timeout_ms, struct err *e);

/* Brings db to the newest schema; path for messages. */
enum status migrate(sqlite3 *db, const char *path, struct err *e);

#endif
