/* room.c - what must work while the disk is full: deleting, and reporting the state of the
 * store. */
#include "server/store/sqlite/room.h"

#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/store_state.h"

enum status sqlite_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e)
{
    enum status st = fn(s, ctx, e);
    struct err ignored = {0};
    struct db *db = NULL;

    if (st != ST_FULL || db_get(&db, s, &ignored))
        return st;
    store_lock_room(s);
    (void)files_drop_reserve(&s->sqlite->files);
    st = fn(s, ctx, e);
    if (st == ST_FULL) { /* after a failed write the log may hold the space */
        db_checkpoint(db);
        st = fn(s, ctx, e);
    }
    store_unlock_room(s);
    return st;
}

enum status sqlite_ping(struct store *s, struct err *e)
{
    struct db *db = NULL;
    int64_t n = 0;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = db_int(&n, db, "SELECT count(*) FROM sqlite_schema WHERE rowid = 1", e);
    return st ? st : sqlite_trouble(s, e);
}

/* A file from another program may have another page size than PAGE_BYTES. */
enum status sqlite_used_bytes(int64_t *out, struct db *db, struct err *e)
{
    int64_t pages = 0, unused = 0, size = PAGE_BYTES;
    enum status st = db_page_count(&pages, db, e);

    if (!st)
        st = db_int(&unused, db, "PRAGMA freelist_count", e);
    if (!st)
        st = db_int(&size, db, "PRAGMA page_size", e);
    *out = (pages - unused) * size;
    return st;
}
