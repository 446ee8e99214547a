/* tag_task.h - the task "tag": trains a tagger on tagged sentences, and a tokenizer if they have
 * their raw text. */
#ifndef SERVER_TASKS_TAG_TASK_H
#define SERVER_TASKS_TAG_TASK_H

#include "server/tasks/task.h"

extern const struct job_task tag_task;

#endif
