/* backtest_task.h - the task "backtest": rolling origins of a stored series set. Private to jobs/. */
#ifndef SERVER_TASKS_BACKTEST_TASK_H
#define SERVER_TASKS_BACKTEST_TASK_H

#include "server/tasks/task.h"

#include <lstm/backtest.h>

/* Effective values into plan, checked against the data; need: of the fit of one window. */
enum status backtest_task_resolve(struct backtest_plan *plan, const struct params *p,
                                  struct job_need *need, struct store *s, const struct dataset *d,
                                  struct err *e);
/* out gets metrics, and the whole result as its evaluation; no checkpoint. */
enum status backtest_task_run(struct trained *out, struct store *s, int64_t dataset_id,
                              const struct params *p, const struct backtest_plan *plan,
                              const struct fit_hooks *hooks, struct err *e);

/* {"windows","step","horizon"}, malloc'ed, NULL when out of memory; and back: ST_CORRUPT. */
char *backtest_plan_json(const struct backtest_plan *plan);
enum status backtest_plan_read(struct backtest_plan *out, const char *json, struct err *e);

#endif
