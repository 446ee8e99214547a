/* model_cache.h - loaded models, shared by all requests: immutable, reference-counted, least recently used out first. */
#ifndef SERVER_MODELS_MODEL_CACHE_H
#define SERVER_MODELS_MODEL_CACHE_H

#include "server/models/model_load.h"
#include "server/models/response_cache.h"
#include "server/store/store.h"

struct model_cache;

enum status model_cache_new(struct model_cache **out, struct store *s, size_t max_bytes,
                            struct err *e);
void model_cache_free(struct model_cache *c);
/* version 0: the newest (always the newest in the store). *out stays valid until model_cache_release(). */
enum status model_cache_acquire(const struct model **out, struct model_cache *c, const char *name,
                                int64_t version, struct err *e);
/* Whether model_cache_acquire() would return at once: the model is loaded. */
bool model_cache_has(struct model_cache *c, const char *name, int64_t version);
void model_cache_release(struct model_cache *c, const struct model *m); /* m may be NULL */
/* Finished answers of a model, kept in a quarter of max_bytes for as long as the model is. key says to
 * what question; the same one must always have the same answer. model_cache_response(): as in model_cache_acquire(), but
 * only when the model is loaded and has the answer; else NULL. Give it back with response_release(). One
 * lock, held for two look-ups. */
const struct cached_response *model_cache_response(struct model_cache *c, const char *name,
                                                   int64_t version, const char *key);
/* Keeps a with m, which the caller has acquired. The caller's reference to a stays its own. */
void model_cache_keep_response(struct model_cache *c, const struct model *m,
                               struct cached_response *a);
/* Forget a name: it was deleted. */
void model_cache_drop(struct model_cache *c, const char *name);
/* Around a change of the store that makes another version of name the newest: nobody who has seen it there
 * is given the old one from here. end forgets the name. */
void model_cache_change_begin(struct model_cache *c);
void model_cache_change_end(struct model_cache *c, const char *name);
void model_cache_totals(struct model_cache *c, uint64_t *hits, uint64_t *misses,
                        uint64_t *evictions, size_t *bytes, int *models);

#endif
