/* model_load.h - checkpoint bytes as a model. Private to jobs/. */
#ifndef SERVER_MODELS_MODEL_LOAD_H
#define SERVER_MODELS_MODEL_LOAD_H

#include "server/models/model_cache.h"

/* Fills task and forecaster with time, or tagger. On error they stay NULL. ST_CORRUPT, ST_NOMEM. */
enum status model_load(struct model *m, const uint8_t *bytes, size_t len, struct err *e);

#endif
