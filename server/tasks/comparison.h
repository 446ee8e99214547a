/* comparison.h - compares a new version, another version and the baseline on the same held-out
 * observations. */
#ifndef SERVER_TASKS_COMPARISON_H
#define SERVER_TASKS_COMPARISON_H

#include "server/models/model_load.h"
#include "server/tasks/task.h"

struct comparison {
    const char *measure; /* "mase", "mae" or "accuracy"; static */
    bool larger_is_better;
    double fresh, other, baseline; /* NaN: not known */
    const char *baseline_name;     /* "seasonal_naive" or "most_frequent_tag"; static */
    int64_t held_out;              /* observations or tokens that were compared */
    int64_t seen; /* how many of them the other version was trained on; -1: not known */
};
/* Compares the new version of a job, which t holds, with another one. ST_INVALID: it cannot be
 * measured; the message is the reason. ST_CANCELLED, ST_NOMEM; errors of the store. */
enum status comparison_of_job(struct comparison *out, struct store *s, const struct job *job,
                              const struct trained *t, const struct model *other,
                              const char *other_evaluation, const struct stop_flag *stop,
                              struct err *e);

#endif
