/* model_cache.h - loaded models, shared by all requests: immutable and reference-counted. When they
 * take more than max_bytes, unused ones are dropped, the least recently used one first. */
#ifndef SERVER_MODELS_MODEL_CACHE_H
#define SERVER_MODELS_MODEL_CACHE_H

#include "server/models/model_load.h"
#include "server/models/model_usage.h"
#include "server/models/response_cache.h"
#include "server/store/store.h"

struct model_cache;

enum status model_cache_new(struct model_cache **out, struct store *s, size_t max_bytes,
                            struct err *e);
void model_cache_free(struct model_cache *c);
/* *out is valid until model_cache_release(). Waits while another thread loads it. ST_NOT_FOUND,
 * ST_INTERNAL (a stored file that cannot be read), ST_NOMEM. */
enum status model_cache_acquire(const struct model **out, struct model_cache *c, const char *name,
                                struct version_ref ref, struct err *e);
/* Whether the model is loaded, so that model_cache_acquire() returns at once. */
bool model_cache_has(struct model_cache *c, const char *name, struct version_ref ref);
void model_cache_release(struct model_cache *c, const struct model *m); /* m may be NULL */
/* Returns the cached response for key, or NULL when the model is not loaded or has none. Takes one
 * lock, for two look-ups. Equal keys must have equal responses. Release it by response_release().
 * Responses live as long as their model, and take at most a quarter of max_bytes. */
const struct cached_response *model_cache_response(struct model_cache *c, const char *name,
                                                   struct version_ref ref, const char *key);
/* The stamp of the model's data set (store_data_stamp()). */
uint64_t model_cache_data_stamp(struct model_cache *c, const struct model *m);
/* Caches a for m, which the caller has acquired, until the data set changes. stamp: that of the
 * data set before it was read; if it has changed since, a is not cached. The caller keeps its own
 * reference to a. */
void model_cache_keep_response(struct model_cache *c, const struct model *m, uint64_t stamp,
                               struct cached_response *a);
/* Removes all versions of a name, because some were deleted. */
void model_cache_drop(struct model_cache *c, const char *name);
/* Removes one version: it was deleted, and did not serve. */
void model_cache_remove(struct model_cache *c, const char *name, int64_t version);
/* Must be called around a change of the store that makes another version of name serve, or have an
 * alias. In between, such versions are looked up in the store, so that a client that has seen the
 * change there does not get the old version here. Loaded versions and their responses stay, because
 * a version never changes. */
void model_cache_change_begin(struct model_cache *c);
void model_cache_change_end(struct model_cache *c, const char *name);
/* Counts a request that this model has answered. */
void model_cache_count_use(struct model_cache *c, const char *name);
/* model_usage_set_drift() for a model whose use was counted before. */
void model_cache_note_drift(struct model_cache *c, const char *name, double drift);
/* Copies the counts. */
void model_cache_usage(struct model_usage *out, struct model_cache *c);
void model_cache_totals(struct model_cache *c, uint64_t *hits, uint64_t *misses,
                        uint64_t *evictions, size_t *bytes, int *models);

#endif
