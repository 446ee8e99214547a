/* connection.c - see connection.h. */
#include "server/store/sqlite/connection.h"

#include "server/store/sqlite/store_state.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { CHECKPOINT_FRAMES = 1000, CHECKPOINT_GROWTH = 512 << 10 };

/* ---- the log ---- */

/* Whether the disk has room in the file for the log's pages. Otherwise a checkpoint would use up
 * the disk for some of them, and the log could still not be shortened. */
static bool log_fits(struct db *db)
{
    struct err ignored = {0};
    int64_t pages = 0, growth;

    if (db_page_count(&pages, db, &ignored))
        return false;
    growth = files_growth(&db->store->sqlite->files, pages * PAGE_BYTES);
    return growth == 0 || growth <= files_free_bytes(&db->store->sqlite->files);
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
         files_growth(&db->store->sqlite->files, pages * PAGE_BYTES) <= CHECKPOINT_GROWTH) ||
        !log_fits(db))
        return SQLITE_OK;
    if (db->store->sqlite->kept && store_has_plenty(db->store))
        keeper_wake_for_log(&db->store->sqlite->signal);
    else
        sqlite3_wal_checkpoint_v2(h, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

void db_checkpoint(struct db *db)
{
    if (log_fits(db))
        sqlite3_wal_checkpoint_v2(db->sqlite->h, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void sqlite_shrink(struct db *db)
{
    if (db->store && db->store->sqlite->kept)
        keeper_wake(&db->store->sqlite->signal);
    else
        sqlite3_exec(db->sqlite->h, "PRAGMA incremental_vacuum(16384)", NULL, NULL, NULL);
}

/* ---- the beginning and the end ---- */

enum status sqlite_connect(struct db *db, struct store *s, struct err *e)
{
    bool held = s->sqlite->files.held;
    enum status st = store_check_files(s, e), gone = ST_OK;

    if (st)
        return st;
    /* A file that is removed after the check must not come back empty. */
    st = (held ? db_open_existing : db_open)(db, s->sqlite->path, s->sqlite->busy_timeout_ms, e);
    if (st && held)
        gone = store_check_files(s, e);
    st = gone ? gone : st;
    db->store = s;
    if (!db->sqlite)
        return st;
    db->sqlite->gate = &s->sqlite->gate;
    if (!st && s->sqlite->files.lock_fd >= 0)
        sqlite3_wal_hook(db->sqlite->h, after_commit, db);
    return st;
}

/* Copies the log into the database file, even if that was moved, but not if it was overwritten or
 * deleted. A log that stayed at the path would be applied to whatever file is there at the next
 * start. */
void connections_settle_log(struct store *s)
{
    bool gone = atomic_load(&s->sqlite->overwritten) || files_orphaned(&s->sqlite->files);
    struct err ignored = {0};

    if (!s->connections || (!gone && files_check(&s->sqlite->files, &ignored) == ST_OK))
        return;
    for (struct connection *c = s->connections; gone && c; c = c->next)
        sqlite3_db_config(c->db.sqlite->h, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (gone)
        files_remove_log(&s->sqlite->files);
    else
        sqlite3_wal_checkpoint_v2(s->connections->db.sqlite->h, "main", SQLITE_CHECKPOINT_TRUNCATE,
                                  NULL, NULL);
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
        if (snprintf(path, sizeof(path), "%s%s", s->sqlite->path, suffixes[i]) <
                (int)sizeof(path) &&
            stat(path, &f) == 0)
            bytes += f.st_size;
    return bytes;
}

enum status sqlite_total_bytes(int64_t *out, struct db *db, struct err *e)
{
    (void)e;
    *out = db_file_bytes(db->store);
    return ST_OK;
}

enum status sqlite_data_version(int64_t *out, struct db *db, struct err *e)
{
    return db_int(out, db, "PRAGMA data_version", e);
}
