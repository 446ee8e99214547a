/* report.h - evaluations, metrics and details as JSON trees; NULL when out of memory. */
#ifndef SERVER_TASKS_REPORT_H
#define SERVER_TASKS_REPORT_H

#include "server/data/timeline.h"
#include "server/models/panel.h"

#include <cjson/cJSON.h>
#include <lstm/backtest.h>
#include <lstm/search.h>

/* time: for each series the time of its row 0. */
cJSON *report_forecast_metrics(const struct evaluation *ev);
cJSON *report_forecast_evaluation(const struct forecaster *f, const struct timeline *time);
/* value_name: of the only column of values; NULL where there are several or none has a name. */
cJSON *report_forecast_details(const struct forecaster *f, const struct timeline *time,
                               const char *value_name);

/* Adds "skipped" to o: the series of p that are too short to learn from, each with the reason.
 * Without any, o stays as it is. */
cJSON *report_skipped(cJSON *o, const struct panel_data *p);

/* Adds to the metrics of a fit the members "evaluation", which describes the held-out data, and
 * "notes": a baseline that was as good, histories that are too short for a season, and so on. */
cJSON *report_remarks(cJSON *o, const struct forecaster *f);
/* "refitted": the model was fitted again to all data after the evaluation. "evaluated": the model
 * that was evaluated is the one that serves. */
const char *report_served_model(const struct forecaster *f);

cJSON *report_backtest_metrics(const struct backtest *b);
/* time: for each series of the panel the time of its row 0. */
cJSON *report_backtest(const struct backtest *b, const struct panel *panel,
                       const struct timeline *time);

/* every: with all trials and their parameters; else only their number and the best one. */
cJSON *report_search(const struct search *s, bool every);
/* The object text with the member value, which replaces an earlier one of that name. Both are
 * consumed; NULL in, NULL out. */
char *report_with(char *text, const char *name, cJSON *value);

/* "arithmetic": name, or null when it is "". As json_put(). */
cJSON *report_put_arithmetic(cJSON *o, const char *name);

/* mae, rmse, mape, smape, mase. As json_put(). */
cJSON *report_put_metrics(cJSON *o, const struct metrics *m);

/* Prints and deletes tree; NULL in, NULL out. */
char *report_text(cJSON *tree);

#endif
