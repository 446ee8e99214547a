/* driver.h - what the store needs of a database: connections, statements, transactions, and the
 * care of the whole. The sources of store/ know a database by this alone. store/sqlite/ implements
 * it; so one text of SQL must do for every driver. Private to store/. */
#ifndef SERVER_STORE_DRIVER_H
#define SERVER_STORE_DRIVER_H

#include "server/base/access.h"

#include <limits.h>
#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct store_config;
struct driver;
struct sqlite_db;
struct sqlite3_stmt;
struct stmt_slot;
struct postgres_db;
struct postgres_stmt;

/* One connection, used by one thread. */
struct db {
    const struct driver *driver;
    struct store *store;     /* NULL: a database of its own */
    bool (*over)(void *ctx); /* see store_give_up_when(); or NULL */
    void *over_ctx;
    char owner[ACCESS_NAME_MAX + 1]; /* key that writes, see store_act_for(); "": none */
    int64_t owner_bytes;             /* limit of its stored bytes; 0: none */
    int64_t source;                  /* token that writes, see store_source_act(); 0: none */
    bool over_limit;                 /* the transaction is refused because of max_database_bytes */
    /* the driver's own members */
    struct sqlite_db *sqlite;
    struct postgres_db *postgres;
};

/* One prepared statement in use, see stmt.h. */
struct stmt {
    struct db *db;
    const char *sql; /* a literal */
    enum status st;  /* the first error; then all calls do nothing */
    struct err *e;
    /* SQLite's */
    struct sqlite3_stmt *s;
    struct stmt_slot *slot; /* its place in the cache; NULL: not in the cache */
    /* PostgreSQL's */
    struct postgres_stmt *p;
};

/* A function that deletes, see store_delete_by(). */
typedef enum status deletion(struct store *s, const void *ctx, struct err *e);

/* Receives one damage that the driver found. */
typedef void driver_report(void *ctx, const char *where, const char *what);

struct driver {
    /* ---- a connection of a store; end with close(), also after an error ---- */
    enum status (*connect)(struct db *db, struct store *s, struct err *e);
    void (*close)(struct db *db);
    enum status (*exec)(struct db *db, const char *sql, struct err *e);
    int64_t (*changes)(const struct db *db);

    /* ---- statements; none of these is called after an error but close_stmt ---- */
    void (*open_stmt)(struct stmt *q);
    void (*close_stmt)(struct stmt *q); /* always called */
    void (*bind_i64)(struct stmt *q, const char *name, int64_t v);
    void (*bind_f64)(struct stmt *q, const char *name, double v);                 /* NaN: NULL */
    void (*bind_text)(struct stmt *q, const char *name, const char *v);           /* NULL: NULL */
    void (*bind_blob)(struct stmt *q, const char *name, const void *p, size_t n); /* the same */
    bool (*row)(struct stmt *q);
    void (*rewind)(struct stmt *q); /* also called after an error */
    bool (*is_null)(struct stmt *q, int column);
    int64_t (*i64)(struct stmt *q, int column); /* NULL: 0 */
    double (*f64)(struct stmt *q, int column);
    const char *(*text)(struct stmt *q, int column); /* borrowed; NULL: NULL, or no memory */
    const void *(*blob)(struct stmt *q, int column, size_t *n); /* borrowed; NULL when empty */
    const char *(*name)(struct stmt *q, int column);

    /* ---- transactions: see transaction.h ---- */
    enum status (*begin)(struct db *db, bool relaxed, struct err *e);
    enum status (*begin_read)(struct db *db, struct err *e);
    enum status (*end)(struct db *db, enum status st, struct err *e);
    enum status (*sync)(struct db *db, struct err *e);
    enum status (*reset)(struct db *db, struct err *e);

    /* ---- a store: see store.h ---- */
    enum status (*open)(struct store *s, const struct store_config *c, struct err *e);
    void (*stop)(struct store *s); /* before the connections close; also after an error of open */
    void (*release)(struct store *s); /* after that */
    enum status (*schema_version)(int *out, struct store *s, struct err *e);
    enum status (*ping)(struct store *s, struct err *e);
    enum status (*trouble)(struct store *s, struct err *e);
    void (*disk)(int64_t *free_bytes, int64_t *size, const struct store *s);
    int64_t (*last_backup)(const struct store *s);
    enum status (*backup)(struct store *s, const char *to, struct err *e);
    enum status (*restore)(struct store *from, const char *to, char kept[PATH_MAX], struct err *e);
    void (*announce)(struct store *s, const char *url);
    /* Finds damaged pages and references. */
    enum status (*check)(struct db *db, driver_report *report, void *ctx, struct err *e);

    /* ---- space and time ---- */
    enum status (*used_bytes)(int64_t *out, struct db *db, struct err *e);  /* by what is stored */
    enum status (*total_bytes)(int64_t *out, struct db *db, struct err *e); /* on the disk */
    void (*shrink)(struct db *db);
    enum status (*delete_by)(struct store *s, deletion *fn, const void *ctx, struct err *e);
    /* The time by which leases of jobs end, ms since 1970: the same for all processes that share
     * the database. */
    int64_t (*clock_ms)(struct db *db);
    /* A number that has changed when another connection has changed the keys, or anything. */
    enum status (*data_version)(int64_t *out, struct db *db, struct err *e);
};

extern const struct driver sqlite_driver;
extern const struct driver postgres_driver; /* with LSTMD_POSTGRES only */

/* ---- calls of a driver ---- */

static inline void db_close(struct db *db)
{
    if (db->driver)
        db->driver->close(db);
}

static inline enum status db_exec(struct db *db, const char *sql, struct err *e)
{
    return db->driver->exec(db, sql, e);
}

/* Rows that the last INSERT, UPDATE or DELETE of this connection changed. */
static inline int64_t db_changes(const struct db *db)
{
    return db->driver->changes(db);
}

/* Returns the space of deleted values to the system, or has it returned. Called outside a
 * transaction after everything that deletes or replaces. On failure the next call tries again. */
static inline void db_shrink(struct db *db)
{
    db->driver->shrink(db);
}

#endif
