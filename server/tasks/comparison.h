/* comparison.h - figures of a new version, of another one and of the baseline on the same held-out
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
    int64_t seen; /* of them, those that the other version had learnt from; -1: not known */
};
/* The new version of a job, which t holds, beside another one. ST_INVALID: it cannot be measured,
 * and the message is the reason. ST_CANCELLED, ST_NOMEM; errors of the store. */
enum status comparison_of_job(struct comparison *out, struct store *s, const struct job *job,
                              const struct trained *t, const struct model *other,
                              const char *other_evaluation, const struct stop_flag *stop,
                              struct err *e);

#endif
