/* fit_progress.c - see fit_progress.h. */
#include "core/nn/fit_progress.h"

#include <lstm/parallel.h>

enum { CHUNK = 8 }; /* tasks between two reports: few, as one of a long series may take a while */

void watch_phase(struct watch *w, double to)
{
    w->from = w->to;
    w->to = to;
}

enum status watch_report(struct watch *w, double done, struct err *e)
{
    double fraction;

    if (!w || !w->hooks || !w->hooks->progress)
        return ST_OK;
    fraction = w->from + (w->to - w->from) * done;
    w->progress.epoch_end = false;
    if (fraction > w->progress.fraction)
        w->progress.fraction = fraction;
    if (w->hooks->progress(w->hooks->ctx, &w->progress, &w->saver))
        return ST_OK;
    return err_set(e, ST_CANCELLED, "the fit was cancelled");
}

enum status watch_give_up(struct watch *w, struct err *e)
{
    (void)watch_report(w, 0, NULL);
    return err_set(e, ST_CANCELLED, "the fit was cancelled");
}

const struct stop_flag *watch_stop(const struct watch *w)
{
    return w && w->hooks ? w->hooks->stop : NULL;
}

struct chunk {
    const struct stop_flag *stop;
    enum status (*task)(void *ctx, int i, struct err *e);
    void *ctx;
    int first;
    enum status st[CHUNK];
    struct err e[CHUNK]; /* of each task its own: they run at the same time */
};

static void run_one(void *arg, int i)
{
    struct chunk *c = arg;

    if (stop_asked(c->stop))
        c->st[i] = ST_CANCELLED;
    else
        c->st[i] = c->task(c->ctx, c->first + i, &c->e[i]);
}

enum status watch_each(struct watch *w, int n, enum status (*task)(void *ctx, int i, struct err *e),
                       void *ctx, struct err *e)
{
    const struct parallel *threads = w && w->hooks ? w->hooks->parallel : NULL;
    enum status st = watch_report(w, 0, e);

    for (int at = 0; !st && at < n; at += CHUNK) {
        int count = n - at < CHUNK ? n - at : CHUNK;
        struct chunk c = {.stop = watch_stop(w), .task = task, .ctx = ctx, .first = at};

        parallel_run(threads, count, run_one, &c);
        if (stop_asked(c.stop))
            return watch_give_up(w, e);
        for (int i = 0; !st && i < count; i++) {
            st = c.st[i];
            if (st && e)
                *e = c.e[i];
        }
        if (!st)
            st = watch_report(w, (double)(at + count) / n, e);
    }
    return st;
}
