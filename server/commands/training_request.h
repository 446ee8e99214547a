/* training_request.h - the body of POST /v1/jobs from the flags of a command. */
#ifndef SERVER_COMMANDS_TRAINING_REQUEST_H
#define SERVER_COMMANDS_TRAINING_REQUEST_H

#include "server/commands/command.h"

#include <cjson/cJSON.h>

/* data: the description of the data set, whose kind decides the task. *out: deleted by the caller.
 * ST_NOMEM. */
enum status training_request(cJSON **out, const struct invocation *v, const cJSON *data,
                             const char *dataset, const char *model, struct err *e);
/* The same for a backtest of series. ST_INVALID: data are not series. */
enum status backtest_request(cJSON **out, const struct invocation *v, const cJSON *data,
                             const char *dataset, struct err *e);
/* ST_INVALID unless data are series. */
enum status training_needs_series(const cJSON *data, struct err *e);

#endif
