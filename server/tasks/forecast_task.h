/* forecast_task.h - the task "forecast", and what the other jobs on series share with it: their
 * data, and a finished forecaster as it is stored. */
#ifndef SERVER_TASKS_FORECAST_TASK_H
#define SERVER_TASKS_FORECAST_TASK_H

#include "server/models/panel.h"
#include "server/tasks/task.h"

extern const struct job_task forecast_task;

struct forecast_data {
    struct series_set set;
    struct panel_data panel; /* borrows set */
};
/* The data set's series, with its policy for what is missing. Released by the caller, after an
 * error too. */
enum status forecast_data_load(struct forecast_data *d, struct store *s, int64_t dataset_id,
                               const struct params *p, struct err *e);
void forecast_data_release(struct forecast_data *d);
/* What training with resolved parameters takes. */
void forecast_need_memory(struct job_need *need, const struct params *p, const struct panel *panel);
/* Checkpoint, metrics, evaluation and details of f, which was fitted to d. */
enum status forecast_trained(struct trained *out, const struct forecaster *f,
                             const struct forecast_data *d, struct err *e);

#endif
