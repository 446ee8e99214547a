/* connection.c - see connection.h. */
#include "server/store/connection.h"

#include "server/store/state.h"

#include <pthread.h>
#include <stdlib.h>

enum status db_open_another(struct db *db, struct store *s, struct err *e)
{
    *db = (struct db){.driver = s->driver, .store = s};
    return s->driver->connect(db, s, e);
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
        return s->driver->reset(&c->db, e);
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

enum status store_delete_by(struct store *s, deletion *fn, const void *ctx, struct err *e)
{
    return s->driver->delete_by(s, fn, ctx, e);
}

/* ---- all connections ---- */

bool connections_init(struct store *s)
{
    return pthread_key_create(&s->key, close_connection) == 0;
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
    s->connections = NULL;
}
