/* evaluation_charts.h - draws stored evaluations as SVG. Private to api/. */
#ifndef SERVER_API_EVALUATION_CHARTS_H
#define SERVER_API_EVALUATION_CHARTS_H

#include "server/models/model_cache.h"

#include <cjson/cJSON.h>
#include <lstm/buf.h>

enum { CHART_BYTES_MAX = 64 << 20 }; /* of one picture */

/* Draws forecasts beside the truth, a chart for each item of list: with m, the "series" of its
 * evaluation, after the values that the model remembers of them; without (NULL), the "forecasts" of
 * a backtest. ST_NOMEM; the caller checks the state of b. */
enum status evaluation_charts_write(struct buf *b, const cJSON *list, const struct model *m,
                                    struct err *e);
/* Draws the confusion matrix of the main column (UPOS when a tagger has both). ST_NOT_FOUND when
 * there is none: too many tags, or nothing was held out. */
enum status evaluation_confusion_write(struct buf *b, const cJSON *evaluation, const char *model,
                                       struct err *e);

#endif
