/* warm_start.h - jobs that start from the weights of a stored model. */
#ifndef SERVER_TASKS_WARM_START_H
#define SERVER_TASKS_WARM_START_H

#include "server/store/store.h"
#include "server/tasks/job_request.h"

enum { WARM_START_NAME_MAX = NAME_MAX_LEN + 24 };

/* Writes the version that r->warm_start_from names to name, as "model/version". p, the request's
 * parameters, becomes those of that model, except for values that the request gives. ST_NOT_FOUND
 * with "did you mean". ST_INVALID: the text has neither form, the model has another task, the job
 * is a search, or a parameter or recipe would need a net of another shape. */
enum status warm_start_resolve(char name[WARM_START_NAME_MAX], struct params *p, struct store *s,
                               const struct job_request *r, struct err *e);
/* Loads the model file of name; free() it. ST_NOT_FOUND: it was deleted meanwhile. */
enum status warm_start_load(uint8_t **bytes, size_t *len, struct store *s, const char *name,
                            struct err *e);

#endif
