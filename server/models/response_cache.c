/* response_cache.c - see response_cache.h. A hash table with chains, and a list in the order of use. */
#include "server/models/response_cache.h"

#include <stdlib.h>
#include <string.h>

enum { PART_MAX = 8 };

/* FNV-1a. */
static uint32_t hash_of(uint64_t owner, const char *key)
{
    uint32_t h = 2166136261U ^ (uint32_t)(owner * 0x9e3779b97f4a7c15ULL >> 32);

    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * 16777619U;
    return h ^ h >> 15;
}

static size_t size_of(const struct answer *a)
{
    return sizeof(*a) + a->len + 1;
}

struct answer *answer_new(const char *key, const char *etag, const char *type, const char *data,
                          size_t len)
{
    struct answer *a;
    size_t key_len = strlen(key), etag_len = strlen(etag);

    if (key_len > ANSWER_KEY_MAX || etag_len > ANSWER_ETAG_MAX)
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

void answer_release(const struct answer *a)
{
    struct answer *mine = (struct answer *)a;

    if (mine && atomic_fetch_sub_explicit(&mine->refs, 1, memory_order_acq_rel) == 1)
        free(mine);
}

/* ---- the order of use ---- */

static void unlink_order(struct answers *t, struct answer *a)
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

static void link_newest(struct answers *t, struct answer *a)
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

void answers_init(struct answers *t, size_t max_bytes)
{
    memset(t, 0, sizeof(*t));
    t->max_bytes = max_bytes;
}

static void forget(struct answers *t, struct answer *a)
{
    struct answer **p = &t->bucket[a->hash % ANSWER_BUCKETS];

    while (*p != a)
        p = &(*p)->chain;
    *p = a->chain;
    unlink_order(t, a);
    t->bytes -= size_of(a);
    t->count--;
    answer_release(a);
}

void answers_release(struct answers *t)
{
    while (t->oldest)
        forget(t, t->oldest);
}

static struct answer *look_up(const struct answers *t, uint32_t hash, uint64_t owner,
                              const char *key)
{
    struct answer *a = t->bucket[hash % ANSWER_BUCKETS];

    while (a && (a->hash != hash || a->owner != owner || strcmp(a->key, key) != 0))
        a = a->chain;
    return a;
}

const struct answer *answers_find(struct answers *t, uint64_t owner, const char *key)
{
    struct answer *a = look_up(t, hash_of(owner, key), owner, key);

    if (!a)
        return NULL;
    if (a != t->newest) {
        unlink_order(t, a);
        link_newest(t, a);
    }
    (void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    return a;
}

void answers_add(struct answers *t, uint64_t owner, struct answer *a)
{
    uint32_t hash = hash_of(owner, a->key);

    if (size_of(a) > t->max_bytes / PART_MAX || look_up(t, hash, owner, a->key))
        return;
    a->owner = owner;
    a->hash = hash;
    a->chain = t->bucket[hash % ANSWER_BUCKETS];
    t->bucket[hash % ANSWER_BUCKETS] = a;
    link_newest(t, a);
    t->bytes += size_of(a);
    t->count++;
    (void)atomic_fetch_add_explicit(&a->refs, 1, memory_order_relaxed);
    while (t->bytes > t->max_bytes)
        forget(t, t->oldest);
}

void answers_drop(struct answers *t, uint64_t owner)
{
    struct answer *older;

    for (struct answer *a = t->newest; a; a = older) {
        older = a->older;
        if (a->owner == owner)
            forget(t, a);
    }
}
