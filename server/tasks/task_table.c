/* task_table.c - see task_table.h. */
#include "server/tasks/task_table.h"

#include "server/tasks/backtest_task.h"
#include "server/tasks/forecast_task.h"
#include "server/tasks/search_task.h"
#include "server/tasks/tag_task.h"

/* A backtest or a search is stored as a job of the task "forecast" that also has a plan. */
static const struct job_task *choose(enum task task, bool backtest, bool search)
{
    if (backtest)
        return &backtest_task;
    if (search)
        return &search_task;
    return task == TASK_FORECAST ? &forecast_task : &tag_task;
}

const struct job_task *task_of_request(const struct job_request *r)
{
    return choose(r->task, r->backtest != NULL, r->search != NULL);
}

const struct job_task *task_of_job(const struct job *j)
{
    enum task task;

    if (!task_from_name(&task, j->task))
        return NULL;
    return choose(task, j->backtest != NULL, j->search != NULL);
}
