/* fit_progress.c - see core/nn/fit_progress.h. */
#include "core/nn/fit_progress.h"

#include <lstm/parallel.h>

/* Tasks between two reports. They are few, since one task may take long. */
enum { CHUNK = 8 };

void progress_phase(struct progress *p, double to)
{
    p->from = p->to;
    p->to = to;
}

enum status progress_report(struct progress *p, double done, struct err *e)
{
    double fraction;

    if (!p || !p->hooks || !p->hooks->progress)
        return ST_OK;
    fraction = p->from + (p->to - p->from) * done;
    p->reported.epoch_end = false;
    if (fraction > p->reported.fraction)
        p->reported.fraction = fraction;
    if (p->hooks->progress(p->hooks->ctx, &p->reported, &p->saver))
        return ST_OK;
    return err_set(e, ST_CANCELLED, "the fit was cancelled");
}

enum status progress_give_up(struct progress *p, struct err *e)
{
    (void)progress_report(p, 0, NULL);
    return err_set(e, ST_CANCELLED, "the fit was cancelled");
}

const struct stop_flag *progress_stop(const struct progress *p)
{
    return p && p->hooks ? p->hooks->stop : NULL;
}

struct chunk {
    const struct stop_flag *stop;
    enum status (*task)(void *ctx, int i, struct err *e);
    void *ctx;
    int first;
    enum status st[CHUNK];
    struct err e[CHUNK]; /* one for each task: they run at the same time */
};

static void run_one(void *arg, int i)
{
    struct chunk *c = arg;

    if (stop_asked(c->stop))
        c->st[i] = ST_CANCELLED;
    else
        c->st[i] = c->task(c->ctx, c->first + i, &c->e[i]);
}

enum status progress_each(struct progress *p, int n,
                          enum status (*task)(void *ctx, int i, struct err *e), void *ctx,
                          struct err *e)
{
    const struct parallel *threads = p && p->hooks ? p->hooks->parallel : NULL;
    enum status st = progress_report(p, 0, e);

    for (int at = 0; !st && at < n; at += CHUNK) {
        int count = n - at < CHUNK ? n - at : CHUNK;
        struct chunk c = {.stop = progress_stop(p), .task = task, .ctx = ctx, .first = at};

        parallel_run(threads, count, run_one, &c);
        if (stop_asked(c.stop))
            return progress_give_up(p, e);
        for (int i = 0; !st && i < count; i++) {
            st = c.st[i];
            if (st && e)
                *e = c.e[i];
        }
        if (!st)
            st = progress_report(p, (double)(at + count) / n, e);
    }
    return st;
}
