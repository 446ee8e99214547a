/* response_cache.c - see response_cache.h. A hash table with chains, and a list in the order of
 * use. */
#include "server/models/response_cache.h"

#include <lstm/hash.h>

#include <stdlib.h>
#include <string.h>

enum { PART_MAX = 8 };

static uint32_t hash_of(uint64_t owner, const char *key)
{
    return fnv1a_fold(fnv1a_text(fnv1a_word(FNV1A_START, owner), key));
}

static size_t size_of(const struct cached_response *a)
{
    return sizeof(*a) + a->len + 1;
}

struct cached_response *response_new(const char *key, const char *etag, const char *type,
                                     const char *data, size_t len)
{
    struct cached_response *a;
    size_t key_len = strlen(key), etag_len = strlen(etag);

    if (key_len > RESPONSE_KEY_MAX || etag_len > RESPONSE_ETAG_MAX)
        return NULL;
    a = calloc(1, sizeof(*a) + len + 1);
    if (!a)
        return NULL;
    atomic_init(&a->refs, 1);
    memcpy(a->key, key, key_len + 1);
    memcpy(a->etag, etag, etag_len + 1);
    a->type = type;
    a->len = len;
    if (len)
        memcpy(a->data, data, len);
    return a;
}

void response_release(const struct cached_response *a)
{
    struct cached_response *mine = (struct cached_response *)a;

    if (mine && atomic_fetch_sub_explicit(&mine->refs, 1, memory_order_acq_rel) == 1)
        free(mine);
}

/* ---- the order of use ---- */

static void unlink_order(struct response_cache *t, struct cached_response *a)
{
    if (a->newer)
        a->newer->older = a->older;
    else
        t->newest = a->older;
    if (a->older)
        a->older->newer = a->newer;
    else
        t->oldest = a->newer;
}

static void link_newest(struct response_cache *t, struct cached_response *a)
{
    a->newer = NULL;
    a->older = t->newest;
    if (t->newest)
        t->newest->newer = a;
    else
        t->oldest = a;
    t->newest = a;
}

/* ---- the table ---- */

void response_cache_init(struct response_cache *t, size_t max_bytes)
{
    memset(t, 0, sizeof(*t));
    t->max_bytes = max_bytes;
}

static void forget(struct response_cache *t, struct cached_response *a)
{
    struct cached_response **p = &t->bucket[a->hash % RESPONSE_BUCKETS];

    while (*p != a)
        p = &(*p)->chain;
    *p = a->chain;
    unlink_order(t, a);
    t->bytes -= size_of(a);
    t->count--;
    response_release(a);
}

void response_cache_release(struct response_cache *t)
{
    while (t->oldest)
        forget(t, t->oldest);
}

static struct cached_response *look_up(const struct response_cache *t, uint32_t hash,
                                       uint64_t owner, const char *key)
{
    struct cached_response *a = t->bucket[hash % RESPONSE_BUCKETS];

    while (a && (a->hash != hash || a->owner != owner || strcmp(a->key, key) != 0))
        a = a->chain;
    return a;
}

const struct cached_response *response_cache_find(struct response_cache *t, uint64_t owner,
                                                  const char *key)
{
    struct cached_response *a = look_up(t, hash_of(owner, key), owner, key);

    if (!a)
        return NULL;
    if (a != t->newest) {
        unlink_order(t, a);
        link_newest(t, a);
    }
    (void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    return a;
}

void response_cache_add(struct response_cache *t, uint64_t owner, struct cached_response *a)
{
    uint32_t hash = hash_of(owner, a->key);

    if (size_of(a) > t->max_bytes / PART_MAX || look_up(t, hash, owner, a->key))
        return;
    a->owner = owner;
    a->hash = hash;
    a->chain = t->bucket[hash % RESPONSE_BUCKETS];
    t->bucket[hash % RESPONSE_BUCKETS] = a;
    link_newest(t, a);
    t->bytes += size_of(a);
    t->count++;
    (void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    while (t->bytes > t->max_bytes)
        forget(t, t->oldest);
}

void response_cache_drop(struct response_cache *t, uint64_t owner)
{
    struct cached_response *older;

    for (struct cached_response *a = t->newest; a; a = older) {
        older = a->older;
        if (a->owner == owner)
            forget(t, a);
    }
}
