/* keeper.c - see keeper.h.
 *
 * Pages are returned to the file system a few at a time. Each slice is a short transaction, and
 * clients write between them.
 *
 * A passive checkpoint delays nobody: others read and write meanwhile. The log begins anew when a
 * writer finds that all of it is in the database file. If writers never pause, that moment must be
 * forced. Once the log is long, passes copy most of it, and the rest, which is little, is copied
 * while the writers' gate is shut.
 *
 * The keeper also reads keys that another process made or revoked, and writes the audit of
 * refusals. */
#include "server/store/sqlite/keeper.h"

#include "server/base/log.h"
#include "server/store/audit_queue.h"
#include "server/store/key_cache.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/store_state.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MS = 300,
    BUSY_MS = 50, /* short, so that the keeper gives way to clients */
    SLICES_A_TICK = 4,
    SLICE_PAUSE_MS = 20, /* for waiting writers */
    HEADER_BYTES = 100,
    PAGES_WORTH = 256, /* with fewer pages in the log, a pass is not worth its two syncs */
    PAGES_LONG = 4096, /* with more pages, the log must begin anew */
    PASSES = 4,        /* with the gate open, before it is shut for the rest */
    CHANGES_AT = 24,
    WRITE_VERSION_AT = 18
};

struct keeper {
    struct store *store;
    pthread_t thread;
    bool shrinking, suspect;
    bool given;       /* pages were returned, but the file's new end is only in the log */
    uint32_t changes; /* the last value of the database's change counter */
    enum status trouble;
};

/* ---- a file that was overwritten in place, as by cp ---- */

static uint32_t get_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Reads the first bytes of the file through SQLite's own descriptor: another must never be
 * closed. */
static bool read_header(uint8_t out[HEADER_BYTES], struct db *db)
{
    sqlite3_file *file = NULL;

    return sqlite3_file_control(db->sqlite->h, "main", SQLITE_FCNTL_FILE_POINTER, &file) ==
               SQLITE_OK &&
           file && file->pMethods && file->pMethods->xRead(file, out, HEADER_BYTES, 0) == SQLITE_OK;
}

/* Whether it is still our database: in WAL mode, and with a change counter that has not gone
 * back. */
static bool header_is_ours(const uint8_t h[HEADER_BYTES], uint32_t changes)
{
    return memcmp(h, "SQLite format 3", 16) == 0 && h[WRITE_VERSION_AT] == 2 &&
           (int32_t)(get_u32(h + CHANGES_AT) - changes) >= 0;
}

static void check_header(struct keeper *k, struct db *db)
{
    uint8_t h[HEADER_BYTES] = {0};
    bool ours = read_header(h, db) && header_is_ours(h, k->changes);

    if (ours)
        k->changes = get_u32(h + CHANGES_AT);
    else if (k->suspect) /* a single time may be a checkpoint of ours that writes this page */
        store_set_overwritten(k->store);
    k->suspect = !ours;
}

/* ---- space ---- */

/* Returns one slice of pages, half a mebibyte, in about 10 ms. Returns whether there may be more.
 * Deleted values are in those pages. A client that writes meanwhile delays their end but does not
 * prevent it. */
static bool give_back_pages(struct keeper *k, struct db *db)
{
    struct err ignored = {0};
    int64_t before = 0, after = 0;
    int rc;

    if (db_int(&before, db, "PRAGMA freelist_count", &ignored) || before == 0)
        return false;
    rc = sqlite3_exec(db->sqlite->h, "PRAGMA incremental_vacuum(128)", NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return (rc & 0xff) == SQLITE_BUSY;
    k->given = true;
    return !db_int(&after, db, "PRAGMA freelist_count", &ignored) && after > 0 && after < before;
}

/* Returns a slice and checkpoints the log, for a small disk. Only then is the file shorter, and the
 * space free that the slice took in the log. The gate stays shut meanwhile, because a client's
 * write would be refused. */
static bool give_back_at_once(struct keeper *k, struct db *db)
{
    bool more;

    if (!gate_enter(&k->store->sqlite->gate, BUSY_MS))
        return true;
    more = give_back_pages(k, db);
    if (k->given)
        db_checkpoint(db);
    k->given = false;
    gate_leave(&k->store->sqlite->gate);
    return more;
}

/* Looks for space. The log is shortened first: after a failed write it may hold all the space. */
static void find_room(struct keeper *k, struct db *db)
{
    bool more = true;

    store_lock_room(k->store);
    db_checkpoint(db);
    for (int i = 0; more && i < SLICES_A_TICK; i++)
        more = give_back_at_once(k, db);
    if (files_make_reserve(&k->store->sqlite->files))
        store_set_full(k->store, false);
    store_unlock_room(k->store);
}

/* ---- the log ---- */

/* Runs a passive checkpoint. *pages: pages in the log; *left: those not in the database file yet.
 * Returns false when that is not known. */
static bool pass(struct db *db, int *pages, int *left)
{
    int done = 0, rc = sqlite3_wal_checkpoint_v2(db->sqlite->h, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                                 pages, &done);

    *left = *pages - done;
    return rc == SQLITE_OK && *pages >= 0;
}

static void empty_log(struct keeper *k, struct db *db)
{
    struct gate *gate = &k->store->sqlite->gate;
    int pages = 0, left = PAGES_WORTH, before;

    for (int i = 0; i < PASSES && left >= PAGES_WORTH; i++) {
        before = left;
        if (!pass(db, &pages, &left))
            return;
        if (i && left >= before)
            break; /* a reader still needs the log */
    }
    if (pages < PAGES_LONG || left >= PAGES_WORTH || !gate_enter(gate, db->sqlite->busy_timeout_ms))
        return;
    (void)pass(db, &pages, &left);
    gate_leave(gate);
}

/* If there is space, the log is copied after the last slice, so that no deleted values remain. */
static void shrink(struct keeper *k, struct db *db)
{
    if (!store_has_plenty(k->store)) {
        k->shrinking = give_back_at_once(k, db);
        return;
    }
    k->shrinking = give_back_pages(k, db);
    if (k->shrinking || !k->given)
        return;
    empty_log(k, db);
    k->given = false;
}

/* ---- the thread ---- */

static void tell(struct keeper *k)
{
    struct err e = {0};
    enum status st = sqlite_trouble(k->store, &e);

    if (st && st != k->trouble)
        log_msg(LOG_ERROR, "storage", "%s", e.message);
    else if (!st && k->trouble)
        log_msg(LOG_INFO, "storage", "the database can be written again");
    k->trouble = st;
}

static void tick(struct keeper *k)
{
    bool long_log = keeper_take_log(&k->store->sqlite->signal);
    struct db *db = NULL;
    struct err e = {0};

    if (db_get(&db, k->store, &e) == ST_OK) {
        sqlite3_busy_timeout(db->sqlite->h, BUSY_MS);
        check_header(k, db);
        if (files_check(&k->store->sqlite->files, &e) != ST_OK) {
            /* saves what a log without a name holds while that is possible */
            sqlite3_wal_checkpoint_v2(db->sqlite->h, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        } else {
            if (store_is_full(k->store))
                find_room(k, db);
            else if (k->shrinking)
                shrink(k, db);
            if (long_log)
                empty_log(k, db);
            key_cache_tick(k->store, db);
            (void)audit_queue_tick(k->store->audit, db, clock_ms(), clock_monotonic_ms());
        }
    }
    tell(k);
}

static void flush_audit(struct store *s)
{
    struct db *db = NULL;
    struct err ignored = {0};

    if (!db_get(&db, s, &ignored))
        audit_queue_flush(s->audit, db);
}

static void *run(void *ctx)
{
    struct keeper *k = ctx;

    while (keeper_wait(&k->store->sqlite->signal, k->shrinking ? SLICE_PAUSE_MS : TICK_MS,
                       &k->shrinking))
        tick(k);
    key_cache_note_use(k->store);
    flush_audit(k->store);
    return NULL;
}

enum status keeper_start(struct store *s, struct err *e)
{
    struct keeper *k = calloc(1, sizeof(*k));
    int rc;

    if (!k)
        return err_nomem(e, sizeof(*k));
    k->store = s;
    k->shrinking = true; /* for pages that the previous daemon had not returned when it ended */
    s->sqlite->kept = true;
    rc = pthread_create(&k->thread, NULL, run, k);
    if (rc) {
        s->sqlite->kept = false;
        free(k);
        return err_set(e, ST_IO, "cannot start the database's thread: %s", strerror(rc));
    }
    s->sqlite->keeper = k;
    return ST_OK;
}

void keeper_stop(struct keeper *k)
{
    if (!k)
        return;
    keeper_wake_to_stop(&k->store->sqlite->signal);
    pthread_join(k->thread, NULL);
    k->store->sqlite->kept = false;
    free(k);
}
