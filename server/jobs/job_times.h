/* job_times.h - durations of jobs since the start of the process, by task and by how they ended,
 * for /metrics. Any thread. */
#ifndef SERVER_JOBS_JOB_TIMES_H
#define SERVER_JOBS_JOB_TIMES_H

#include "server/store/store.h"

#include <stdatomic.h>

enum { JOB_TIME_BUCKETS = 10, JOB_TIME_TASKS = 4, JOB_TIME_STATES = 3 };

extern const double job_time_bounds[JOB_TIME_BUCKETS - 1]; /* seconds; the last is +Inf */

struct job_times_row {
    atomic_uint_least64_t bucket[JOB_TIME_BUCKETS], milliseconds;
};
/* Zero-initialise. */
struct job_times {
    struct job_times_row row[JOB_TIME_TASKS][JOB_TIME_STATES];
};

/* The counts of one row. */
struct job_times_count {
    const char *task, *state;          /* literals */
    uint64_t bucket[JOB_TIME_BUCKETS]; /* cumulative */
    double seconds;
};

/* Counts a job of this task ("forecast", "tag", "backtest", "search") that ended. Ignores other
 * tasks, and states that are not final. */
void job_times_add(struct job_times *t, const char *task, enum job_state state, int64_t ms);
/* Reads row i. Returns false when there is none. */
bool job_times_read(const struct job_times *t, int i, struct job_times_count *out);

#endif
