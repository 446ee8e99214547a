/* forecast_task.h - the task "forecast", and what other jobs on series share with it: loading the
 * data, and a finished forecaster in the form in which it is stored. */
#ifndef SERVER_TASKS_FORECAST_TASK_H
#define SERVER_TASKS_FORECAST_TASK_H

#include "server/models/panel.h"
#include "server/tasks/task.h"

extern const struct job_task forecast_task;

struct forecast_data {
    struct series_set set;
    struct panel_data panel; /* borrows set */
};
/* Loads the series of a data set with its rule for missing values. The caller releases d, after an
 * error too. */
enum status forecast_data_load(struct forecast_data *d, struct store *s, int64_t dataset_id,
                               const struct params *p, struct err *e);
void forecast_data_release(struct forecast_data *d);
/* Computes the memory for training with resolved parameters. */
void forecast_need_memory(struct job_need *need, const struct params *p, const struct panel *panel);
/* Fills in checkpoint, metrics, evaluation and details of f, which was fitted to d. */
enum status forecast_trained(struct trained *out, const struct forecaster *f,
                             const struct forecast_data *d, struct err *e);

#endif
