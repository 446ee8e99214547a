/* backtest_task.h - the task "backtest": rolling origins of a stored series set. */
#ifndef SERVER_TASKS_BACKTEST_TASK_H
#define SERVER_TASKS_BACKTEST_TASK_H

#include "server/tasks/task.h"

/* Makes no model; its result is the evaluation. Automatic parameters stay automatic, so that every
 * window finds its own from the data before it. */
extern const struct job_task backtest_task;

/* {"windows","step","horizon"}, malloc'ed, or NULL when out of memory; and the way back:
 * ST_CORRUPT. */
char *backtest_plan_json(const struct backtest_plan *plan);
enum status backtest_plan_read(struct backtest_plan *out, const char *json, struct err *e);

#endif
