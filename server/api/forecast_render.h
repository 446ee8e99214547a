/* forecast_render.h - a finished forecast as JSON, CSV or SVG. Private to api/. */
#ifndef SERVER_API_FORECAST_RENDER_H
#define SERVER_API_FORECAST_RENDER_H

#include "server/api/ask.h"
#include "server/http/http.h"
#include "server/models/model_cache.h"

struct forecast_series {
    const char *id;        /* borrowed */
    struct timeline time;  /* of history[0] */
    const double *history; /* (history_length) borrowed */
    int history_length;
    bool apart; /* its data set has changed, and does not continue the training data */
    /* (forecaster_num_covariates(), rows), owned; NULL: those that the model remembers, if any */
    double *covariates;
    int rows;
    struct forecast forecast;       /* its arrays are in forecast_response's block */
    struct explanation explanation; /* owned; empty unless requested */
};

struct forecast_response {
    const struct model *model; /* borrowed */
    int horizon;
    char data_digest[DIGEST_LEN + 1]; /* of the data set, if that has changed; else "" */
    struct ask ask;                   /* levels, quantiles, samples */
    int count;
    struct forecast_series *series; /* (count) owned */
    double *block;                  /* every number of the forecasts, owned */
};

/* Makes room for count series; horizon and ask must be set. */
enum status forecast_response_room(struct forecast_response *a, int count, struct err *e);
void forecast_response_release(struct forecast_response *a);

/* NULL-terminated; the first is the default. */
extern const char *const forecast_media_types[];
enum { RESPONSE_BYTES_MAX = 256 << 20 }; /* limit of one response */
/* Appends the response to b as type, one of them. buf_status() returns errors. */
void forecast_response_write(struct buf *b, const struct forecast_response *a, const char *type);

#endif
