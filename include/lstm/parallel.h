/* parallel.h - threads that a caller lends to a computation.
 *
 * The core makes no threads; its caller lends them in this form. Results never depend on their
 * number: work is split only between sums, never within one. */
#ifndef LSTM_PARALLEL_H
#define LSTM_PARALLEL_H

struct parallel {
    void *ctx;
    int threads; /* that may work at the same time, including the caller's; at least 1 */
    /* Calls task(arg, i) once for each i in 0..n-1, on any threads in any order, and returns after
     * the last one. What the tasks wrote is then visible to the caller. Must not be called from a
     * task, and cannot fail. */
    void (*run)(void *ctx, int n, void (*task)(void *arg, int i), void *arg);
};

/* The same when there may be no threads to lend: p may be NULL. */
static inline void parallel_run(const struct parallel *p, int n, void (*task)(void *arg, int i),
                                void *arg)
{
    if (p && p->threads > 1 && n > 1) {
        p->run(p->ctx, n, task, arg);
        return;
    }
    for (int i = 0; i < n; i++)
        task(arg, i);
}

#endif
