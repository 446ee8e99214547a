/* task_table.h - the tasks that there are. */
#ifndef SERVER_TASKS_TASK_TABLE_H
#define SERVER_TASKS_TASK_TABLE_H

#include "server/tasks/task.h"

const struct job_task *task_of_request(const struct job_request *r);
/* NULL: the stored job names no task that this program knows. */
const struct job_task *task_of_job(const struct job *j);

#endif
