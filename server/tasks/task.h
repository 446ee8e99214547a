/* task.h - what a worker needs of a task: train a job's data, and what came out. Private to jobs/. */
#ifndef SERVER_TASKS_TASK_H
#define SERVER_TASKS_TASK_H

#include "server/store/store.h"
#include "server/tasks/job_request.h"

#include <lstm/trainer.h>

/* A trained model as it goes into the store. Everything owned. */
struct trained {
    uint8_t *checkpoint;
    size_t checkpoint_len;
    int64_t parameter_count;
    char *metrics, *evaluation, *details; /* JSON texts */
    char *params; /* JSON text, where they are others than the job's; or NULL */
};
void trained_release(struct trained *t);

/* What a job's training would take. */
struct job_need {
    size_t limit;       /* given: max_training_bytes */
    int64_t parameters; /* of the net */
    size_t bytes;       /* of memory, at most, beside the data */
    int batch_fits;     /* the largest batch_size that stays within limit; 0: none does */
};

struct job_task {
    enum data_kind kind; /* of the data that it takes */
    /* Replaces autos in p and checks p against the data; fills need.
     * validation: a data set that is held out, all of it; 0: none is. */
    enum status (*resolve)(struct params *p, struct job_need *need, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e);
    /* Deterministic in (data, p): nothing of the job goes into the checkpoint. */
    enum status (*train)(struct trained *out, struct store *s, int64_t dataset_id,
                         int64_t validation, const struct params *p, const struct fit_hooks *hooks,
                         struct err *e);
};
extern const struct job_task forecast_task, tag_task;
const struct job_task *job_task_of(enum task t);

#endif
