/* ask.h - what a request for a forecast wants, from its query or its body. Private to api/. */
#ifndef SERVER_API_ASK_H
#define SERVER_API_ASK_H

#include "server/formats/json.h"
#include "server/http/http.h"

#include <lstm/forecaster.h>

struct ask {
    int horizon;               /* 0: the model's own */
    double levels[LEVELS_MAX]; /* ascending, as the quantiles */
    int num_levels;
    double quantiles[QUANTILES_MAX];
    int num_quantiles;
    int num_samples;
    int64_t seed;       /* of the samples */
    bool explain;       /* what the forecasts are made of */
    bool from_training; /* go on from the end of the training data, whatever came since */
    const char *series; /* one id, or NULL for all; borrowed */
};

/* Numbers that are answered of each step of a series. */
int ask_numbers(const struct ask *a);

/* ST_INVALID, with a pointer, when a list is none, or holds what is no level or quantile. */
enum status ask_read_query(struct ask *a, const struct http_req *rq, struct err *e);
/* The same of the members of a body, which it takes out of it; NULL ends ask_members. */
extern const char *const ask_members[];
enum status ask_take_members(struct ask *a, cJSON *body, struct err *e);

#endif
