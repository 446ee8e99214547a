/* model_cache.c - see model_cache.h.
 *
 * One lock guards the table and the counts. It is not held while a model is loaded. Meanwhile the
 * model's entry is in the table with the state LOADING, so that other threads wait only for that
 * model.
 *
 * An entry remembers whether its version serves, and some of its aliases. That is possible because
 * every writer of the database is in this process and calls model_cache_change_end(). Another
 * thread may see a change in the store before its writer makes that call. So the writer calls
 * model_cache_change_begin() first; until the end, the version that is meant is looked up in the
 * store. */
#include "server/models/model_cache.h"

#include "server/base/lru.h"
#include <lstm/hash.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum entry_state { LOADING, LOADED, FAILED };
enum { BUCKETS = 1024, RESPONSES_SHARE = 4, ALIASES_KEPT = 4 };

struct entry {
    struct model model; /* first, so that a model's address is that of its entry */
    enum entry_state state;
    struct err error; /* with FAILED */
    bool serves;      /* used for requests that name no version, as far as this process knows */
    char alias[ALIASES_KEPT][NAME_MAX_LEN + 1]; /* the last aliases it was found by; "": none */
    unsigned aliases;                           /* how many were ever added */
    bool detached; /* removed from the table; freed at its last release */
    unsigned refs;
    size_t bytes;
    uint64_t number;     /* identifies its responses; never used again */
    uint64_t data_stamp; /* stamp of its data set for which the cached responses are valid */
    struct lru_node node;
    struct entry *next_removed;
};

struct model_cache {
    struct store *store;
    size_t max_bytes, bytes;
    pthread_mutex_t lock;
    pthread_cond_t loaded;
    struct lru_node *bucket[BUCKETS]; /* by name */
    struct lru lru;
    struct response_cache responses;
    uint64_t numbers;
    struct entry *removed; /* to be freed without the lock, since a large model takes a while */
    unsigned changing;     /* writers that may be changing which version is meant */
    uint64_t changes;      /* number of such changes; what was read before one may be outdated */
    uint64_t hits, misses, evictions;
    int models;
    pthread_mutex_t usage_lock; /* guards usage, so that counting never waits for models */
    struct model_usage usage;
};

enum status model_cache_new(struct model_cache **out, struct store *s, size_t max_bytes,
                            struct err *e)
{
    struct model_cache *c = calloc(1, sizeof(*c));

    if (!c)
        return err_nomem(e, sizeof(*c));
    c->store = s;
    c->max_bytes = max_bytes;
    lru_init(&c->lru, c->bucket, BUCKETS);
    response_cache_init(&c->responses, max_bytes / RESPONSES_SHARE);
    if (pthread_mutex_init(&c->lock, NULL)) {
        free(c);
        return err_nomem(e, 0);
    }
    if (pthread_cond_init(&c->loaded, NULL)) {
        pthread_mutex_destroy(&c->lock);
        free(c);
        return err_nomem(e, 0);
    }
    if (pthread_mutex_init(&c->usage_lock, NULL)) {
        pthread_cond_destroy(&c->loaded);
        pthread_mutex_destroy(&c->lock);
        free(c);
        return err_nomem(e, 0);
    }
    *out = c;
    return ST_OK;
}

static void entry_free(struct entry *n)
{
    model_release(&n->model);
    free(n);
}

void model_cache_free(struct model_cache *c)
{
    if (!c)
        return;
    response_cache_release(&c->responses);
    while (c->lru.newest) {
        struct entry *n = LRU_ENTRY(c->lru.newest, struct entry, node);

        lru_remove(&c->lru, &n->node);
        entry_free(n);
    }
    pthread_mutex_destroy(&c->usage_lock);
    pthread_cond_destroy(&c->loaded);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- functions that are called with the lock ---- */

static uint32_t hash_of(const char *name)
{
    return fnv1a_fold(fnv1a_text(FNV1A_START, name));
}

static struct entry *entry_of(struct lru_node *n)
{
    return LRU_ENTRY(n, struct entry, node);
}

static void touch(struct model_cache *c, struct entry *n)
{
    if (!n->detached)
        lru_touch(&c->lru, &n->node);
}

static void unlink_entry(struct model_cache *c, struct entry *n)
{
    lru_remove(&c->lru, &n->node);
    response_cache_drop(&c->responses, n->number);
    n->detached = true;
    c->bytes -= n->bytes;
    c->models -= n->state == LOADED;
}

/* Has n freed later. Nobody uses it, and the table does not hold it any more. */
static void remove_later(struct model_cache *c, struct entry *n)
{
    n->next_removed = c->removed;
    c->removed = n;
}

static void unlock(struct model_cache *c)
{
    struct entry *n = c->removed;

    c->removed = NULL;
    pthread_mutex_unlock(&c->lock);
    while (n) {
        struct entry *next = n->next_removed;

        entry_free(n);
        n = next;
    }
}

static void detach(struct model_cache *c, struct entry *n)
{
    unlink_entry(c, n);
    if (n->refs == 0)
        remove_later(c, n);
}

static bool is_meant(const struct entry *n, struct version_ref ref)
{
    if (ref.number)
        return n->model.version == ref.number;
    if (!ref.alias)
        return n->serves;
    for (int i = 0; i < ALIASES_KEPT; i++)
        if (strcmp(n->alias[i], ref.alias) == 0)
            return true;
    return false;
}

static struct entry *find(struct model_cache *c, const char *name, struct version_ref ref)
{
    if (!ref.number && c->changing)
        return NULL; /* the store must be asked which version is meant */
    for (struct lru_node *at = lru_chain(&c->lru, hash_of(name)); at; at = at->chain) {
        struct entry *n = entry_of(at);

        if (strcmp(n->model.name, name) == 0 && is_meant(n, ref))
            return n;
    }
    return NULL;
}

/* Remembers that ref means the version of n. */
static void remember(struct entry *n, struct version_ref ref)
{
    if (ref.number || is_meant(n, ref))
        return;
    if (!ref.alias)
        n->serves = true;
    else
        memcpy(n->alias[n->aliases++ % ALIASES_KEPT], ref.alias, strlen(ref.alias) + 1);
}

/* Removes unused entries, the longest unused first, until the rest fits. */
static void evict(struct model_cache *c)
{
    struct lru_node *newer;

    for (struct lru_node *at = c->lru.oldest; at && c->bytes + c->responses.bytes > c->max_bytes;
         at = newer) {
        struct entry *n = entry_of(at);

        newer = at->newer;
        if (n->refs > 0)
            continue;
        detach(c, n);
        c->evictions++;
    }
}

static void unref(struct model_cache *c, struct entry *n)
{
    if (--n->refs > 0)
        return;
    if (n->detached)
        remove_later(c, n);
    else
        evict(c);
}

static struct entry *add(struct model_cache *c, const struct model_version *v)
{
    struct entry *n = calloc(1, sizeof(*n));

    if (!n)
        return NULL;
    memcpy(n->model.name, v->name, sizeof(n->model.name));
    memcpy(n->model.digest, v->digest, sizeof(n->model.digest));
    snprintf(n->model.dataset, sizeof(n->model.dataset), "%s", v->dataset ? v->dataset : "");
    n->model.version = v->version;
    /* Looks for a note of the fit. Inside a string, its quotes would be escaped by backslashes. */
    n->model.baseline_as_good =
        v->metrics && strstr(v->metrics, "\"code\":\"baseline_as_good\"") != NULL;
    n->number = ++c->numbers;
    lru_add(&c->lru, &n->node, hash_of(v->name));
    return n;
}

/* ---- loading ---- */

/* Called without the lock. n is LOADING, so only this thread touches it. */
static enum status load(struct entry *n, struct store *s, struct err *e)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    enum status st = store_model_checkpoint(&bytes, &len, s, n->model.name, n->model.version, e);

    if (!st)
        st = model_load(&n->model, bytes, len, e);
    free(bytes);
    if (st == ST_CORRUPT) /* it was valid when it was stored, so it is not the client's fault */
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
    if (n->model.tokenizer)
        size += tokenizer_bytes(n->model.tokenizer);
    return size;
}

/* Called with the lock, which is released while loading. The caller holds a reference to n. */
static void load_entry(struct model_cache *c, struct entry *n)
{
    struct err e = {0};
    enum status st;

    c->misses++;
    unlock(c);
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

/* Takes a reference to n when it is loaded, after waiting for that; otherwise returns its error.
 * Called with the lock. */
static enum status use(const struct model **out, struct model_cache *c, struct entry *n,
                       struct err *e)
{
    enum status st = ST_OK;

    n->refs++;
    touch(c, n);
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

/* Loads a version that is not in the table; the loader's reference becomes the caller's. Called
 * with the lock. */
static enum status enter_new(const struct model **out, struct model_cache *c,
                             const struct model_version *v, struct version_ref ref, struct err *e)
{
    struct entry *n = add(c, v);
    enum status st;

    if (!n)
        return err_nomem(e, sizeof(*n));
    n->refs = 1;
    remember(n, ref);
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

/* Finds or loads the entry of v, which the store returned for ref, and remembers ref with it.
 * Called with the lock. */
static enum status enter(const struct model **out, struct model_cache *c,
                         const struct model_version *v, struct version_ref ref, struct err *e)
{
    struct entry *n = find(c, v->name, version_number(v->version));
    enum status st;

    if (n && strcmp(n->model.digest, v->digest) == 0) {
        remember(n, ref);
        return use(out, c, n, e);
    }
    if (n)
        detach(c, n); /* the model was deleted and made again */
    st = enter_new(out, c, v, ref, e);
    evict(c);
    return st;
}

enum status model_cache_acquire(const struct model **out, struct model_cache *c, const char *name,
                                struct version_ref ref, struct err *e)
{
    struct model_version v = {0};
    struct entry *n;
    uint64_t changes;
    enum status st;

    pthread_mutex_lock(&c->lock);
    n = find(c, name, ref);
    if (n) {
        c->hits++;
        st = use(out, c, n, e);
        unlock(c);
        return st;
    }
    changes = c->changes;
    unlock(c);
    st = store_model_find(&v, c->store, name, ref, e);
    if (!st) {
        pthread_mutex_lock(&c->lock);
        if (c->changes != changes || c->changing) /* ref may mean another version by now */
            ref = version_number(v.version);
        st = enter(out, c, &v, ref, e);
        unlock(c);
    }
    model_version_release(&v);
    return st;
}

bool model_cache_has(struct model_cache *c, const char *name, struct version_ref ref)
{
    const struct entry *n;
    bool loaded;

    pthread_mutex_lock(&c->lock);
    n = find(c, name, ref);
    loaded = n && n->state == LOADED;
    unlock(c);
    return loaded;
}

void model_cache_release(struct model_cache *c, const struct model *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&c->lock);
    unref(c, (struct entry *)m);
    unlock(c);
}

/* Whether the cached responses of n are for the state of its data set with this stamp; others are
 * dropped. Called with the lock. */
static bool is_fresh(struct model_cache *c, struct entry *n, uint64_t stamp)
{
    if (n->data_stamp == stamp)
        return true;
    response_cache_drop(&c->responses, n->number);
    n->data_stamp = stamp;
    return false;
}

const struct cached_response *model_cache_response(struct model_cache *c, const char *name,
                                                   struct version_ref ref, const char *key)
{
    const struct cached_response *a = NULL;
    struct entry *n;

    pthread_mutex_lock(&c->lock);
    n = find(c, name, ref);
    if (n && is_fresh(c, n, store_data_stamp(c->store, n->model.dataset)))
        a = response_cache_find(&c->responses, n->number, key);
    if (a) {
        c->hits++;
        touch(c, n);
    }
    unlock(c);
    return a;
}

uint64_t model_cache_data_stamp(struct model_cache *c, const struct model *m)
{
    return store_data_stamp(c->store, m->dataset);
}

void model_cache_keep_response(struct model_cache *c, const struct model *m, uint64_t stamp,
                               struct cached_response *a)
{
    struct entry *n = (struct entry *)m;

    pthread_mutex_lock(&c->lock);
    /* If the data changed while a was made, a must not be cached. */
    if (!n->detached && stamp == store_data_stamp(c->store, m->dataset)) {
        (void)is_fresh(c, n, stamp);
        response_cache_add(&c->responses, n->number, a);
    }
    evict(c);
    unlock(c);
}

void model_cache_change_begin(struct model_cache *c)
{
    pthread_mutex_lock(&c->lock);
    c->changing++;
    unlock(c);
}

void model_cache_change_end(struct model_cache *c, const char *name)
{
    pthread_mutex_lock(&c->lock);
    c->changes++;
    for (struct lru_node *at = lru_chain(&c->lru, hash_of(name)); at; at = at->chain) {
        struct entry *n = entry_of(at);

        if (strcmp(n->model.name, name) != 0)
            continue;
        n->serves = false;
        memset(n->alias, 0, sizeof(n->alias));
    }
    c->changing--;
    unlock(c);
}

void model_cache_remove(struct model_cache *c, const char *name, int64_t version)
{
    struct entry *n;

    pthread_mutex_lock(&c->lock);
    n = find(c, name, version_number(version));
    if (n)
        detach(c, n);
    unlock(c);
}

void model_cache_drop(struct model_cache *c, const char *name)
{
    struct lru_node *next;

    pthread_mutex_lock(&c->lock);
    c->changes++;
    for (struct lru_node *at = lru_chain(&c->lru, hash_of(name)); at; at = next) {
        next = at->chain;
        if (strcmp(entry_of(at)->model.name, name) == 0)
            detach(c, entry_of(at));
    }
    unlock(c);
}

void model_cache_totals(struct model_cache *c, uint64_t *hits, uint64_t *misses,
                        uint64_t *evictions, size_t *bytes, int *models)
{
    pthread_mutex_lock(&c->lock);
    *hits = c->hits;
    *misses = c->misses;
    *evictions = c->evictions;
    *bytes = c->bytes;
    *models = c->models;
    unlock(c);
}

/* ---- counting ---- */

void model_cache_count_use(struct model_cache *c, const char *name)
{
    pthread_mutex_lock(&c->usage_lock);
    model_usage_add(&c->usage, name);
    pthread_mutex_unlock(&c->usage_lock);
}

void model_cache_note_drift(struct model_cache *c, const char *name, double drift)
{
    pthread_mutex_lock(&c->usage_lock);
    model_usage_set_drift(&c->usage, name, drift);
    pthread_mutex_unlock(&c->usage_lock);
}

void model_cache_usage(struct model_usage *out, struct model_cache *c)
{
    pthread_mutex_lock(&c->usage_lock);
    *out = c->usage;
    pthread_mutex_unlock(&c->usage_lock);
}
