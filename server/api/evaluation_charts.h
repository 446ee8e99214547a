/* evaluation_charts.h - evaluations as they are stored, drawn as SVG. Private to api/. */
#ifndef SERVER_API_EVALUATION_CHARTS_H
#define SERVER_API_EVALUATION_CHARTS_H

#include "server/models/model_cache.h"

#include <cjson/cJSON.h>
#include <lstm/buf.h>

enum { CHART_BYTES_MAX = 64 << 20 }; /* of one picture */

/* Forecasts beside the truth, a chart for each item of list: with m the "series" of its evaluation,
 * drawn behind what the model remembers of them; with NULL the "forecasts" of a backtest.
 * ST_NOMEM; the state of b is the caller's to look at. */
enum status evaluation_charts_write(struct buf *b, const cJSON *list, const struct model *m,
                                    struct err *e);
/* The confusion of the main column (UPOS where a tagger has both) of a tagger's evaluation.
 * ST_NOT_FOUND when it has none: too many tags, or nothing was held out. */
enum status evaluation_confusion_write(struct buf *b, const cJSON *evaluation, const char *model,
                                       struct err *e);

#endif
