/* model_usage.h - how many requests each model has answered, for /metrics. Any number of models
 * takes the room of a few: the busiest have counters of their own, the rest share one. Not safe for
 * threads by itself: the owner has a lock. Private to models/. */
#ifndef SERVER_MODELS_MODEL_USAGE_H
#define SERVER_MODELS_MODEL_USAGE_H

#include "server/store/store.h"

enum {
    USAGE_SHOWN = 64,    /* models with a counter of their own */
    USAGE_FOLLOWED = 256 /* models whose weight is known */
};

struct usage_row {
    char name[NAME_MAX_LEN + 1];
    bool shown;
    uint64_t weight; /* requests, the older ones counting less */
    uint64_t count;  /* since it is shown */
};

/* Zero-initialise. Every request is in one counter: the sum of all counts and of rest grows by one
 * with each. rest never shrinks; the counter of a model that is shown again begins at 0. */
struct model_usage {
    uint32_t hash[USAGE_FOLLOWED]; /* of the names */
    struct usage_row row[USAGE_FOLLOWED];
    int rows, shown;
    uint64_t added;
    uint64_t rest; /* of models that are not shown */
};

void model_usage_add(struct model_usage *u, const char *name);

#endif
