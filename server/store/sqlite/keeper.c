/* keeper.c - see keeper.h.
 *
 * Pages are given back to the file system a few at a time: each slice is a short transaction,
 * between which clients write.
 *
 * A passive checkpoint holds up nobody: others read and write beside it. The log begins anew when a
 * writer finds all of it in the database file. Where writers never pause that moment has to be
 * made: once the log is long, what has come since the last pass, which is little, is brought over
 * with the writers' gate shut.
 *
 * Keys that another process made or revoked are read, too. */
#include "server/store/sqlite/keeper.h"

#include "server/base/log.h"
#include "server/store/key_cache.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/store_state.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MS = 300,
    BUSY_MS = 50, /* the keeper gives way to clients */
    SLICES_A_TICK = 4,
    SLICE_PAUSE_MS = 20, /* for the writers that wait meanwhile */
    HEADER_BYTES = 100,
    PAGES_WORTH = 256, /* in the log from which a pass is worth its two syncs */
    PAGES_LONG = 4096, /* from which the log is to begin anew */
    PASSES = 4,        /* with the gate open, before it is shut for the rest */
    CHANGES_AT = 24,
    WRITE_VERSION_AT = 18
};

struct keeper {
    struct store *store;
    pthread_t thread;
    bool shrinking, suspect;
    bool given;       /* pages that the file still has: their end is in the log alone */
    uint32_t changes; /* the database's counter when it was last seen */
    enum status trouble;
};

/* ---- a file that was overwritten in place, as cp does ---- */

static uint32_t get_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The first bytes of the file, by SQLite's own descriptor: another one must never be closed. */
static bool read_header(uint8_t out[HEADER_BYTES], struct db *db)
{
    sqlite3_file *file = NULL;

    return sqlite3_file_control(db->h, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK &&
           file && file->pMethods && file->pMethods->xRead(file, out, HEADER_BYTES, 0) == SQLITE_OK;
}

/* A database of ours is in WAL mode, and its counter of changes never goes back. */
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
    else if (k->suspect) /* once may be a checkpoint of ours that is writing that page */
        store_set_overwritten(k->store);
    k->suspect = !ours;
}

/* ---- room ---- */

/* One slice, half a mebibyte, whose transaction takes some 10 ms; whether there may be more to do.
 * Values that were deleted lie in those pages: a client that writes meanwhile delays their end and
 * does not prevent it. */
static bool give_back_pages(struct keeper *k, struct db *db)
{
    struct err ignored = {0};
    int64_t before = 0, after = 0;
    int rc;

    if (db_int(&before, db, "PRAGMA freelist_count", &ignored) || before == 0)
        return false;
    rc = sqlite3_exec(db->h, "PRAGMA incremental_vacuum(128)", NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return (rc & 0xff) == SQLITE_BUSY;
    k->given = true;
    return !db_int(&after, db, "PRAGMA freelist_count", &ignored) && after > 0 && after < before;
}

/* A slice and the log behind it, for a small disk: only then is the file shorter, and the room
 * there again that the slice took in the log. No client writes between, whom that would be
 * refused. */
static bool give_back_at_once(struct keeper *k, struct db *db)
{
    bool more;

    if (!gate_enter(&k->store->gate, BUSY_MS))
        return true;
    more = give_back_pages(k, db);
    if (k->given)
        db_checkpoint(db);
    k->given = false;
    gate_leave(&k->store->gate);
    return more;
}

/* The log is cut back first: after a write that failed it holds the room that there was. */
static void find_room(struct keeper *k, struct db *db)
{
    bool more = true;

    store_lock_room(k->store);
    db_checkpoint(db);
    for (int i = 0; more && i < SLICES_A_TICK; i++)
        more = give_back_at_once(k, db);
    if (files_make_reserve(&k->store->files))
        store_set_full(k->store, false);
    store_unlock_room(k->store);
}

/* ---- the log ---- */

/* Pages in the log, and how many of them the database file does not have; false: not to be known
 * now. */
static bool pass(struct db *db, int *pages, int *left)
{
    int done = 0,
        rc = sqlite3_wal_checkpoint_v2(db->h, NULL, SQLITE_CHECKPOINT_PASSIVE, pages, &done);

    *left = *pages - done;
    return rc == SQLITE_OK && *pages >= 0;
}

static void empty_log(struct keeper *k, struct db *db)
{
    struct gate *gate = &k->store->gate;
    int pages = 0, left = PAGES_WORTH, before;

    for (int i = 0; i < PASSES && left >= PAGES_WORTH; i++) {
        before = left;
        if (!pass(db, &pages, &left))
            return;
        if (i && left >= before)
            break; /* a reader needs what is there */
    }
    if (pages < PAGES_LONG || left >= PAGES_WORTH || !gate_enter(gate, db->busy_timeout_ms))
        return;
    (void)pass(db, &pages, &left);
    gate_leave(gate);
}

/* Where there is room the log is brought over after the last slice, so that nothing of the values
 * stays. */
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
    enum status st = store_trouble(k->store, &e);

    if (st && st != k->trouble)
        log_msg(LOG_ERROR, "storage", "%s", e.message);
    else if (!st && k->trouble)
        log_msg(LOG_INFO, "storage", "the database can be written again");
    k->trouble = st;
}

static void tick(struct keeper *k)
{
    bool long_log = keeper_take_log(&k->store->signal);
    struct db *db = NULL;
    struct err e = {0};

    if (db_get(&db, k->store, &e) == ST_OK) {
        sqlite3_busy_timeout(db->h, BUSY_MS);
        check_header(k, db);
        if (files_check(&k->store->files, &e) != ST_OK) {
            /* what a log without a name holds is saved while we can */
            sqlite3_wal_checkpoint_v2(db->h, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        } else {
            if (store_is_full(k->store))
                find_room(k, db);
            else if (k->shrinking)
                shrink(k, db);
            if (long_log)
                empty_log(k, db);
            key_cache_tick(k->store, db);
        }
    }
    tell(k);
}

static void *run(void *ctx)
{
    struct keeper *k = ctx;

    while (keeper_wait(&k->store->signal, k->shrinking ? SLICE_PAUSE_MS : TICK_MS, &k->shrinking))
        tick(k);
    key_cache_note_use(k->store);
    return NULL;
}

enum status keeper_start(struct store *s, struct err *e)
{
    struct keeper *k = calloc(1, sizeof(*k));
    int rc;

    if (!k)
        return err_nomem(e, sizeof(*k));
    k->store = s;
    k->shrinking = true; /* what the daemon before had not given back when it ended */
    s->kept = true;
    rc = pthread_create(&k->thread, NULL, run, k);
    if (rc) {
        s->kept = false;
        free(k);
        return err_set(e, ST_IO, "cannot start the database's thread: %s", strerror(rc));
    }
    s->keeper = k;
    return ST_OK;
}

void keeper_stop(struct keeper *k)
{
    if (!k)
        return;
    keeper_wake_to_stop(&k->store->signal);
    pthread_join(k->thread, NULL);
    k->store->kept = false;
    free(k);
}
