/* future.h - the coming values of covariates that a forecast is asked with. Private to api/. */
#ifndef SERVER_API_FUTURE_H
#define SERVER_API_FUTURE_H

#include "server/api/forecast_render.h"

#include <cjson/cJSON.h>

/* Puts the member "future_covariates" of a request, {"NAME":[horizon numbers],…} for every series or
 * {"ID":{"NAME":[…]},…}, behind the covariates of the answer's series. Those of series that have none yet are
 * taken from what the model remembers when `remembered`. given may be NULL. ST_INVALID with pointer: a name
 * that the model has not or does not know in advance, a list of another length, something that is no
 * number, a series that is not there. ST_NOMEM. */
enum status api_future_covariates(struct forecast_response *ans, const cJSON *given,
                                  bool remembered, struct err *e);

#endif
