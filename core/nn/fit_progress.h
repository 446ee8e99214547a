/* fit_progress.h - the phases of a fit: reports of its progress, cancelling, and sharing work among
 * threads.
 *
 * A fit trains a net, with other work before and after. Each phase covers a part of the whole fit,
 * 0..1, and the caller's progress hook gets the position in the whole. */
#ifndef CORE_NN_FIT_PROGRESS_H
#define CORE_NN_FIT_PROGRESS_H

#include <lstm/trainer.h>

/* Functions that take a struct progress accept NULL unless they note otherwise: nothing is
 * reported. */
struct progress {
    const struct fit_hooks *hooks; /* borrowed; or NULL */
    struct fit_saver saver;
    struct fit_progress reported; /* the last report; its fraction never falls */
    double from, to;              /* of the running phase, as fractions of the whole fit */
};

/* Begins the next phase, which starts where the last one ended, and ends at `to`. p: not NULL. */
void progress_phase(struct progress *p, double to);
/* Calls the hook on the calling thread. done: 0..1 of the phase. ST_CANCELLED when the hook refuses
 * to go on. */
enum status progress_report(struct progress *p, double done, struct err *e);
/* The flag by which the caller stops the fit; NULL when there is none. */
const struct stop_flag *progress_stop(const struct progress *p);
/* After work was cancelled half-way: lets the hook save the state from before that work. Returns
 * ST_CANCELLED. */
enum status progress_give_up(struct progress *p, struct err *e);

/* Calls task(ctx, i, e) for each i in 0..n-1, on the hooks' threads in any order, and reports in
 * between. A task may write only what belongs to its own i. Returns the error of the smallest i
 * that failed, whatever the number of threads, or ST_CANCELLED. */
enum status progress_each(struct progress *p, int n,
                          enum status (*task)(void *ctx, int i, struct err *e), void *ctx,
                          struct err *e);

#endif
