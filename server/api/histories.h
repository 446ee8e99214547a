/* histories.h - the series that a forecaster goes on from, in whichever form a request gives them.
 * Private to api/. */
#ifndef SERVER_API_HISTORIES_H
#define SERVER_API_HISTORIES_H

#include "server/api/api.h"
#include "server/formats/json_body.h"
#include "server/models/model_cache.h"
#include "server/models/panel.h"

/* The histories of a body with "series" or "values", which are taken out of it, or the present
 * content of the data set that "dataset" names, with its policy for missing values. body is that of
 * api_read_body(); members that the caller knows beside the series are out of its tree already.
 * ST_NOT_FOUND and ST_FORBIDDEN with pointer. */
enum status api_read_histories(struct series_set *set, const struct app *app,
                               const struct http_req *rq, struct json_body *body, struct err *e);
/* ST_INVALID with pointer when series i of the panel has another frequency than the model was
 * trained on: its season would mean something else. */
enum status api_check_history(const struct model *m, const struct panel_data *p, int i,
                              struct err *e);
/* A request that may be answered on the thread that reads requests: false, and it moves to a
 * worker, when its body is not small or its model is not loaded. */
bool api_stays_inline(struct http_res *rs, const struct app *app, const struct http_req *rq);
/* The forecaster that the path and ?version= name. ST_CONFLICT: the model tags.
 * model_cache_release() it. */
enum status api_acquire_forecaster(const struct model **m, struct app *app,
                                   const struct http_req *rq, struct err *e);

#endif
