/* rates.c - see rates.h. A bucket counts in requests times 60,000, so that a millisecond refills
 * exactly per_minute. */
#include "server/http/rates.h"

#include "server/base/lru.h"

#include <lstm/hash.h>
#include <pthread.h>
#include <stdlib.h>

enum { ONE = 60000 }; /* a request */

struct rate_bucket {
    struct lru_node node;
    int64_t key, level, at_ms;
};

struct rates {
    pthread_mutex_t lock; /* of all below */
    struct lru lru;
    struct lru_node *slot[RATES_KEYS];
    struct rate_bucket bucket[RATES_KEYS];
    unsigned used; /* of bucket */
};

enum status rates_new(struct rates **out, struct err *e)
{
    struct rates *r = calloc(1, sizeof(*r));

    *out = NULL;
    if (!r || pthread_mutex_init(&r->lock, NULL)) {
        free(r);
        return err_nomem(e, sizeof(*r));
    }
    lru_init(&r->lru, r->slot, RATES_KEYS);
    *out = r;
    return ST_OK;
}

void rates_free(struct rates *r)
{
    if (!r)
        return;
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}

static struct rate_bucket *bucket_of(struct lru_node *n)
{
    return LRU_ENTRY(n, struct rate_bucket, node);
}

/* Finds the bucket of the key, or makes a full one, and marks it as the last one used. */
static struct rate_bucket *find(struct rates *r, int64_t key, int64_t most, int64_t now_ms)
{
    uint32_t hash = fnv1a_fold(fnv1a_word(FNV1A_START, (uint64_t)key));
    struct rate_bucket *b;

    for (struct lru_node *n = lru_chain(&r->lru, hash); n; n = n->chain)
        if (bucket_of(n)->key == key) {
            lru_touch(&r->lru, n);
            return bucket_of(n);
        }
    if (r->used < RATES_KEYS) {
        b = &r->bucket[r->used++];
    } else {
        b = bucket_of(r->lru.oldest);
        lru_remove(&r->lru, &b->node);
    }
    b->key = key;
    b->level = most;
    b->at_ms = now_ms;
    lru_add(&r->lru, &b->node, hash);
    return b;
}

static void refill(struct rate_bucket *b, int64_t per_minute, int64_t most, int64_t now_ms)
{
    int64_t passed = now_ms - b->at_ms;

    if (passed > 0) {
        b->level = passed >= ONE ? most : b->level + passed * per_minute;
        b->at_ms = now_ms;
    }
    if (b->level > most)
        b->level = most;
}

/* Whole seconds, rounded up. */
static int64_t seconds_for(int64_t missing, int64_t per_minute)
{
    int64_t ms = (missing + per_minute - 1) / per_minute;

    return (ms + 999) / 1000;
}

bool rates_take(struct rate *out, struct rates *r, int64_t key, int64_t per_minute, int64_t now_ms)
{
    int64_t most = per_minute * ONE;
    struct rate_bucket *b;
    bool taken;

    (void)pthread_mutex_lock(&r->lock);
    b = find(r, key, most, now_ms);
    refill(b, per_minute, most, now_ms);
    taken = b->level >= ONE;
    if (taken)
        b->level -= ONE;
    *out = (struct rate){.limit = per_minute, .remaining = b->level / ONE};
    out->seconds = seconds_for(taken ? most - b->level : ONE - b->level, per_minute);
    (void)pthread_mutex_unlock(&r->lock);
    return taken;
}
