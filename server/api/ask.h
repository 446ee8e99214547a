/* ask.h - the options of a request for a forecast, from its query or its body. Private to api/. */
#ifndef SERVER_API_ASK_H
#define SERVER_API_ASK_H

#include "server/formats/json.h"
#include "server/http/http.h"

#include <lstm/forecaster.h>

struct ask {
    int horizon;               /* 0: the model's own */
    double levels[LEVELS_MAX]; /* ascending, like the quantiles */
    int num_levels;
    double quantiles[QUANTILES_MAX];
    int num_quantiles;
    int num_samples;
    int64_t seed;       /* of the samples */
    bool explain;       /* return the parts of the forecasts */
    bool from_training; /* start at the end of the training data, even if newer data exist */
    const char *series; /* id of a single series, or NULL for all; borrowed */
};

/* How many numbers a response holds for each step of a series. */
int ask_numbers(const struct ask *a);

/* ST_INVALID, with a pointer, when a value is not a list, or is not a level or quantile. */
enum status ask_read_query(struct ask *a, const struct http_req *rq, struct err *e);
/* The same for the members of a body, which are removed from it. ask_members ends with NULL. */
extern const char *const ask_members[];
enum status ask_take_members(struct ask *a, cJSON *body, struct err *e);

#endif
