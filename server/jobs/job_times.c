/* job_times.c - see job_times.h. The counters of a row are read one by one: a job that ends
 * meanwhile may be in a bucket but not in the sum. */
#include "server/jobs/job_times.h"

#include <string.h>

const double job_time_bounds[JOB_TIME_BUCKETS - 1] = {1, 5, 15, 60, 300, 900, 3600, 14400, 86400};

static const char *const tasks[JOB_TIME_TASKS] = {"forecast", "tag", "backtest", "search"};
static const enum job_state states[JOB_TIME_STATES] = {JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELLED};

static struct job_times_row *row_of(struct job_times *t, const char *task, enum job_state state)
{
    for (int i = 0; i < JOB_TIME_TASKS; i++)
        for (int s = 0; s < JOB_TIME_STATES; s++)
            if (states[s] == state && strcmp(tasks[i], task) == 0)
                return &t->row[i][s];
    return NULL;
}

void job_times_add(struct job_times *t, const char *task, enum job_state state, int64_t ms)
{
    struct job_times_row *r = row_of(t, task, state);
    int bucket = 0;

    if (!r)
        return;
    if (ms < 0) /* the calendar clock was set back */
        ms = 0;
    while (bucket < JOB_TIME_BUCKETS - 1 && (double)ms > job_time_bounds[bucket] * 1e3)
        bucket++;
    atomic_fetch_add_explicit(&r->bucket[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&r->milliseconds, (uint_least64_t)ms, memory_order_relaxed);
}

bool job_times_read(const struct job_times *t, int i, struct job_times_count *out)
{
    const struct job_times_row *r;
    uint64_t sum = 0;

    if (i < 0 || i >= JOB_TIME_TASKS * JOB_TIME_STATES)
        return false;
    r = &t->row[i / JOB_TIME_STATES][i % JOB_TIME_STATES];
    *out = (struct job_times_count){.task = tasks[i / JOB_TIME_STATES],
                                    .state = job_state_name(states[i % JOB_TIME_STATES])};
    for (int k = 0; k < JOB_TIME_BUCKETS; k++) {
        sum += atomic_load_explicit(&r->bucket[k], memory_order_relaxed);
        out->bucket[k] = sum;
    }
    out->seconds = (double)atomic_load_explicit(&r->milliseconds, memory_order_relaxed) / 1e3;
    return true;
}
