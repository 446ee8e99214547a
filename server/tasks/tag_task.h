/* tag_task.h - what works on tagged data share: a stored data set as a corpus. Private to jobs/. */
#ifndef SERVER_TASKS_TAG_TASK_H
#define SERVER_TASKS_TAG_TASK_H

#include "server/tasks/evaluate.h"
#include "server/tasks/task.h"

struct tag_data {
    struct tagged_set set;
    struct sentence_view *views; /* (set.count) borrows set */
    struct corpus corpus;        /* borrows views */
};
/* The sentences of a data set, and behind them those of another, which is to be held out (0: none), so many
 * that *held_out (may be NULL) says. Released by the caller, after an error too. */
enum status tag_data_load(struct tag_data *d, int *held_out, struct store *s, int64_t dataset_id,
                          int64_t validation, struct err *e);
void tag_data_release(struct tag_data *d);

#endif
