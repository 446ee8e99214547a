/* describe.h - checkpoint bytes as a model. Private to jobs/. */
#ifndef JOBS_DESCRIBE_H
#define JOBS_DESCRIBE_H

#include "server/jobs/cache.h"

/* Fills task and forecaster with time, or tagger. On error they stay NULL. ST_CORRUPT, ST_NOMEM. */
enum status model_load(struct model *m, const uint8_t *bytes, size_t len, struct err *e);

#endif
