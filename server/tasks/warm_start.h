/* warm_start.h - jobs that start from the weights of a stored model. Private to jobs/. */
#ifndef SERVER_TASKS_WARM_START_H
#define SERVER_TASKS_WARM_START_H

#include "server/store/store.h"
#include "server/tasks/job_request.h"

enum { WARM_START_NAME_MAX = NAME_MAX_LEN + 24 };

/* r->warm_start_from resolved to "model/version" in name, and p, which is the request's, to the
 * parameters that the model was trained with but for those that the request gives. ST_NOT_FOUND
 * with "did you mean"; ST_INVALID: a text that is neither, another task, a search, a parameter or recipe
 * by which the net would have another shape. */
enum status warm_start_resolve(char name[WARM_START_NAME_MAX], struct params *p, struct store *s,
                               const struct job_request *r, struct err *e);
/* The model file that name means; free() it. ST_NOT_FOUND when it was deleted since. */
enum status warm_start_load(uint8_t **bytes, size_t *len, struct store *s, const char *name,
                            struct err *e);

#endif
