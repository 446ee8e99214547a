/* job_request.h - a client's request for a job: the data, the model, the parameters and, for a
 * backtest or a search, its plan. Strings and plans are borrowed. */
#ifndef SERVER_TASKS_JOB_REQUEST_H
#define SERVER_TASKS_JOB_REQUEST_H

#include <lstm/backtest.h>
#include <lstm/params.h>
#include <stdbool.h>

enum { SEARCH_PARAMS_MAX = 64 }; /* at least as many as params_table() has rows */

struct search_request {
    int trials, time_limit_seconds;
    bool fixed
        [SEARCH_PARAMS_MAX]; /* rows of params_table() that the client set and the search keeps */
};

struct retrain_rule; /* server/store/retrain.h */

struct job_request {
    enum task task;
    const char *dataset, *model;
    const struct backtest_plan
        *backtest; /* 0 for values that the client did not set; NULL: train a model */
    const struct search_request *search; /* NULL: train with the given parameters */
    /* The recipe's parameters with those of the client in place; automatic values are not resolved
     * yet. */
    struct params params;
    bool given[SEARCH_PARAMS_MAX]; /* rows of params_table() that the client set */
    bool recipe_given;
    const char *warm_start_from; /* "model", "model/version" or "model/alias"; or NULL */
    /* A data set to choose and evaluate a tagger's weights with; NULL: the end of dataset. */
    const char *validation_dataset;
    const char *promote; /* "always", "if_better", "never"; or NULL */
    const char *idempotency_key, *request_digest;
    const struct retrain_rule *retrain; /* of the model from then on; NULL: as it is */
    int64_t api_key; /* number of the client's key; 0: one of the configuration, or none */
};

#endif
