/* db.h - one connection to an SQLite file. Private to store/. */
#ifndef SERVER_STORE_SQLITE_DB_H
#define SERVER_STORE_SQLITE_DB_H

#include "server/store/driver.h"

enum { STORE_APPLICATION_ID = 0x4c53544d }; /* "LSTM" */
enum { PAGE_BYTES = 4096 };                 /* SQLite's default page size */
enum { STMT_SLOTS = 256 }; /* power of two; the store has fewer than a hundred statements */

struct sqlite3;
struct sqlite3_stmt;
struct gate;

/* A prepared statement in the cache. */
struct stmt_slot {
    const char *sql;        /* the literal: its address is the key */
    struct sqlite3_stmt *s; /* NULL: free */
    bool taken;             /* between stmt_open() and stmt_close() */
};

/* SQLite's members of a connection. */
struct sqlite_db {
    struct sqlite3 *h;
    const char *path; /* borrowed, for messages */
    int64_t pages;    /* of the file at the beginning of the transaction; daemon only */
    /* Prepared in advance, because a transaction must end even when there is no memory. */
    struct sqlite3_stmt *rollback;
    struct stmt_slot slots[STMT_SLOTS];
    struct gate *gate; /* shared by the store's writers; NULL: a connection without a store */
    int busy_timeout_ms;
    bool in;      /* this connection holds the gate */
    bool relaxed; /* its commits do not wait for the disk */
};

/* Opens path with all settings into *db, a connection without a store. End with db_close(), also
 * after an error. */
enum status db_open(struct db *db, const char *path, int busy_timeout_ms, struct err *e);
/* The same, but makes no file: a path without one is an error. */
enum status db_open_existing(struct db *db, const char *path, int busy_timeout_ms, struct err *e);

/* ---- of the driver ---- */

void sqlite_close(struct db *db);
enum status sqlite_exec(struct db *db, const char *sql, struct err *e);
int64_t sqlite_changes(const struct db *db);

#endif
