/* model_cache.h - loaded models, shared by all requests: immutable, reference-counted, least recently used out first. */
#ifndef SERVER_MODELS_MODEL_CACHE_H
#define SERVER_MODELS_MODEL_CACHE_H

#include "server/models/model_load.h"
#include "server/models/response_cache.h"
#include "server/store/store.h"

struct cache;

enum status cache_new(struct cache **out, struct store *s, size_t max_bytes, struct err *e);
void cache_free(struct cache *c);
/* version 0: the newest (always the newest in the store). *out stays valid until cache_release(). */
enum status cache_acquire(const struct model **out, struct cache *c, const char *name,
                          int64_t version, struct err *e);
/* Whether cache_acquire() would return at once: the model is loaded. */
bool cache_has(struct cache *c, const char *name, int64_t version);
void cache_release(struct cache *c, const struct model *m); /* m may be NULL */
/* Finished answers of a model, kept in a quarter of max_bytes for as long as the model is. key says to
 * what question; the same one must always have the same answer. cache_answer(): as in cache_acquire(), but
 * only when the model is loaded and has the answer; else NULL. Give it back with answer_release(). One
 * lock, held for two look-ups. */
const struct answer *cache_answer(struct cache *c, const char *name, int64_t version,
                                  const char *key);
/* Keeps a with m, which the caller has acquired. The caller's reference to a stays its own. */
void cache_keep_answer(struct cache *c, const struct model *m, struct answer *a);
/* Forget a name: it was deleted. */
void cache_drop(struct cache *c, const char *name);
/* Around a change of the store that makes another version of name the newest: nobody who has seen it there
 * is given the old one from here. end forgets the name. */
void cache_change_begin(struct cache *c);
void cache_change_end(struct cache *c, const char *name);
void cache_totals(struct cache *c, uint64_t *hits, uint64_t *misses, uint64_t *evictions,
                  size_t *bytes, int *models);

#endif
