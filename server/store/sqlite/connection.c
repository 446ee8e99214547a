/* connection.c - see connection.h. */
#include "server/store/sqlite/connection.h"

#include "server/store/sqlite/store_state.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CHECKPOINT_FRAMES = 1000, CHECKPOINT_GROWTH = 512 << 10 };

struct connection {
    struct store *store;
    struct db db;
    struct connection *prev, *next;
};

/* ---- the log ---- */

/* Whether the disk has room in the file for the log's pages. Otherwise a checkpoint would use up
 * the disk for some of them, and the log could still not be shortened. */
static bool log_fits(struct db *db)
{
    struct err ignored = {0};
    int64_t pages = 0, growth;

    if (db_page_count(&pages, db, &ignored))
        return false;
    growth = files_growth(&db->store->files, pages * PAGE_BYTES);
    return growth == 0 || growth <= files_free_bytes(&db->store->files);
}

/* Runs after each commit, in place of SQLite's own rule. It also checkpoints a short log if the
 * file must grow for it, so that the reserve is always large enough. If the disk has enough room
 * the keeper does it, so that a small upload of a client never has to copy a snapshot of hundreds
 * of megabytes. */
static int after_commit(void *ctx, sqlite3 *h, const char *name, int frames)
{
    struct db *db = ctx;
    struct err ignored = {0};
    int64_t pages = 0;

    (void)db_page_count(&pages, db, &ignored);
    if ((frames < CHECKPOINT_FRAMES &&
         files_growth(&db->store->files, pages * PAGE_BYTES) <= CHECKPOINT_GROWTH) ||
        !log_fits(db))
        return SQLITE_OK;
    if (db->store->kept && store_has_plenty(db->store))
        keeper_wake_for_log(&db->store->signal);
    else
        sqlite3_wal_checkpoint_v2(h, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

void db_checkpoint(struct db *db)
{
    if (log_fits(db))
        sqlite3_wal_checkpoint_v2(db->h, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void db_shrink(struct db *db)
{
    if (db->store && db->store->kept)
        keeper_wake(&db->store->signal);
    else
        sqlite3_exec(db->h, "PRAGMA incremental_vacuum(16384)", NULL, NULL, NULL);
}

/* ---- one connection for each thread ---- */

enum status db_open_another(struct db *db, struct store *s, struct err *e)
{
    enum status st = store_check_files(s, e);

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

/* Called at the end of a thread. */
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
        /* No caller is inside a transaction, so one that could not be ended before must end now. */
        return db_reset(&c->db, e);
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

/* ---- all connections ---- */

bool connections_init(struct store *s)
{
    return pthread_key_create(&s->key, close_connection) == 0;
}

/* Copies the log into the database file, even if that was moved, but not if it was overwritten or
 * deleted. A log that stayed at the path would be applied to whatever file is there at the next
 * start. */
void connections_settle_log(struct store *s)
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

void connections_close(struct store *s)
{
    pthread_setspecific(s->key, NULL);
    pthread_key_delete(s->key);
    for (struct connection *c = s->connections, *next; c; c = next) {
        next = c->next;
        db_close(&c->db);
        free(c);
    }
}

/* Uses the name instead of opening the file: closing a descriptor would drop SQLite's locks on
 * it. */
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
