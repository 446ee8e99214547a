/* db.h - one connection to an SQLite file. Private to store/. */
#ifndef SERVER_STORE_SQLITE_DB_H
#define SERVER_STORE_SQLITE_DB_H

#include "server/base/access.h"

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum { STORE_APPLICATION_ID = 0x4c53544d }; /* "LSTM" */
enum { PAGE_BYTES = 4096 };                 /* SQLite's default page size */
enum { STMT_SLOTS = 256 }; /* power of two; the store has fewer than a hundred statements */

struct sqlite3;
struct sqlite3_stmt;
struct gate;
struct store;

/* A prepared statement in the cache. */
struct stmt_slot {
    const char *sql;        /* the literal: its address is the key */
    struct sqlite3_stmt *s; /* NULL: free */
    bool taken;             /* between stmt_open() and stmt_close() */
};

/* One connection, used by one thread. */
struct db {
    struct sqlite3 *h;
    const char *path;    /* borrowed, for messages */
    int64_t pages;       /* of the file at the beginning of the transaction; daemon only */
    struct store *store; /* NULL: a file of its own */
    /* Prepared in advance, because a transaction must end even when there is no memory. */
    struct sqlite3_stmt *rollback;
    struct stmt_slot slots[STMT_SLOTS];
    struct gate *gate; /* shared by the store's writers; NULL: a connection without a store */
    int busy_timeout_ms;
    bool (*over)(void *ctx); /* see store_give_up_when(); or NULL */
    void *over_ctx;
    char owner[ACCESS_NAME_MAX + 1]; /* key that writes, see store_act_for(); "": none */
    int64_t owner_bytes;             /* limit of its stored bytes; 0: none */
    bool over_limit;                 /* the transaction is refused because of max_database_bytes */
    bool in;                         /* this connection holds the gate */
    bool relaxed;                    /* its commits do not wait for the disk */
};

/* Opens path with all settings into *db. End with db_close(), also after an error. */
enum status db_open(struct db *db, const char *path, int busy_timeout_ms, struct err *e);
void db_close(struct db *db);
enum status db_exec(struct db *db, const char *sql, struct err *e);
int64_t db_last_id(const struct db *db); /* of the last INSERT */
int64_t db_changes(const struct db *db); /* rows of the last statement */

#endif
