/* windows.h - training samples of a forecaster, cut out of scaled series when they are needed.
 *
 * A sample is identified by its origin: the index of the first step to be forecast. Nothing is
 * copied. A run is a sequence of origins of one series. */
#ifndef CORE_FORECAST_NET_WINDOWS_H
#define CORE_FORECAST_NET_WINDOWS_H

#include "core/forecast/net/transform.h"
#include <lstm/trainer.h>

struct window_run {
    const double *z;                   /* the scaled series; borrowed */
    const struct transform *transform; /* borrowed */
    int first, stride, count;          /* origins first, first + stride, ... */
    int start;                         /* number of the run's first sample */
};

struct windows {
    const struct frame *frame; /* borrowed */
    struct window_run *runs;   /* owned */
    int num_runs, count;       /* count: samples of all runs */
};

/* Space for max_runs runs. ST_NOMEM. */
enum status windows_init(struct windows *w, const struct frame *f, int max_runs, struct err *e);
void windows_release(struct windows *w);
/* Adds `count` origins of z; none when count <= 0. ST_INVALID when the total exceeds INT_MAX. */
enum status windows_add(struct windows *w, const double *z, const struct transform *t, int first,
                        int stride, int count, struct err *e);
/* The run and the origin of sample i. */
const struct window_run *windows_find(int *origin, const struct windows *w, int i);
/* w is borrowed by the source. */
struct sample_source windows_source(struct windows *w);

#endif
