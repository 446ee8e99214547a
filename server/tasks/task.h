/* task.h - one row of the table of tasks: how the request of a job is checked against its data, and
 * how the job is run. Each row lies in the file of its task; task_table.h finds them. */
#ifndef SERVER_TASKS_TASK_H
#define SERVER_TASKS_TASK_H

#include "server/store/store.h"
#include "server/tasks/job_request.h"

#include <lstm/trainer.h>

/* What came out of a job, as it goes into the store. Everything owned. */
struct trained {
    uint8_t *checkpoint; /* NULL when the task makes no model */
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

/* A request on its way to a stored job. Zero-initialise; release it after an error too. */
struct job_draft {
    struct params params; /* in: the request's; out: those that the job keeps */
    struct params sized;  /* out: the resolved ones that need counts for */
    struct job_need need;
    char *backtest, *search; /* out: the plan as JSON, owned; NULL where the task has none */
};
void job_draft_release(struct job_draft *d);

struct job_task {
    const char *name;    /* in requests and resources */
    enum task task;      /* whose parameters it takes; the task of its model */
    enum data_kind kind; /* of the data that it takes */
    bool makes_model;    /* a new version of the job's model; else only a result */
    /* Checks draft->params against the data and fills the rest of draft; trains nothing.
     * validation: a data set that is held out, all of it; 0: none is. */
    enum status (*resolve)(struct job_draft *draft, const struct job_request *r, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e);
    /* Deterministic in (data, p): nothing else of the job goes into the checkpoint. A broken plan
     * or snapshot is ST_CORRUPT. */
    enum status (*run)(struct trained *out, struct store *s, const struct job *job,
                       const struct params *p, const struct fit_hooks *hooks, struct err *e);
};

#endif
