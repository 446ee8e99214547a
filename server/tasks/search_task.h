/* search_task.h - hyper-parameter search as part of a forecast job. Private to jobs/. */
#ifndef SERVER_TASKS_SEARCH_TASK_H
#define SERVER_TASKS_SEARCH_TASK_H

#include "server/tasks/task.h"

#include <lstm/search.h>

/* {"trials","time_limit_seconds","fixed"}, malloc'ed, NULL when out of memory; and back: ST_CORRUPT. */
char *search_request_json(const struct search_request *r);
enum status search_request_read(struct search_request *out, const char *json, struct err *e);

/* As the task's own train(): searches first, and adds to metrics and evaluation what was tried. The
 * time limit counts from the call on. */
enum status search_task_train(struct trained *out, struct store *s, int64_t dataset_id,
                              const struct params *p, const struct search_request *r,
                              const struct fit_hooks *hooks, struct err *e);

#endif
