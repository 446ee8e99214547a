/* response_cache.h - finished answers kept as bytes: those of a model that does not change are worked out
 * once. Bounded; the longest unused goes first. The table has no lock of its own; the answers that
 * were taken from it are immutable and may be used and released by any thread. */
#ifndef SERVER_MODELS_RESPONSE_CACHE_H
#define SERVER_MODELS_RESPONSE_CACHE_H

#include <lstm/status.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_KEY_MAX = 200, ANSWER_ETAG_MAX = 95, ANSWER_BUCKETS = 2048 };

struct answer {
    atomic_uint refs;
    uint64_t owner; /* whose answer it is */
    uint32_t hash;
    char key[ANSWER_KEY_MAX + 1]; /* to what */
    char etag[ANSWER_ETAG_MAX + 1];
    const char *type; /* media type, of static storage */
    size_t len;
    struct answer *chain, *newer, *older;
    char data[]; /* (len) */
};

/* A copy of the bytes with one reference, the caller's, in no table; NULL when out of memory or
 * when key or etag are too long. */
struct answer *answer_new(const char *key, const char *etag, const char *type, const char *data,
                          size_t len);
void answer_release(const struct answer *a); /* NULL is fine */

struct answers {
    struct answer *bucket[ANSWER_BUCKETS];
    struct answer *newest, *oldest;
    size_t bytes, max_bytes;
    int count;
};

void answers_init(struct answers *t, size_t max_bytes);
void answers_release(struct answers *t);
/* A reference for the caller, or NULL. */
const struct answer *answers_find(struct answers *t, uint64_t owner, const char *key);
/* Keeps a, with a reference of the table's own, unless it is larger than an eighth of the table or
 * there is one for this key already. The caller keeps its reference. */
void answers_add(struct answers *t, uint64_t owner, struct answer *a);
/* Forgets all that owner has. */
void answers_drop(struct answers *t, uint64_t owner);

#endif
