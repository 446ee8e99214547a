/* params_json.h - parameters as a JSON object, in which form a job stores and shows them. */
#ifndef SERVER_TASKS_PARAMS_JSON_H
#define SERVER_TASKS_PARAMS_JSON_H

#include <lstm/params.h>
#include <lstm/status.h>

/* All effective parameters of the task; malloc'ed, NULL when out of memory. */
char *params_to_json(enum task t, const struct params *p);
/* Absent members keep the recipe's value. ST_CORRUPT; the errors of params_set_*(). */
enum status params_from_json(struct params *out, enum task t, const char *json, struct err *e);

#endif
