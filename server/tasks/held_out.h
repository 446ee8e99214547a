/* held_out.h - finds the held-out end that one version of a forecaster was measured on, and
 * measures other versions on it. */
#ifndef SERVER_TASKS_HELD_OUT_H
#define SERVER_TASKS_HELD_OUT_H

#include "server/models/model_load.h"
#include "server/models/panel.h"

#include <cjson/cJSON.h>
#include <lstm/metrics.h>

struct held_out_series {
    const char *id; /* borrowed from the evaluation */
    int at;         /* index of its view in the panel */
    int start;      /* row of the first held-out value */
    int length;
    double scale;                 /* of MASE: in-sample error of the seasonal naive forecast */
    struct metrics own, baseline; /* of the version, and of the seasonal naive forecast */
};
struct held_out {
    int count; /* series that were found in the panel */
    struct held_out_series *series;
    bool one_step; /* each value was forecast from all those before it */
};
/* Finds the held-out values of an evaluation, which report_forecast_evaluation() made, in the
 * panel. Both are borrowed as long as h is used. Release h after an error too. ST_NOMEM. */
enum status held_out_find(struct held_out *h, const cJSON *evaluation, const struct panel_data *p,
                          struct err *e);
void held_out_release(struct held_out *h);

/* For one series: what was measured, and how many of the held-out observations the version was
 * trained on. counts false: the version cannot forecast it; why holds the reason. */
struct held_out_result {
    bool counts;
    struct metrics metrics;
    int seen;
};
/* Forecasts with m from the rows before the held-out end; out: (h->count). why: the reason for the
 * first series that does not count; unchanged if all do. ST_CANCELLED, ST_NOMEM. */
enum status held_out_measure(struct held_out_result *out, const struct model *m,
                             const struct held_out *h, const struct panel_data *p,
                             const struct stop_flag *stop, struct err *why, struct err *e);
/* Whether a version with this evaluation was measured on the same values of the same series; if so,
 * fills out. */
bool held_out_same(struct held_out_result *out, const cJSON *evaluation, const struct held_out *h,
                   const struct panel_data *p);

#endif
