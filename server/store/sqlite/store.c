/* store.c - opens, locks, migrates and closes a store; see store.h. */
#include "server/store/store.h"

#include "server/store/audit_queue.h"
#include "server/store/blob.h"
#include "server/store/key_cache.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/keeper.h"
#include "server/store/sqlite/migrate.h"
#include "server/store/sqlite/store_state.h"
#include "server/store/training.h"

/* Opens the database and brings it to the newest schema. */
static enum status open_file(struct store *s, bool as_is, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (st || as_is)
        return st ? st : check_ours(db, s->path, e);
    st = migrate(db, s->path, e);
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
    enum status st = files_lock(&s->files, e);

    if (!st)
        st = open_file(s, as_is, e);
    if (st == ST_FULL && files_drop_reserve(&s->files)) /* then something can be deleted */
        st = open_file(s, as_is, e);
    if (!st)
        st = files_hold(&s->files, e);
    if (!st)
        atomic_store(&s->full, !files_make_reserve(&s->files));
    if (!st && !as_is)
        collect_parts(s); /* no process is writing any now */
    return st ? st : keeper_start(s, e);
}

enum status store_open(struct store **out, const struct store_config *c, struct err *e)
{
    struct store *s;
    enum status st = store_state_new(&s, c->path, c->busy_timeout_ms, e);

    if (st)
        return st;
    if (!connections_init(s)) {
        store_state_free(s);
        return err_nomem(e, 0);
    }
    s->max_bytes = c->max_bytes;
    st = training_new(&s->training, e);
    if (!st && !c->as_is)
        st = audit_queue_new(&s->audit, c->keep_audit_days, e);
    if (!st)
        st = c->exclusive ? open_exclusively(s, c->as_is, e) : open_file(s, c->as_is, e);
    if (st) {
        store_close(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

void store_announce(struct store *s, const char *url)
{
    files_announce(&s->files, url);
}

bool store_announced(char url[STORE_ADDRESS_MAX], const char *path)
{
    return files_announced(url, STORE_ADDRESS_MAX, path);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    keeper_stop(s->keeper);
    connections_settle_log(s);
    connections_close(s);
    key_cache_free(s->keys);
    audit_queue_free(s->audit);
    training_free(s->training);
    store_state_free(s);
}
