/* tag_task.h - what works on tagged data share: a stored data set as a corpus. Private to jobs/. */
#ifndef JOBS_TAG_TASK_H
#define JOBS_TAG_TASK_H

#include "server/jobs/evaluate.h"
#include "server/jobs/task.h"

struct tag_data {
    struct tagged_set set;
    struct sentence_view *views; /* (set.count) borrows set */
    struct corpus corpus;        /* borrows views */
};
/* Released by the caller, after an error too. */
enum status tag_data_load(struct tag_data *d, struct store *s, int64_t dataset_id, struct err *e);
void tag_data_release(struct tag_data *d);

#endif
