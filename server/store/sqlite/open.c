/* open.c - opens, locks and migrates the file of a store. */
#include "server/store/sqlite/open.h"

#include "server/store/audit_queue.h"
#include "server/store/blob.h"
#include "server/store/key_cache.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/keeper.h"
#include "server/store/sqlite/migrate.h"
#include "server/store/sqlite/store_state.h"

/* Opens the database and brings it to the newest schema. */
static enum status open_file(struct store *s, bool as_is, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (st || as_is)
        return st ? st : check_ours(db, s->sqlite->path, e);
    st = migrate(db, s->sqlite->path, e);
    return st ? st : key_cache_load(s, e);
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
    enum status st = files_lock(&s->sqlite->files, e);

    s->exclusive = !st;
    if (!st)
        st = open_file(s, as_is, e);
    if (st == ST_FULL && files_drop_reserve(&s->sqlite->files)) /* then something can be deleted */
        st = open_file(s, as_is, e);
    if (!st)
        st = files_hold(&s->sqlite->files, e);
    if (!st)
        atomic_store(&s->sqlite->full, !files_make_reserve(&s->sqlite->files));
    if (!st && !as_is)
        collect_parts(s); /* no process is writing any now */
    return st ? st : keeper_start(s, e);
}

enum status sqlite_open(struct store *s, const struct store_config *c, struct err *e)
{
    enum status st = store_state_new(s, c->path, c->busy_timeout_ms, e);

    if (st)
        return st;
    return c->exclusive ? open_exclusively(s, c->as_is, e) : open_file(s, c->as_is, e);
}

void sqlite_stop(struct store *s)
{
    if (!s->sqlite)
        return;
    keeper_stop(s->sqlite->keeper);
    connections_settle_log(s);
}

void sqlite_announce(struct store *s, const char *url)
{
    files_announce(&s->sqlite->files, url);
}

bool store_announced(char url[STORE_ADDRESS_MAX], const char *path)
{
    return files_announced(url, STORE_ADDRESS_MAX, path);
}
