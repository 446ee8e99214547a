/* transaction.c - see transaction.h. */
#include "server/store/sqlite/transaction.h"

#include "server/store/sqlite/sqlite_error.h"
#include "server/store/sqlite/stmt.h"
#include "server/store/sqlite/store_state.h"

#include <errno.h>
#include <sqlite3.h>

/* Returns whether no transaction is open any more. */
static bool roll_back(struct db *db)
{
    if (!sqlite3_get_autocommit(db->sqlite->h)) {
        sqlite3_step(db->sqlite->rollback);
        sqlite3_reset(db->sqlite->rollback);
    }
    return sqlite3_get_autocommit(db->sqlite->h) != 0;
}

/* A transaction that makes the file grow is written twice, to the log and to the file. It is
 * refused unless there is space for both; otherwise the log could never be copied. */
static enum status check_room(struct db *db, struct err *e)
{
    const struct files *f = db->store ? &db->store->sqlite->files : NULL;
    int64_t pages = 0, grown;
    enum status st;

    if (!f || !f->held || sqlite3_txn_state(db->sqlite->h, "main") != SQLITE_TXN_WRITE)
        return ST_OK;
    st = db_page_count(&pages, db, e);
    grown = (pages - db->sqlite->pages) * PAGE_BYTES;
    if (st || grown <= 0 || files_growth(f, pages * PAGE_BYTES) + grown <= files_free_bytes(f))
        return st;
    return err_full(e, f->path);
}

static enum status set_relaxed(struct db *db, bool relaxed, struct err *e)
{
    enum status st = ST_OK;

    if (db->sqlite->relaxed != relaxed)
        st = db_exec(db, relaxed ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", e);
    if (!st)
        db->sqlite->relaxed = relaxed;
    return st;
}

static void leave(struct db *db)
{
    if (db->sqlite->in)
        gate_leave(db->sqlite->gate);
    db->sqlite->in = false;
}

static enum status enter(struct db *db, struct err *e)
{
    if (db->sqlite->gate && !db->sqlite->in) {
        db->sqlite->in = gate_enter(db->sqlite->gate, db->sqlite->busy_timeout_ms);
        if (!db->sqlite->in)
            return err_set(e, ST_BUSY, "other writers took longer than %d ms",
                           db->sqlite->busy_timeout_ms);
    }
    return ST_OK;
}

enum status sqlite_begin(struct db *db, bool relaxed, struct err *e)
{
    enum status st = db->store ? store_check_files(db->store, e) : ST_OK;

    db->over_limit = false;
    if (!st)
        st = set_relaxed(db, relaxed, e);
    if (!st)
        st = enter(db, e);
    if (!st)
        st = db_exec(db, "BEGIN IMMEDIATE", e);
    if (!st && db->store && db->store->sqlite->files.held) {
        st = db_page_count(&db->sqlite->pages, db, e);
        if (st)
            roll_back(db);
    }
    if (st)
        leave(db);
    return st;
}

enum status sqlite_sync(struct db *db, struct err *e)
{
    sqlite3_file *log = NULL;
    int rc;

    errno = 0;
    rc = sqlite3_file_control(db->sqlite->h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (rc == SQLITE_OK && log && log->pMethods)
        rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
    return rc == SQLITE_OK ? ST_OK : sqlite_error(db->sqlite->h, db->sqlite->path, rc, "sync", e);
}

enum status sqlite_begin_read(struct db *db, struct err *e)
{
    return db_exec(db, "BEGIN", e);
}

enum status sqlite_end(struct db *db, enum status st, struct err *e)
{
    if (!st)
        st = check_room(db, e);
    if (!st)
        st = db_exec(db, "COMMIT", e);
    if (st)
        roll_back(db);
    if (st == ST_FULL && db->store && !db->over_limit)
        store_set_full(db->store, true);
    leave(db);
    return st;
}

enum status sqlite_reset(struct db *db, struct err *e)
{
    if (!roll_back(db))
        return err_nomem(e, 0);
    leave(db);
    return set_relaxed(db, false, e);
}
