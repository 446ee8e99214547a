/* drift.h - how far the forecasts of a version have become worse than at its evaluation.
 *
 * The newest rows that came after the training are forecast from the row before them, as many of
 * them as the evaluation held out. Their mean absolute error, divided by that of the evaluation, is
 * the drift of a series; the drift of the version is the mean over its series. To watch the error
 * of the newest examples against the one that was known before is the rule of Gama, Medas, Castillo
 * and Rodrigues (2004), "Learning with Drift Detection", LNCS 3171, 286-295. */
#ifndef SERVER_TASKS_DRIFT_H
#define SERVER_TASKS_DRIFT_H

#include "server/models/model_load.h"

#include <cjson/cJSON.h>
#include <lstm/trainer.h>

enum {
    DRIFT_SERIES_MAX = 100, /* measured at most, spread evenly over all */
    DRIFT_ROWS_MAX = 100    /* of each, at most */
};

struct drift {
    double ratio;   /* NaN: there are not enough new rows yet */
    int series;     /* that were measured */
    int rows, need; /* new rows of the series that has most of them, and how many it needs */
};
/* Whether the evaluation of a forecaster has held-out errors. evaluation: may be NULL. */
bool drift_possible(const cJSON *evaluation);
/* Measures forecaster m, with its evaluation, on the present content of a data set of series.
 * ST_CANCELLED when stop returns true; ST_NOMEM; errors of the store. */
enum status drift_measure(struct drift *out, struct store *s, const struct model *m,
                          const cJSON *evaluation, int64_t dataset_id, const struct stop_flag *stop,
                          struct err *e);

#endif
