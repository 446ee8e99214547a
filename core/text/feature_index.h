/* feature_index.h - numbers hashed features (32-bit keys) in the order in which they are added. */
#ifndef CORE_TEXT_FEATURE_INDEX_H
#define CORE_TEXT_FEATURE_INDEX_H

#include <lstm/status.h>

#include <stddef.h>
#include <stdint.h>

/* Open addressing. A zeroed index is empty. */
struct feature_index {
    uint32_t *keys; /* (count) */
    struct feature_slot {
        uint32_t key;
        int32_t number; /* -1: free */
    } * slots;          /* (capacity) */
    size_t capacity;    /* 0 or a power of two, at least twice the count */
    int32_t count;
    uint64_t salt;
};

/* *out: the number of the key, which is added when it is not there yet. ST_NOMEM. */
enum status feature_index_add(int32_t *out, struct feature_index *s, uint32_t key, struct err *e);
int32_t feature_index_find(const struct feature_index *s, uint32_t key); /* -1: not there */
/* Fetches the slot of a key into the cache, ahead of feature_index_find(). */
void feature_index_prefetch(const struct feature_index *s, uint32_t key);
size_t feature_index_bytes(const struct feature_index *s); /* of memory */
void feature_index_release(struct feature_index *s);

/* The finaliser of MurmurHash3: every bit of h changes every bit of the result. */
static inline uint64_t mix64(uint64_t h)
{
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 33;
}

#endif
