/* model_usage.h - counts requests by model, for /metrics, in limited memory. The busiest models
 * have counters of their own, the others share one. Not thread-safe: the owner has a lock. Private
 * to models/. */
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
    uint64_t weight; /* number of requests, where older ones count less */
    uint64_t count;  /* since it has been shown */
    double drift;    /* the last one that was found, since it has been shown; NaN: none */
};

/* Zero-initialise. Every request is counted once: the sum of all counts and rest grows by one. rest
 * never decreases. The counter of a model that is shown again begins at 0. */
struct model_usage {
    uint32_t hash[USAGE_FOLLOWED]; /* of the names */
    struct usage_row row[USAGE_FOLLOWED];
    int rows, shown;
    uint64_t added;
    uint64_t rest; /* of models that are not shown */
};

void model_usage_add(struct model_usage *u, const char *name);
/* Sets how far new observations are from the model's forecasts (lstm/anomalies.h), if the model is
 * one of those that are shown. */
void model_usage_set_drift(struct model_usage *u, const char *name, double drift);

#endif
