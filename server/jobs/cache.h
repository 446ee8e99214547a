/* cache.h - loaded models, shared by all requests: immutable, reference-counted, least recently used out first. */
#ifndef JOBS_CACHE_H
#define JOBS_CACHE_H

#include "server/jobs/jobs.h"

#include <lstm/forecaster.h>
#include <lstm/tagger.h>

/* One loaded model version; immutable. */
struct model {
    enum task task;
    char name[NAME_MAX_LEN + 1];
    int64_t version;
    char digest[DIGEST_LEN + 1];
    const struct forecaster *forecaster; /* TASK_FORECAST */
    const struct timeline *time;         /* per series: of its first observation (row 0) */
    const struct tagger *tagger;         /* TASK_TAG */
};

struct cache;

enum status cache_new(struct cache **out, struct store *s, size_t max_bytes, struct err *e);
void cache_free(struct cache *c);
/* version 0: the newest (always the newest in the store). *out stays valid until cache_release(). */
enum status cache_acquire(const struct model **out, struct cache *c, const char *name,
                          int64_t version, struct err *e);
void cache_release(struct cache *c, const struct model *m); /* m may be NULL */
/* Forget a name: it was deleted. */
void cache_drop(struct cache *c, const char *name);
void cache_totals(struct cache *c, uint64_t *hits, uint64_t *misses, uint64_t *evictions,
                  size_t *bytes, int *models);

/* Checks and describes checkpoint bytes for import and for the trainers: fills task, parameter_count, params JSON, details JSON
 * (series with id, start, end, frequency, length; or tags, words). The two texts are malloc'ed. */
enum status model_describe(enum task *task, int64_t *parameter_count, char **params, char **details,
                           const uint8_t *bytes, size_t len, struct err *e);

#endif
