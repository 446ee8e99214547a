/* open.c - see open.h. */
#include "server/store/postgres/open.h"

#include "server/store/blob.h"
#include "server/store/connection.h"
#include "server/store/key_cache.h"
#include "server/store/postgres/conn.h"
#include "server/store/postgres/guard.h"
#include "server/store/postgres/migrate.h"
#include "server/store/postgres/url.h"
#include "server/store/state.h"

#include <stdlib.h>
#include <string.h>

static enum status new_state(struct store *s, const struct store_config *c, struct err *e)
{
    struct postgres_store *own = calloc(1, sizeof(*own));

    if (!own)
        return err_nomem(e, sizeof(*own));
    s->postgres = own;
    own->lock_timeout_ms = c->busy_timeout_ms;
    own->url = strdup(c->path);
    return own->url ? url_where(own->where, sizeof(own->where), c->path, e) : err_nomem(e, 0);
}

/* Parts of blobs that were never finished; no process is writing any now. */
static void collect_parts(struct store *s)
{
    struct db *db = NULL;
    struct err ignored = {0};

    if (db_get(&db, s, &ignored) == ST_OK)
        blob_collect(db, true);
}

enum status postgres_open(struct store *s, const struct store_config *c, struct err *e)
{
    struct db *db = NULL;
    enum status st = new_state(s, c, e);

    if (!st && c->exclusive)
        st = guard_take(s, e);
    if (!st)
        st = db_get(&db, s, e);
    if (!st && !c->as_is)
        st = postgres_migrate(db, s->postgres->where, e);
    if (!st && !c->as_is)
        st = key_cache_load(s, e);
    if (st || !c->exclusive || c->as_is)
        return st;
    collect_parts(s);
    return guard_start(s, e);
}

enum status postgres_connect(struct db *db, struct store *s, struct err *e)
{
    return postgres_open_url(db, s->postgres->url, s->postgres->where, s->postgres->lock_timeout_ms,
                             e);
}

void postgres_stop(struct store *s)
{
    if (s->postgres)
        guard_stop(s);
}

void postgres_release(struct store *s)
{
    if (!s->postgres)
        return;
    if (s->postgres->url)
        explicit_bzero(s->postgres->url, strlen(s->postgres->url));
    free(s->postgres->url);
    free(s->postgres);
    s->postgres = NULL;
}

void postgres_announce(struct store *s, const char *url)
{
    (void)s;
    (void)url;
}

static enum status not_ours(struct store *s, const char *what, struct err *e)
{
    return err_set(e, ST_INVALID,
                   "%s of %.200s is done with PostgreSQL's own programs: pg_dump and pg_restore, "
                   "or pgBackRest",
                   what, s->postgres->where);
}

enum status postgres_backup(struct store *s, const char *to, struct err *e)
{
    (void)to;
    return not_ours(s, "a backup", e);
}

enum status postgres_restore(struct store *from, const char *to, char kept[PATH_MAX], struct err *e)
{
    (void)to;
    kept[0] = '\0';
    return not_ours(from, "the restoration", e);
}

/* The server checks its pages by checksums, and its references at every write. */
enum status postgres_check(struct db *db, driver_report *report, void *ctx, struct err *e)
{
    (void)db;
    (void)report;
    (void)ctx;
    (void)e;
    return ST_OK;
}
