/* open.c - opens and closes a store, and passes on what its driver does; see store.h. */
#include "server/store/store.h"

#include "server/base/database_url.h"
#include "server/store/audit_queue.h"
#include "server/store/connection.h"
#include "server/store/key_cache.h"
#include "server/store/state.h"
#include "server/store/training.h"

static enum status find_driver(const struct driver **out, const char *database, struct err *e)
{
    *out = &sqlite_driver;
    if (!database_is_url(database))
        return ST_OK;
#ifdef LSTMD_POSTGRES
    (void)e;
    *out = &postgres_driver;
    return ST_OK;
#else
    return err_set(e, ST_INVALID,
                   "this lstmd was built without PostgreSQL (make PG=0): give a file as database, "
                   "or build it with libpq");
#endif
}

enum status store_open(struct store **out, const struct store_config *c, struct err *e)
{
    const struct driver *driver;
    struct store *s;
    enum status st = find_driver(&driver, c->path, e);

    if (!st)
        st = state_new(&s, driver, e);
    if (st)
        return st;
    if (!connections_init(s)) {
        state_free(s);
        return err_nomem(e, 0);
    }
    s->max_bytes = c->max_bytes;
    st = training_new(&s->training, e);
    if (!st && !c->as_is)
        st = audit_queue_new(&s->audit, c->keep_audit_days, e);
    if (!st)
        st = s->driver->open(s, c, e);
    if (st) {
        store_close(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    s->driver->stop(s);
    connections_close(s);
    key_cache_free(s->keys);
    audit_queue_free(s->audit);
    training_free(s->training);
    s->driver->release(s);
    state_free(s);
}

void store_announce(struct store *s, const char *url)
{
    s->driver->announce(s, url);
}

enum status store_schema_version(int *out, struct store *s, struct err *e)
{
    return s->driver->schema_version(out, s, e);
}

enum status store_ping(struct store *s, struct err *e)
{
    return s->driver->ping(s, e);
}

enum status store_trouble(struct store *s, struct err *e)
{
    return s->driver->trouble(s, e);
}

void store_disk(int64_t *free_bytes, int64_t *size, const struct store *s)
{
    s->driver->disk(free_bytes, size, s);
}

int64_t store_last_backup(const struct store *s)
{
    return s->driver->last_backup(s);
}

enum status store_backup(struct store *s, const char *to, struct err *e)
{
    return s->driver->backup(s, to, e);
}

enum status store_restore(struct store *from, const char *to, char kept[PATH_MAX], struct err *e)
{
    return from->driver->restore(from, to, kept, e);
}
