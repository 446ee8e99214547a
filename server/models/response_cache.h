/* response_cache.h - caches finished responses as bytes. Limited in bytes; the least recently used
 * response is dropped first. The table has no lock of its own. Responses taken from it are
 * immutable: any thread may use and release them. */
#ifndef SERVER_MODELS_RESPONSE_CACHE_H
#define SERVER_MODELS_RESPONSE_CACHE_H

#include "server/base/lru.h"
#include <lstm/status.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RESPONSE_KEY_MAX = 200, RESPONSE_ETAG_MAX = 95, RESPONSE_BUCKETS = 2048 };

struct cached_response {
    atomic_uint refs;
    uint64_t owner;                 /* number of the model that it comes from */
    char key[RESPONSE_KEY_MAX + 1]; /* identifies the request */
    char etag[RESPONSE_ETAG_MAX + 1];
    const char *type; /* media type; static */
    size_t len;
    struct lru_node node;
    char data[]; /* (len) */
};

/* Copies the bytes into a response with one reference, the caller's, in no table. NULL when out of
 * memory, or when key or etag is too long. */
struct cached_response *response_new(const char *key, const char *etag, const char *type,
                                     const char *data, size_t len);
void response_release(const struct cached_response *a); /* NULL is fine */

struct response_cache {
    struct lru_node *bucket[RESPONSE_BUCKETS];
    struct lru lru;
    size_t bytes, max_bytes;
    int count;
};

/* t must not be moved afterwards. */
void response_cache_init(struct response_cache *t, size_t max_bytes);
void response_cache_release(struct response_cache *t);
/* Returns a reference for the caller, or NULL. */
const struct cached_response *response_cache_find(struct response_cache *t, uint64_t owner,
                                                  const char *key);
/* Adds a, with a reference of the table's own, unless it is larger than an eighth of the table or
 * the key exists. The caller keeps its reference. */
void response_cache_add(struct response_cache *t, uint64_t owner, struct cached_response *a);
/* Drops all responses of owner. */
void response_cache_drop(struct response_cache *t, uint64_t owner);

#endif
