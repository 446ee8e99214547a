/* histories.h - the series that a forecast continues, in any form that a request gives them.
 * Private to api/. */
#ifndef SERVER_API_HISTORIES_H
#define SERVER_API_HISTORIES_H

#include "server/api/api.h"
#include "server/formats/json_body.h"
#include "server/models/model_cache.h"
#include "server/models/panel.h"

/* Reads the histories of a body: "series" or "values", which are removed from it, or the present
 * content of the data set that "dataset" names, with its policy for missing values. body is that of
 * api_read_body(), without other members that the caller knows. ST_NOT_FOUND and ST_FORBIDDEN with
 * pointer. */
enum status api_read_histories(struct series_set *set, const struct app *app,
                               const struct http_req *rq, struct json_body *body, struct err *e);
/* ST_INVALID with pointer when series i of the panel has another frequency than the training data:
 * the season of the model would be wrong for it. */
enum status api_check_history(const struct model *m, const struct panel_data *p, int i,
                              struct err *e);
/* For a request that may be answered on the thread that reads requests. Returns false, and moves it
 * to a worker, when its body is not small or its model is not loaded. */
bool api_stays_inline(struct http_res *rs, const struct app *app, const struct http_req *rq);
/* Gets the forecaster of the path and ?version=. ST_CONFLICT: the model is a tagger.
 * model_cache_release() it. */
enum status api_acquire_forecaster(const struct model **m, struct app *app,
                                   const struct http_req *rq, struct err *e);

#endif
