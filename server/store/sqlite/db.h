/* db.h - connections and transactions. Private to store/. */
#ifndef SERVER_STORE_SQLITE_DB_H
#define SERVER_STORE_SQLITE_DB_H

#include "server/store/sqlite/gate.h"
#include "server/store/sqlite/stmt.h"
#include "server/store/store.h"

enum { STORE_APPLICATION_ID = 0x4c53544d }; /* "LSTM" */
enum { STMT_SLOTS = 256 }; /* power of two; the store has fewer than a hundred statements */

/* A prepared statement that is kept. */
struct stmt_slot {
    const char *sql;        /* the literal: its address is the key */
    struct sqlite3_stmt *s; /* NULL: free */
    bool taken;             /* between stmt_open() and stmt_close() */
};

/* One connection, used by one thread. */
struct db {
    struct sqlite3 *h;
    const char *path;    /* borrowed, for messages */
    int64_t pages;       /* of the file when the transaction began; the daemon's alone */
    struct store *store; /* NULL: a file of its own */
    struct sqlite3_stmt
        *rollback; /* made beforehand: a transaction has to end without memory too */
    struct stmt_slot slots[STMT_SLOTS];
    struct gate *gate; /* of the store's writers; NULL: a connection of its own */
    int busy_timeout_ms;
    bool (*over)(void *ctx); /* see store_give_up_when(); or NULL */
    void *over_ctx;
    bool in;      /* it has the gate */
    bool relaxed; /* its commits do not wait for the disk */
};

/* The calling thread's connection; opened on first use. Borrowed. */
enum status db_get(struct db **out, struct store *s, struct err *e);
/* BEGIN IMMEDIATE, and its end: commits when st is ST_OK, else rolls back; returns st or the
 * commit's error. */
enum status db_begin(struct db *db, struct err *e);
enum status db_end(struct db *db, enum status st, struct err *e);
/* The same of a transaction that may be lost when the machine dies, as long as the file stays
 * whole: the commit does not wait for the disk. */
enum status db_begin_relaxed(struct db *db, struct err *e);
/* Brings what was committed so to the disk. Holds up no writer. */
enum status db_sync(struct db *db, struct err *e);
/* A consistent view for several reads: a deferred transaction; end with db_end(). */
enum status db_begin_read(struct db *db, struct err *e);
enum status db_exec(struct db *db, const char *sql, struct err *e);
/* The single integer of a query without parameters. */
enum status db_int(int64_t *out, struct db *db, const char *sql, struct err *e);
int64_t db_last_id(const struct db *db); /* of the last INSERT */
int64_t db_changes(const struct db *db); /* rows of the last statement */
/* Gives pages that deletions left behind, and with them the deleted values, back to the file
 * system: the keeper does, or, where there is none, this call a bounded number of them. Outside a
 * transaction, after everything that deletes or replaces. A courtesy: what fails is tried again at
 * the next deletion. */
void db_shrink(struct db *db);
/* Runs fn, which deletes; when there is no room for that, once more with the room that is kept for
 * it. */
typedef enum status deletion(struct store *s, const void *ctx, struct err *e);
enum status store_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e);
/* Cuts the log back to nothing, as far as readers and the disk allow. */
void db_checkpoint(struct db *db);
/* While a deletion uses that room nobody else takes it. */
void store_lock_room(struct store *s);
void store_unlock_room(struct store *s);

/* What the keeper looks at and finds out. */
struct files;
struct files *store_files(struct store *s);
struct gate *store_gate(struct store *s);
/* Neither the disk nor a limit on the size of a file (ulimit -f) is near, so that the log may grow
 * for a while. */
bool store_has_plenty(const struct store *s);
bool store_is_full(struct store *s);
void store_set_full(struct store *s, bool full);
void store_set_overwritten(struct store *s); /* for good */
/* Opens path with all settings into *db; end with db_close(), after an error too. */
enum status db_open(struct db *db, const char *path, int busy_timeout_ms, struct err *e);
void db_close(struct db *db);
/* The same with the store's path and settings; not a thread's own connection. */
enum status db_open_another(struct db *db, struct store *s, struct err *e);
/* Size of the database file and its log, bytes. */
int64_t db_file_bytes(const struct store *s);

/* The errors of a file that has no room, and of one that cannot be written; reason: errno, or 0. */
enum status err_full(struct err *e, const char *path);
enum status err_readonly(struct err *e, const char *path, int reason);
bool errno_is_full(int reason); /* ENOSPC, EDQUOT, EFBIG */
bool errno_is_readonly(int reason);

/* Brings db to the newest schema; path for messages. */
enum status migrate(struct db *db, const char *path, struct err *e);
/* ST_INVALID: no database of lstmd's. */
enum status check_ours(struct db *db, const char *path, struct err *e);

#endif
