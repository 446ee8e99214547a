/* key_cache.c - see key_cache.h.
 *
 * The entries are sorted by digest. A load reads the table into new entries and then exchanges
 * them, so that a look-up always sees a consistent state of all keys. */
#include "server/store/key_cache.h"

#include "server/base/log.h"
#include "server/store/connection.h"
#include "server/store/digest.h"
#include "server/store/key_row.h"
#include "server/store/state.h"

#include <stdlib.h>
#include <string.h>

enum { NOTE_USE_MS = 60000 };

struct entry {
    char digest[DIGEST_LEN + 1];
    struct access access;
    bool revoked;
    int64_t used_at, noted_at; /* ms since 1970: last use; last use as the table has it */
};

struct entries {
    struct entry *items; /* (count), by digest */
    int count;
};

struct key_cache {
    pthread_mutex_t loading; /* one load at a time, so that an older one never wins */
    pthread_mutex_t lock;    /* of entries */
    struct entries entries;
    atomic_bool needed; /* there is a key */
    atomic_bool stale;  /* a load has failed */
    /* Used by the keeper only. */
    int64_t data_version, next_note_ms;
};

static enum status cache_new(struct key_cache **out, struct err *e)
{
    struct key_cache *c = calloc(1, sizeof(*c));

    *out = NULL;
    if (!c || pthread_mutex_init(&c->loading, NULL)) {
        free(c);
        return err_nomem(e, sizeof(*c));
    }
    if (pthread_mutex_init(&c->lock, NULL)) {
        (void)pthread_mutex_destroy(&c->loading);
        free(c);
        return err_nomem(e, 0);
    }
    *out = c;
    return ST_OK;
}

void key_cache_free(struct key_cache *c)
{
    if (!c)
        return;
    (void)pthread_mutex_destroy(&c->loading);
    (void)pthread_mutex_destroy(&c->lock);
    free(c->entries.items);
    free(c);
}

/* ---- look-ups ---- */

static int compare(const void *digest, const void *entry)
{
    return memcmp(digest, ((const struct entry *)entry)->digest, DIGEST_LEN);
}

static struct entry *find(const struct entries *all, const char *digest)
{
    struct entry *hit =
        all->count ? bsearch(digest, all->items, (size_t)all->count, sizeof(*all->items), compare)
                   : NULL;

    return hit && digest_same(hit->digest, digest) ? hit : NULL;
}

bool store_keys_needed(struct store *s)
{
    return s->keys && atomic_load(&s->keys->needed);
}

bool store_key_find(struct access *out, enum key_state *state, struct store *s, const char *text)
{
    char digest[DIGEST_LEN + 1];
    int64_t now = clock_coarse_ms();
    struct entry *hit;
    bool found;

    if (!s->keys || strlen(text) != KEY_TEXT_LEN)
        return false;
    digest_hex(digest, text, KEY_TEXT_LEN);
    (void)pthread_mutex_lock(&s->keys->lock);
    hit = find(&s->keys->entries, digest);
    found = hit != NULL;
    if (found) {
        const struct key k = {.access = hit->access, .revoked_at = hit->revoked};

        *out = hit->access;
        *state = key_state(&k, now);
        if (*state == KEY_ACTIVE)
            hit->used_at = now;
    }
    (void)pthread_mutex_unlock(&s->keys->lock);
    return found;
}

int64_t key_cache_limit(struct store *s, int64_t key, enum access_limit limit)
{
    int64_t value = 0;

    if (!s->keys || !key)
        return 0;
    (void)pthread_mutex_lock(&s->keys->lock);
    for (int i = 0; i < s->keys->entries.count; i++)
        if (s->keys->entries.items[i].access.id == key)
            value = s->keys->entries.items[i].access.limit[limit];
    (void)pthread_mutex_unlock(&s->keys->lock);
    return value;
}

/* ---- loading ---- */

static enum status read_all(struct entries *out, struct db *db, struct err *e)
{
    struct stmt q;
    enum status st = ST_OK, end;
    int room = 0;

    stmt_open(&q, db, e, "SELECT " KEY_COLUMNS " FROM api_key ORDER BY digest");
    while (!st && stmt_row(&q)) {
        struct key k;
        struct entry *x;

        if (out->count == room) {
            struct entry *more;

            room = room ? 2 * room : 16;
            more = realloc(out->items, (size_t)room * sizeof(*more));
            if (!more) {
                st = err_nomem(e, (size_t)room * sizeof(*more));
                break;
            }
            out->items = more;
        }
        x = &out->items[out->count++];
        key_read_row(&k, &q);
        *x = (struct entry){.access = k.access,
                            .revoked = k.revoked_at != 0,
                            .used_at = k.last_used_at,
                            .noted_at = k.last_used_at};
        stmt_copy(&q, KEY_COLUMN_DIGEST, x->digest, sizeof(x->digest));
    }
    end = stmt_close(&q);
    return st ? st : end;
}

/* Exchanges the entries. Uses that the table does not have yet are kept. */
static void exchange(struct key_cache *c, struct entries *all)
{
    struct entries old;

    (void)pthread_mutex_lock(&c->lock);
    for (int i = 0; i < all->count; i++) {
        const struct entry *was = find(&c->entries, all->items[i].digest);

        if (was && was->used_at > all->items[i].used_at)
            all->items[i].used_at = was->used_at;
    }
    old = c->entries;
    c->entries = *all;
    (void)pthread_mutex_unlock(&c->lock);
    free(old.items);
    atomic_store(&c->needed, all->count > 0);
}

static enum status load(struct key_cache *c, struct db *db, struct err *e)
{
    struct entries all = {0};
    enum status st;

    (void)pthread_mutex_lock(&c->loading);
    st = read_all(&all, db, e);
    if (!st)
        exchange(c, &all);
    else
        free(all.items);
    atomic_store(&c->stale, st != ST_OK);
    (void)pthread_mutex_unlock(&c->loading);
    return st;
}

enum status key_cache_load(struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = s->keys ? ST_OK : cache_new(&s->keys, e);

    if (!st)
        st = db_get(&db, s, e);
    return st ? st : load(s->keys, db, e);
}

/* ---- use ---- */

struct used {
    int64_t id, at;
};

/* Returns the keys whose last use is newer than in the table, malloc'ed. They count as written from
 * here on. */
static struct used *take_used(int *n, struct key_cache *c)
{
    struct used *list = NULL;

    *n = 0;
    (void)pthread_mutex_lock(&c->lock);
    if (c->entries.count)
        list = calloc((size_t)c->entries.count, sizeof(*list));
    for (int i = 0; list && i < c->entries.count; i++) {
        struct entry *x = &c->entries.items[i];

        if (x->used_at > x->noted_at)
            list[(*n)++] = (struct used){x->access.id, x->used_at};
        x->noted_at = x->used_at;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return list;
}

struct noting {
    const struct used *list;
    int n;
};

static enum status write_use(struct db *db, void *ctx, struct err *e)
{
    const struct noting *w = ctx;
    struct stmt q;

    stmt_open(&q, db, e, "UPDATE api_key SET last_used_at = :at WHERE id = :id");
    for (int i = 0; i < w->n; i++) {
        stmt_bind_i64(&q, ":at", w->list[i].at);
        stmt_bind_i64(&q, ":id", w->list[i].id);
        stmt_run(&q);
    }
    return stmt_close(&q);
}

static void note_use(struct key_cache *c, struct db *db)
{
    struct noting w = {0};
    struct err ignored = {0};
    struct used *list = take_used(&w.n, c);

    w.list = list;
    if (w.n)
        (void)transaction_write_relaxed(db, write_use, &w, &ignored);
    free(list);
}

void key_cache_note_use(struct store *s)
{
    struct db *db = NULL;
    struct err ignored = {0};

    if (s->keys && !db_get(&db, s, &ignored))
        note_use(s->keys, db);
}

void key_cache_tick(struct store *s, struct db *db)
{
    struct key_cache *c = s->keys;
    int64_t now = clock_monotonic_ms(), version = 0;
    struct err e = {0};

    if (!c || db->driver->data_version(&version, db, &e))
        return;
    if ((version != c->data_version || atomic_load(&c->stale)) && load(c, db, &e))
        log_msg(LOG_ERROR, "keys", "the keys cannot be read: %s", e.message);
    else
        c->data_version = version;
    if (now < c->next_note_ms)
        return;
    if (c->next_note_ms)
        note_use(c, db);
    c->next_note_ms = now + NOTE_USE_MS;
}
