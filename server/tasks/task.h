/* task.h - one row of the table of tasks: functions that check the request of a job against its
 * data, and run the job. Each row is in the file of its task; task_table.h finds it. */
#ifndef SERVER_TASKS_TASK_H
#define SERVER_TASKS_TASK_H

#include "server/store/store.h"
#include "server/tasks/job_request.h"

#include <lstm/trainer.h>

/* The result of a job, in the form in which it is stored. Everything is owned. */
struct trained {
    uint8_t *checkpoint; /* NULL when the task makes no model */
    size_t checkpoint_len;
    int64_t parameter_count;
    char *metrics, *evaluation, *details; /* JSON texts */
    char *params;                         /* JSON text, if they differ from the job's; or NULL */
};
void trained_release(struct trained *t);

/* Resources for the training of a job. */
struct job_need {
    size_t limit;       /* given: max_training_bytes */
    int64_t parameters; /* of the net */
    size_t bytes;       /* upper bound of memory, without the data */
    int batch_fits;     /* the largest batch_size that needs at most limit; 0: none does */
};

/* A request on its way to a stored job. Initialise it with zeros; release it after an error too. */
struct job_draft {
    struct params params; /* in: the request's; out: those that are stored with the job */
    struct params sized;  /* out: resolved parameters, for which need was computed */
    struct job_need need;
    char *backtest, *search; /* out: the plan as JSON, owned; NULL if the task has none */
};
void job_draft_release(struct job_draft *d);

struct job_task {
    const char *name;    /* in requests and resources */
    enum task task;      /* whose parameters it takes; also the task of its model */
    enum data_kind kind; /* of the data that it takes */
    bool makes_model; /* its result is a new version of the job's model, not only an evaluation */
    /* Checks draft->params against the data and fills in the rest of draft; trains nothing.
     * validation: a data set that is held out as a whole; 0: none. */
    enum status (*resolve)(struct job_draft *draft, const struct job_request *r, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e);
    /* Trains. The checkpoint depends only on the data and p, so the same job gives the same bytes.
     * A broken plan or snapshot is ST_CORRUPT. */
    enum status (*run)(struct trained *out, struct store *s, const struct job *job,
                       const struct params *p, const struct fit_hooks *hooks, struct err *e);
};

#endif
