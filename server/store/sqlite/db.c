/* db.c - the store's life, its connections and transactions; see db.h and store.h. */
#include "server/store/sqlite/db.h"

#include "server/store/blob.h"
#include "server/store/sqlite/files.h"
#include "server/store/sqlite/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PAGE_BYTES = 4096, /* of SQLite, unless the file has other ones */
    CHECKPOINT_FRAMES = 1000,
    CHECKPOINT_GROWTH = 512 << 10,
    ROOM_PLENTY = 64 << 20 /* on the disk: the log need not be brought into the file at once */
};

struct connection {
    struct store *store;
    struct db db;
    struct connection *prev, *next;
};

struct store {
    char *path;
    int busy_timeout_ms;
    struct files files;
    struct keeper *keeper;         /* NULL: not exclusive */
    atomic_bool full, overwritten; /* a write found no room; the file has other content than ours */
    pthread_key_t key;
    pthread_mutex_t lock; /* guards the list */
    pthread_mutex_t room; /* held by who uses or makes the reserve */
    struct connection *connections;
    struct gate gate;
};

/* Files that were taken away are noticed here before anything is written. */
static enum status check_files(struct store *s, struct err *e)
{
    enum status st = files_check(&s->files, e);

    if (!st && atomic_load(&s->overwritten))
        st = err_set(e, ST_READONLY,
                     "%.200s was overwritten while lstmd runs, so that nothing written would last: "
                     "stop lstmd, restore the file again and start it",
                     s->path);
    return st;
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

static enum status count_pages(int64_t *pages, struct db *db, struct err *e)
{
    return db_int(pages, db, "PRAGMA page_count", e);
}

/* Whether the log's pages find room in the file. A checkpoint that finds none would take the rest
 * of the disk for a part of them, and the log could still not be cut back. */
static bool log_fits(struct db *db)
{
    struct err ignored = {0};
    int64_t pages = 0, growth;

    if (count_pages(&pages, db, &ignored))
        return false;
    growth = files_growth(&db->store->files, pages * PAGE_BYTES);
    return growth == 0 || growth <= files_free_bytes(&db->store->files);
}

bool store_has_plenty(const struct store *s)
{
    const struct files *f = &s->files;
    struct rlimit limit;

    return !getrlimit(RLIMIT_FSIZE, &limit) && limit.rlim_cur == RLIM_INFINITY &&
           files_free_bytes(f) > ROOM_PLENTY;
}

/* After a commit, in place of SQLite's own rule: also when little waits that the file has to grow
 * for, so that the reserve is always enough for it. Where the disk has room enough the keeper does
 * it, so that no client's small upload brings a snapshot of hundreds of megabytes into the file. */
static int after_commit(void *ctx, sqlite3 *h, const char *name, int frames)
{
    struct db *db = ctx;
    struct err ignored = {0};
    int64_t pages = 0;

    (void)count_pages(&pages, db, &ignored);
    if ((frames < CHECKPOINT_FRAMES &&
         files_growth(&db->store->files, pages * PAGE_BYTES) <= CHECKPOINT_GROWTH) ||
        !log_fits(db))
        return SQLITE_OK;
    if (db->store->keeper && store_has_plenty(db->store))
        keeper_wake_for_log(db->store->keeper);
    else
        sqlite3_wal_checkpoint_v2(h, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

void db_checkpoint(struct db *db)
{
    if (log_fits(db))
        sqlite3_wal_checkpoint_v2(db->h, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* A transaction that makes the file grow is written twice, to the log and to the file; it is
 * refused unless both find room, else what is in the log could not leave it. */
static enum status check_room(struct db *db, struct err *e)
{
    const struct files *f = db->store ? &db->store->files : NULL;
    int64_t pages = 0, grown;
    enum status st;

    if (!f || !f->held || sqlite3_txn_state(db->h, "main") != SQLITE_TXN_WRITE)
        return ST_OK;
    st = count_pages(&pages, db, e);
    grown = (pages - db->pages) * PAGE_BYTES;
    if (st || grown <= 0 || files_growth(f, pages * PAGE_BYTES) + grown <= files_free_bytes(f))
        return st;
    return err_full(e, f->path);
}

static enum status set_relaxed(struct db *db, bool relaxed, struct err *e)
{
    enum status st = ST_OK;

    if (db->relaxed != relaxed)
        st = db_exec(db, relaxed ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", e);
    if (!st)
        db->relaxed = relaxed;
    return st;
}

static void leave(struct db *db)
{
    if (db->in)
        gate_leave(db->gate);
    db->in = false;
}

static enum status enter(struct db *db, struct err *e)
{
    if (db->gate && !db->in) {
        db->in = gate_enter(db->gate, db->busy_timeout_ms);
        if (!db->in)
            return err_set(e, ST_BUSY, "other writers took longer than %d ms", db->busy_timeout_ms);
    }
    return ST_OK;
}

static enum status begin(struct db *db, bool relaxed, struct err *e)
{
    enum status st = db->store ? check_files(db->store, e) : ST_OK;

    if (!st)
        st = set_relaxed(db, relaxed, e);
    if (!st)
        st = enter(db, e);
    if (!st)
        st = db_exec(db, "BEGIN IMMEDIATE", e);
    if (!st && db->store && db->store->files.held) {
        st = count_pages(&db->pages, db, e);
        if (st)
            roll_back(db);
    }
    if (st)
        leave(db);
    return st;
}

enum status db_begin(struct db *db, struct err *e)
{
    return begin(db, false, e);
}

enum status db_begin_relaxed(struct db *db, struct err *e)
{
    return begin(db, true, e);
}

enum status db_sync(struct db *db, struct err *e)
{
    sqlite3_file *log = NULL;
    int rc;

    errno = 0;
    rc = sqlite3_file_control(db->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (rc == SQLITE_OK && log && log->pMethods)
        rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    return rc == SQLITE_OK ? ST_OK : sqlite_error(db, rc, "sync", e);
}

enum status db_begin_read(struct db *db, struct err *e)
{
    return db_exec(db, "BEGIN", e);
}

enum status db_end(struct db *db, enum status st, struct err *e)
{
    if (!st)
        st = check_room(db, e);
    if (!st)
        st = db_exec(db, "COMMIT", e);
    if (st)
        roll_back(db);
    if (st == ST_FULL && db->store)
        store_set_full(db->store, true);
    leave(db);
    return st;
}

void db_shrink(struct db *db)
{
    if (db->store && db->store->keeper)
        keeper_wake(db->store->keeper);
    else
        sqlite3_exec(db->h, "PRAGMA incremental_vacuum(16384)", NULL, NULL, NULL);
}

/* Under a limit on the size of a file (ulimit -f) the database stays below it: what is in the log
 * must always find its way into the file, else the log could never be cut back. */
static enum status limit_pages(struct db *db, struct err *e)
{
    struct rlimit limit;
    char sql[64];

    if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return ST_OK;
    snprintf(
        sql, sizeof(sql), "PRAGMA max_page_count = %llu",
        (unsigned long long)(limit.rlim_cur / PAGE_BYTES > 1 ? limit.rlim_cur / PAGE_BYTES : 1));
    return db_exec(db, sql, e);
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

    *db = (struct db){.path = path, .busy_timeout_ms = busy_timeout_ms};
    make_private(path);
    errno = 0;
    rc = sqlite3_open_v2(path, &db->h,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                             SQLITE_OPEN_EXRESCODE,
                         NULL);
    if (rc != SQLITE_OK)
        return db->h ? sqlite_error(db, rc, NULL, e) : err_nomem(e, 0);
    sqlite3_busy_timeout(db->h, busy_timeout_ms);
    sqlite3_limit(db->h, SQLITE_LIMIT_ATTACHED, 0);
    /* The log is cut back after a large upload, so that it does not keep the largest size it ever
     * had. Debian builds SQLite with secure_delete=ON, which writes zeros over every page of what
     * is deleted. With FAST the values stay in free pages until those are given back, which
     * db_shrink() is for. */
    st = db_exec(db,
                 "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; "
                 "PRAGMA cell_size_check=ON; PRAGMA journal_size_limit=67108864; "
                 "PRAGMA secure_delete=FAST",
                 e);
    if (st && (sqlite3_errcode(db->h) & 0xff) == SQLITE_NOTADB)
        return err_set(e, ST_INVALID, "%s is not an SQLite database; give another file", path);
    if (!st)
        st = limit_pages(db, e);
    if (!st) {
        rc = sqlite3_prepare_v3(db->h, "ROLLBACK", -1, SQLITE_PREPARE_PERSISTENT, &db->rollback,
                                NULL);
        st = rc == SQLITE_OK ? ST_OK : sqlite_error(db, rc, "ROLLBACK", e);
    }
    return st;
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < STMT_SLOTS; i++)
        sqlite3_finalize(db->slots[i].s);
    sqlite3_finalize(db->rollback);
    sqlite3_close(db->h);
    *db = (struct db){0};
}

enum status db_open_another(struct db *db, struct store *s, struct err *e)
{
    enum status st = check_files(s, e);

    *db = (struct db){0};
    if (!st)
        st = db_open(db, s->path, s->busy_timeout_ms, e);
    db->store = s;
    db->gate = &s->gate;
    if (!st && s->files.lock_fd >= 0)
        sqlite3_wal_hook(db->h, after_commit, db);
    return st;
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
        if (!roll_back(&c->db))
            return err_nomem(e, 0);
        leave(&c->db);
        return set_relaxed(&c->db, false, e);
    }
    c = calloc(1, sizeof(*c));
    if (!c)
        return err_nomem(e, sizeof(*c));
    c->store = s;
    st = db_open_another(&c->db, s, e);
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

enum status store_give_up_when(struct store *s, bool (*over)(void *ctx), void *ctx, struct err *e)
{
    struct connection *c = pthread_getspecific(s->key);
    struct db *db = c ? &c->db : NULL;
    enum status st = db || !over ? ST_OK : db_get(&db, s, e);

    if (!st && db) {
        db->over = over;
        db->over_ctx = ctx;
    }
    return st;
}

/* Opens the database and brings it to the newest schema. */
static enum status open_file(struct store *s, bool as_is, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : (as_is ? check_ours(db, s->path, e) : migrate(db, s->path, e));
}

static void collect_parts(struct store *s)
{
    struct db *db = NULL;
    struct err ignored = {0};

    if (db_get(&db, s, &ignored) == ST_OK)
        blob_collect(db, true);
}

static enum status open_exclusively(struct store *s, bool as_is, struct err *e)
{
    enum status st = files_lock(&s->files, e);

    if (!st)
        st = open_file(s, as_is, e);
    if (st == ST_FULL && files_drop_reserve(&s->files)) /* so that something can be deleted */
        st = open_file(s, as_is, e);
    if (!st)
        st = files_hold(&s->files, e);
    if (!st)
        atomic_store(&s->full, !files_make_reserve(&s->files));
    if (!st && !as_is)
        collect_parts(s); /* nobody is writing any now */
    return st ? st : keeper_start(&s->keeper, s, e);
}

enum status store_open(struct store **out, const struct store_config *c, struct err *e)
{
    struct store *s = calloc(1, sizeof(*s));
    enum status st = ST_OK;

    if (!s)
        return err_nomem(e, sizeof(*s));
    files_init(&s->files, NULL);
    s->busy_timeout_ms = c->busy_timeout_ms;
    if (pthread_mutex_init(&s->lock, NULL)) {
        free(s);
        return err_nomem(e, 0);
    }
    if (pthread_mutex_init(&s->room, NULL)) {
        pthread_mutex_destroy(&s->lock);
        free(s);
        return err_nomem(e, 0);
    }
    if (!gate_init(&s->gate)) {
        pthread_mutex_destroy(&s->room);
        pthread_mutex_destroy(&s->lock);
        free(s);
        return err_nomem(e, 0);
    }
    if (pthread_key_create(&s->key, close_connection)) {
        gate_release(&s->gate);
        pthread_mutex_destroy(&s->room);
        pthread_mutex_destroy(&s->lock);
        free(s);
        return err_nomem(e, 0);
    }
    s->path = strdup(c->path);
    if (!s->path)
        st = err_nomem(e, 0);
    files_init(&s->files, s->path);
    if (!st)
        st = c->exclusive ? open_exclusively(s, c->as_is, e) : open_file(s, c->as_is, e);
    if (st) {
        store_close(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

/* What is in the log goes into a file that was moved, and nowhere when it was overwritten or has no
 * name: a log that stays at the path would be read as that of whatever file is there at the next
 * start. */
static void settle_log(struct store *s)
{
    bool gone = atomic_load(&s->overwritten) || files_orphaned(&s->files);
    struct err ignored = {0};

    if (!s->connections || (!gone && files_check(&s->files, &ignored) == ST_OK))
        return;
    for (struct connection *c = s->connections; gone && c; c = c->next)
        sqlite3_db_config(c->db.h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (gone)
        files_remove_log(&s->files);
    else
        sqlite3_wal_checkpoint_v2(s->connections->db.h, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL,
                                  NULL);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    keeper_stop(s->keeper);
    settle_log(s);
    pthread_setspecific(s->key, NULL);
    pthread_key_delete(s->key);
    for (struct connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        db_close(&c->db);
        free(c);
    }
    files_release(&s->files);
    gate_release(&s->gate);
    pthread_mutex_destroy(&s->room);
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

/* ---- trouble ---- */

struct gate *store_gate(struct store *s)
{
    return &s->gate;
}

struct files *store_files(struct store *s)
{
    return &s->files;
}

bool store_is_full(struct store *s)
{
    return atomic_load(&s->full);
}

void store_set_full(struct store *s, bool full)
{
    if (s->keeper && !atomic_exchange(&s->full, full) && full)
        keeper_wake(s->keeper);
    if (!full)
        atomic_store(&s->full, false);
}

void store_set_overwritten(struct store *s)
{
    atomic_store(&s->overwritten, true);
}

void store_lock_room(struct store *s)
{
    pthread_mutex_lock(&s->room);
}

void store_unlock_room(struct store *s)
{
    pthread_mutex_unlock(&s->room);
}

enum status store_trouble(struct store *s, struct err *e)
{
    enum status st = check_files(s, e);

    if (!st && atomic_load(&s->full))
        st = err_full(e, s->path);
    if (!st && access(s->path, W_OK))
        st = err_readonly(e, s->path, errno);
    return st;
}
