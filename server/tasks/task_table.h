/* task_table.h - the table of all tasks. */
#ifndef SERVER_TASKS_TASK_TABLE_H
#define SERVER_TASKS_TASK_TABLE_H

#include "server/tasks/task.h"

const struct job_task *task_of_request(const struct job_request *r);
/* Returns NULL if the stored job has a task that this program does not know. */
const struct job_task *task_of_job(const struct job *j);

#endif
