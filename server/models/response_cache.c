/* response_cache.c - see response_cache.h. */
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

/* ---- the table ---- */

void response_cache_init(struct response_cache *t, size_t max_bytes)
{
    memset(t, 0, sizeof(*t));
    lru_init(&t->lru, t->bucket, RESPONSE_BUCKETS);
    t->max_bytes = max_bytes;
}

static struct cached_response *response_of(struct lru_node *n)
{
    return n ? LRU_ENTRY(n, struct cached_response, node) : NULL;
}

static void forget(struct response_cache *t, struct cached_response *a)
{
    lru_remove(&t->lru, &a->node);
    t->bytes -= size_of(a);
    t->count--;
    response_release(a);
}

void response_cache_release(struct response_cache *t)
{
    while (t->lru.oldest)
        forget(t, response_of(t->lru.oldest));
}

static struct cached_response *look_up(const struct response_cache *t, uint32_t hash,
                                       uint64_t owner, const char *key)
{
    for (struct lru_node *n = lru_chain(&t->lru, hash); n; n = n->chain) {
        struct cached_response *a = response_of(n);

        if (n->hash == hash && a->owner == owner && strcmp(a->key, key) == 0)
            return a;
    }
    return NULL;
}

const struct cached_response *response_cache_find(struct response_cache *t, uint64_t owner,
                                                  const char *key)
{
    struct cached_response *a = look_up(t, hash_of(owner, key), owner, key);

    if (!a)
        return NULL;
    lru_touch(&t->lru, &a->node);
    (void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    return a;
}

void response_cache_add(struct response_cache *t, uint64_t owner, struct cached_response *a)
{
    uint32_t hash = hash_of(owner, a->key);

    if (size_of(a) > t->max_bytes / PART_MAX || look_up(t, hash, owner, a->key))
        return;
    a->owner = owner;
    lru_add(&t->lru, &a->node, hash);
    t->bytes += size_of(a);
    t->count++;
    (void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    while (t->bytes > t->max_bytes && t->lru.oldest)
        forget(t, response_of(t->lru.oldest));
}

void response_cache_drop(struct response_cache *t, uint64_t owner)
{
    struct lru_node *older;

    for (struct lru_node *n = t->lru.newest; n; n = older) {
        older = n->older;
        if (response_of(n)->owner == owner)
            forget(t, response_of(n));
    }
}
