/* fit_progress.h - the phases of a fit around the training of its net: told of, stopped, and shared among
 * threads, series by series. */
#ifndef CORE_NN_FIT_PROGRESS_H
#define CORE_NN_FIT_PROGRESS_H

#include <lstm/trainer.h>

/* hooks may be NULL. Fractions of the whole fit are told of from..to in the running phase. */
struct watch {
    const struct fit_hooks *hooks;
    struct fit_saver saver;
    struct fit_progress progress; /* what is told; never of less than it was before */
    double from, to;
};

/* The next phase ends at to, 0..1. */
void watch_phase(struct watch *w, double to);
/* done: 0..1 of the phase. Calls the hook on the calling thread. ST_CANCELLED. */
enum status watch_report(struct watch *w, double done, struct err *e);
/* The flag of who may ask to give up, or NULL; w may be NULL. */
const struct stop_flag *watch_stop(const struct watch *w);
/* After work was given up in the middle: lets the hook keep the state of before, returns ST_CANCELLED. */
enum status watch_give_up(struct watch *w, struct err *e);

/* Calls task(ctx, i, e) for each i in 0..n-1, on the hooks' threads in any order, and reports in
 * between; w may be NULL. A task may write only what is of its own i. Returns the error of the least
 * i that failed, whatever the number of threads, or ST_CANCELLED. */
enum status watch_each(struct watch *w, int n, enum status (*task)(void *ctx, int i, struct err *e),
                       void *ctx, struct err *e);

#endif
