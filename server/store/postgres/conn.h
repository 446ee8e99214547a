/* conn.h - one connection to PostgreSQL: see driver.h. Private to store/. */
#ifndef SERVER_STORE_POSTGRES_CONN_H
#define SERVER_STORE_POSTGRES_CONN_H

#include "server/store/driver.h"
#include "server/store/postgres/sql.h"

struct pg_conn;
struct pg_result; /* PGresult and PGconn of libpq-fe.h */

enum { PG_SLOTS = 256, PG_CONNECT_SECONDS = 3, PG_STATEMENT_MS = 30000, PG_NUMBER_MAX = 32 };

/* A statement and the values that are bound to it. */
struct postgres_stmt {
    const char *sql; /* the literal: its address is the key */
    struct sql_text text;
    char name[16];                 /* of the prepared statement; "": prepared for each use */
    bool prepared;                 /* on this connection */
    bool taken;                    /* between stmt_open() and stmt_close() */
    unsigned type[SQL_PARAMS_MAX]; /* by the first value that was bound; 0: PostgreSQL decides */
    const char *value[SQL_PARAMS_MAX]; /* borrowed, or number[i]; NULL: NULL */
    int length[SQL_PARAMS_MAX], format[SQL_PARAMS_MAX];
    char number[SQL_PARAMS_MAX][PG_NUMBER_MAX];
    struct pg_result *result; /* NULL: not run yet */
    int row;
};

/* PostgreSQL's members of a connection. */
struct postgres_db {
    struct pg_conn *c;
    const char *url;   /* borrowed */
    const char *where; /* for messages; borrowed */
    int lock_timeout_ms;
    int64_t changes;
    bool open;   /* a transaction was begun; what breaks within it is not tried again */
    bool broken; /* libpq failed by itself; it may not have noticed that the connection ended */
    struct postgres_stmt *slots[PG_SLOTS]; /* by the literal's address; owned */
    int num_prepared;
};

/* Opens a connection that belongs to no store. End with postgres_close(), also after an error. */
enum status postgres_open_url(struct db *db, const char *url, const char *where,
                              int lock_timeout_ms, struct err *e);
/* Connects again. ST_UNAVAILABLE. */
enum status postgres_reconnect(struct db *db, struct err *e);
/* Whether the connection broke. */
bool postgres_broken(const struct db *db);
/* Whether the server has a transaction open. */
bool postgres_in_transaction(const struct db *db);
/* ST_UNAVAILABLE if the connection broke within a transaction, which is lost then. */
enum status postgres_check_open(struct db *db, struct err *e);
/* The error of the last call on this connection; r may be NULL. */
enum status postgres_fail(struct db *db, const struct pg_result *r, const char *sql, struct err *e);
/* Runs sql, with one more try on a new connection if this one broke outside a transaction. tag: the
 * command's tag, or NULL. */
enum status postgres_run(struct db *db, const char *sql, char tag[32], struct err *e);

/* ---- of the driver ---- */

void postgres_close(struct db *db);
enum status postgres_exec(struct db *db, const char *sql, struct err *e);
int64_t postgres_changes(const struct db *db);

#endif
