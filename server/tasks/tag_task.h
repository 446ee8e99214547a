/* tag_task.h - the task "tag": tagged sentences into a tagger, with a tokenizer where they have
 * one. */
#ifndef SERVER_TASKS_TAG_TASK_H
#define SERVER_TASKS_TAG_TASK_H

#include "server/tasks/task.h"

extern const struct job_task tag_task;

#endif
