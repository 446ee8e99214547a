/* db.c - the store's life, its connections and transactions; see db.h and store.h. */
#include "server/store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct connection {
    struct store *store;
    struct db db;
    struct connection *prev, *next;
};

struct store {
    char *path;
    int busy_timeout_ms;
    int lock_fd; /* -1: not exclusive */
    pthread_key_t key;
    pthread_mutex_t lock; /* guards the list */
    struct connection *connections;
};

enum status db_exec(struct db *db, const char *sql, struct err *e)
{
    int rc = sqlite3_exec(db->h, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? ST_OK : sqlite_error(db->h, rc, sql, e);
}

enum status db_int(int64_t *out, struct db *db, const char *sql, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    *out = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->h);
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes(db->h);
}

enum status db_begin(struct db *db, struct err *e)
{
    return db_exec(db, "BEGIN IMMEDIATE", e);
}

enum status db_begin_read(struct db *db, struct err *e)
{
    return db_exec(db, "BEGIN", e);
}

/* Whether no transaction is open any more. */
static bool roll_back(struct db *db)
{
    if (!sqlite3_get_autocommit(db->h)) {
        sqlite3_step(db->rollback);
        sqlite3_reset(db->rollback);
    }
    return sqlite3_get_autocommit(db->h) != 0;
}

enum status db_end(struct db *db, enum status st, struct err *e)
{
    if (!st)
        st = db_exec(db, "COMMIT", e);
    if (st)
        roll_back(db);
    return st;
}

void db_shrink(struct db *db)
{
    sqlite3_exec(db->h, "PRAGMA incremental_vacuum(16384)", NULL, NULL, NULL);
}

/* What others have no business with: SQLite would make the file with 0644, and gives -wal and -shm
 * the mode of the file that they belong to. A file that is there is left alone, and is not opened:
 * closing it again would drop the locks that SQLite has on it in this process. */
static void make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
}

enum status db_open(struct db *db, const char *path, int busy_timeout_ms, struct err *e)
{
    enum status st;
    int rc;

    *db = (struct db){0};
    make_private(path);
    rc = sqlite3_open_v2(path, &db->h,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                             SQLITE_OPEN_EXRESCODE,
                         NULL);
    if (rc != SQLITE_OK)
        return err_set(e, (rc & 0xff) == SQLITE_NOMEM ? ST_NOMEM : ST_IO,
                       "cannot open the database %s: %s", path,
                       db->h ? sqlite3_errmsg(db->h) : "out of memory");
    sqlite3_busy_timeout(db->h, busy_timeout_ms);
    sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
    /* the log is cut back after a large upload, so that it does not keep the largest size it ever had */
    st = db_exec(db,
                 "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; "
                 "PRAGMA cell_size_check=ON; PRAGMA journal_size_limit=67108864",
                 e);
    if (st && (sqlite3_errcode(db->h) & 0xff) == SQLITE_NOTADB)
        return err_set(e, ST_INVALID, "%s is not an SQLite database; give another file", path);
    if (!st) {
        rc = sqlite3_prepare_v3(db->h, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &db->rollback,
                                NULL);
        st = rc == SQLITE_OK ? ST_OK : sqlite_error(db->h, rc, "ROLLBACK", e);
    }
    return st ? err_wrap(e, "%s", path) : ST_OK;
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < STMT_SLOTS; i++)
        sqlite3_finalize(db->slots[i].s);
    sqlite3_finalize(db->rollback);
    sqlite3_close(db->h);
    *db = (struct db){0};
}

enum status db_open_another(struct db *db, const struct store *s, struct err *e)
{
    return db_open(db, s->path, s->busy_timeout_ms, e);
}

static void unlink_connection(struct connection *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        c->store->connections = c->next;
    if (c->next)
        c->next->prev = c->prev;
}

/* At the end of a thread. */
static void close_connection(void *ctx)
{
    struct connection *c = ctx;
    struct store *s = c->store;

    pthread_mutex_lock(&s->lock);
    unlink_connection(c);
    pthread_mutex_unlock(&s->lock);
    db_close(&c->db);
    free(c);
}

enum status db_get(struct db **out, struct store *s, struct err *e)
{
    struct connection *c = pthread_getspecific(s->key);
    enum status st;

    if (c) {
        *out = &c->db;
        /* no caller is inside a transaction: one that could not be ended before has to end now */
        return roll_back(&c->db) ? ST_OK : err_nomem(e, 0);
    }
    c = calloc(1, sizeof(*c));
    if (!c)
        return err_nomem(e, sizeof(*c));
    c->store = s;
    st = db_open(&c->db, s->path, s->busy_timeout_ms, e);
    if (!st && pthread_setspecific(s->key, c))
        st = err_nomem(e, 0);
    if (st) {
        db_close(&c->db);
        free(c);
        return st;
    }
    pthread_mutex_lock(&s->lock);
    c->next = s->connections;
    if (c->next)
        c->next->prev = c;
    s->connections = c;
    pthread_mutex_unlock(&s->lock);
    *out = &c->db;
    return ST_OK;
}

static enum status take_lock(struct store *s, struct err *e)
{
    char path[4096];

    if (snprintf(path, sizeof(path), "%s.lock", s->path) >= (int)sizeof(path))
        return err_set(e, ST_INVALID, "the database's path is too long");
    s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock_fd < 0)
        return err_set(e, ST_IO, "cannot open %s: %s", path, strerror(errno));
    if (flock(s->lock_fd, LOCK_EX | LOCK_NB))
        return err_set(e, ST_CONFLICT, "another lstmd is using the database %s (it holds %s)",
                       s->path, path);
    return ST_OK;
}

enum status store_open(struct store **out, const struct store_config *c, struct err *e)
{
    struct store *s = calloc(1, sizeof(*s));
    struct db *db = NULL;
    enum status st = ST_OK;

    if (!s)
        return err_nomem(e, sizeof(*s));
    s->lock_fd = -1;
    s->busy_timeout_ms = c->busy_timeout_ms;
    if (pthread_mutex_init(&s->lock, NULL)) {
        free(s);
        return err_nomem(e, 0);
    }
    if (pthread_key_create(&s->key, close_connection)) {
        pthread_mutex_destroy(&s->lock);
        free(s);
        return err_nomem(e, 0);
    }
    s->path = strdup(c->path);
    if (!s->path)
        st = err_nomem(e, 0);
    if (!st && c->exclusive)
        st = take_lock(s, e);
    if (!st)
        st = db_get(&db, s, e);
    if (!st)
        st = c->as_is ? check_ours(db, s->path, e) : migrate(db, s->path, e);
    if (st) {
        store_close(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    pthread_setspecific(s->key, NULL);
    pthread_key_delete(s->key);
    for (struct connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        db_close(&c->db);
        free(c);
    }
    if (s->lock_fd >= 0)
        close(s->lock_fd);
    pthread_mutex_destroy(&s->lock);
    free(s->path);
    free(s);
}

/* By name, not by descriptor: closing one of our own would drop SQLite's locks on the file. */
int64_t db_file_bytes(const struct store *s)
{
    static const char *const suffixes[] = {"", "-wal"};
    int64_t bytes = 0;
    char path[4096];
    struct stat f;

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (snprintf(path, sizeof(path), "%s%s", s->path, suffixes[i]) < (int)sizeof(path) &&
            stat(path, &f) == 0)
            bytes += f.st_size;
    return bytes;
}

enum status store_ping(struct store *s, struct err *e)
{
    struct db *db = NULL;
    int64_t n = 0;
    enum status st = db_get(&db, s, e);

    return st ? st : db_int(&n, db, "SELECT count(*) FROM sqlite_schema WHERE rowid = 1", e);
}
