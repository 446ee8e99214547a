/* future.h - the future values of covariates in a request for a forecast. Private to api/. */
#ifndef SERVER_API_FUTURE_H
#define SERVER_API_FUTURE_H

#include "server/api/forecast_render.h"

#include <cjson/cJSON.h>

/* Reads the member "future_covariates" of a request: {"NAME":[horizon numbers],…} for every series,
 * or {"ID":{"NAME":[…]},…}. The values follow the covariates of the series of ans. When
 * `remembered`, a series without covariates gets those that the model remembers. given may be NULL.
 * ST_INVALID with pointer: a name that the model does not have or does not know in advance, a list
 * of another length, a value that is not a number, or an unknown series. ST_NOMEM. */
enum status api_future_covariates(struct forecast_response *ans, const cJSON *given,
                                  bool remembered, struct err *e);

#endif
