/* cache.c - see cache.h.
 *
 * One lock guards the list and the counts; a model is loaded outside of it, with its entry in the list in
 * state LOADING, so that others wait for that model only. Which version is the newest is remembered by
 * name: every writer of the file is in this process and says so with cache_drop(). */
#include "server/jobs/cache.h"

#include "server/jobs/describe.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum entry_state { LOADING, LOADED, FAILED };

struct entry {
    struct model model; /* first: a model that was given out is its entry */
    enum entry_state state;
    struct err error; /* of FAILED */
    bool newest;      /* the newest version of its name, as far as anybody has said */
    bool detached;    /* no longer in the list; freed at its last release */
    unsigned refs;
    size_t bytes;
    uint64_t used; /* of the clock, for least recently used */
    struct entry *next;
};

struct cache {
    struct store *store;
    size_t max_bytes, bytes;
    pthread_mutex_t lock;
    pthread_cond_t loaded;
    struct entry *head;
    uint64_t clock;
    uint64_t drops; /* grows with every cache_drop(): what was read before may be stale */
    uint64_t hits, misses, evictions;
    int models;
};

enum status cache_new(struct cache **out, struct store *s, size_t max_bytes, struct err *e)
{
    struct cache *c = calloc(1, sizeof(*c));

    if (!c)
        return err_nomem(e, sizeof(*c));
    c->store = s;
    c->max_bytes = max_bytes;
    if (pthread_mutex_init(&c->lock, NULL)) {
        free(c);
        return err_nomem(e, 0);
    }
    if (pthread_cond_init(&c->loaded, NULL)) {
        pthread_mutex_destroy(&c->lock);
        free(c);
        return err_nomem(e, 0);
    }
    *out = c;
    return ST_OK;
}

static void entry_free(struct entry *n)
{
    forecaster_free((struct forecaster *)n->model.forecaster);
    tagger_free((struct tagger *)n->model.tagger);
    free((struct timeline *)n->model.time);
    free(n);
}

void cache_free(struct cache *c)
{
    if (!c)
        return;
    while (c->head) {
        struct entry *n = c->head;

        c->head = n->next;
        entry_free(n);
    }
    pthread_cond_destroy(&c->loaded);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- under the lock ---- */

static void unlink_entry(struct cache *c, struct entry *n)
{
    struct entry **p = &c->head;

    while (*p && *p != n)
        p = &(*p)->next;
    if (*p)
        *p = n->next;
    n->detached = true;
    c->bytes -= n->bytes;
    c->models -= n->state == LOADED;
}

static void detach(struct cache *c, struct entry *n)
{
    unlink_entry(c, n);
    if (n->refs == 0)
        entry_free(n);
}

static struct entry *find(struct cache *c, const char *name, int64_t version)
{
    for (struct entry *n = c->head; n; n = n->next)
        if (strcmp(n->model.name, name) == 0 && (version ? n->model.version == version : n->newest))
            return n;
    return NULL;
}

/* Frees what nobody uses, the longest unused first, until the rest fits. */
static void evict(struct cache *c)
{
    while (c->bytes > c->max_bytes) {
        struct entry *oldest = NULL;

        for (struct entry *n = c->head; n; n = n->next)
            if (n->refs == 0 && (!oldest || n->used < oldest->used))
                oldest = n;
        if (!oldest)
            return;
        detach(c, oldest);
        c->evictions++;
    }
}

static void unref(struct cache *c, struct entry *n)
{
    if (--n->refs > 0)
        return;
    if (n->detached)
        entry_free(n);
    else
        evict(c);
}

static struct entry *add(struct cache *c, const struct model_version *v)
{
    struct entry *n = calloc(1, sizeof(*n));

    if (!n)
        return NULL;
    memcpy(n->model.name, v->name, sizeof(n->model.name));
    memcpy(n->model.digest, v->digest, sizeof(n->model.digest));
    n->model.version = v->version;
    n->next = c->head;
    c->head = n;
    return n;
}

/* ---- loading ---- */

/* Without the lock; n is LOADING, so only this thread touches it. */
static enum status load(struct entry *n, struct store *s, struct err *e)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum status st = store_model_checkpoint(&bytes, &len, s, n->model.name, n->model.version, e);

    if (!st)
        st = model_load(&n->model, bytes, len, e);
    free(bytes);
    if (st == ST_CORRUPT) /* it was checked before it was stored: not the client's fault */
        st = e->status = ST_INTERNAL;
    return st;
}

static size_t size_of(const struct entry *n)
{
    size_t size = sizeof(*n);

    if (n->model.forecaster)
        size += forecaster_bytes(n->model.forecaster) +
                (size_t)forecaster_num_series(n->model.forecaster) * sizeof(struct timeline);
    if (n->model.tagger)
        size += tagger_bytes(n->model.tagger);
    return size;
}

/* Called with the lock; gives it up while loading. n has a reference of the caller's. */
static void load_entry(struct cache *c, struct entry *n)
{
    struct err e = {0};
    enum status st;

    c->misses++;
    pthread_mutex_unlock(&c->lock);
    st = load(n, c->store, &e);
    pthread_mutex_lock(&c->lock);
    n->state = st ? FAILED : LOADED;
    n->error = e;
    if (!n->detached && !st) {
        n->bytes = size_of(n);
        c->bytes += n->bytes;
        c->models++;
    }
    pthread_cond_broadcast(&c->loaded);
}

/* Takes a reference to n when it is loaded, waiting for that; else its error. Called with the lock. */
static enum status use(const struct model **out, struct cache *c, struct entry *n, struct err *e)
{
    enum status st = ST_OK;

    n->refs++;
    n->used = ++c->clock;
    while (n->state == LOADING)
        pthread_cond_wait(&c->loaded, &c->lock);
    if (n->state == FAILED) {
        *e = n->error;
        st = n->error.status;
        unref(c, n);
    } else {
        *out = &n->model;
    }
    return st;
}

/* Loads a version that is not in the list; the loader's reference becomes the caller's. Called with the
 * lock. */
static enum status enter_new(const struct model **out, struct cache *c,
                             const struct model_version *v, bool newest, struct err *e)
{
    struct entry *n = add(c, v);
    enum status st;

    if (!n)
        return err_nomem(e, sizeof(*n));
    n->refs = 1;
    n->newest = newest;
    load_entry(c, n);
    if (n->state == LOADED) {
        *out = &n->model;
        return ST_OK;
    }
    *e = n->error;
    st = n->error.status;
    if (!n->detached)
        unlink_entry(c, n); /* the next request tries again */
    unref(c, n);
    return st;
}

/* The entry of a version that the store knows: there already, or loaded now. Called with the lock. */
static enum status enter(const struct model **out, struct cache *c, const struct model_version *v,
                         bool newest, struct err *e)
{
    struct entry *n = find(c, v->name, v->version);
    enum status st;

    if (n && strcmp(n->model.digest, v->digest) == 0) {
        n->newest = n->newest || newest;
        return use(out, c, n, e);
    }
    if (n)
        detach(c, n); /* the name was deleted and made again */
    st = enter_new(out, c, v, newest, e);
    evict(c);
    return st;
}

enum status cache_acquire(const struct model **out, struct cache *c, const char *name,
                          int64_t version, struct err *e)
{
    struct model_version v = {0};
    struct entry *n;
    uint64_t drops;
    enum status st;

    pthread_mutex_lock(&c->lock);
    n = find(c, name, version);
    if (n) {
        c->hits++;
        st = use(out, c, n, e);
        pthread_mutex_unlock(&c->lock);
        return st;
    }
    drops = c->drops;
    pthread_mutex_unlock(&c->lock);
    st = store_model_get(&v, c->store, name, version, e);
    if (!st) {
        pthread_mutex_lock(&c->lock);
        /* a version that came meanwhile makes this one not the newest */
        st = enter(out, c, &v, version == 0 && c->drops == drops, e);
        pthread_mutex_unlock(&c->lock);
    }
    model_version_release(&v);
    return st;
}

void cache_release(struct cache *c, const struct model *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&c->lock);
    unref(c, (struct entry *)m);
    pthread_mutex_unlock(&c->lock);
}

void cache_drop(struct cache *c, const char *name)
{
    struct entry *next;

    pthread_mutex_lock(&c->lock);
    c->drops++;
    for (struct entry *n = c->head; n; n = next) {
        next = n->next;
        if (strcmp(n->model.name, name) == 0)
            detach(c, n);
    }
    pthread_mutex_unlock(&c->lock);
}

void cache_totals(struct cache *c, uint64_t *hits, uint64_t *misses, uint64_t *evictions,
                  size_t *bytes, int *models)
{
    pthread_mutex_lock(&c->lock);
    *hits = c->hits;
    *misses = c->misses;
    *evictions = c->evictions;
    *bytes = c->bytes;
    *models = c->models;
    pthread_mutex_unlock(&c->lock);
}
