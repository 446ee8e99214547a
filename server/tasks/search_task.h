/* search_task.h - the task "forecast", preceded by a search for its hyper-parameters. */
#ifndef SERVER_TASKS_SEARCH_TASK_H
#define SERVER_TASKS_SEARCH_TASK_H

#include "server/tasks/task.h"

/* {"trials","time_limit_seconds","fixed"}, malloc'ed, or NULL when out of memory; and the way back:
 * ST_CORRUPT. */
char *search_request_json(const struct search_request *r);
enum status search_request_read(struct search_request *out, const char *json, struct err *e);

/* Searches, trains with the best parameters, and adds the trials to metrics and evaluation. The
 * time limit counts from the start of run(). */
extern const struct job_task search_task;

#endif
