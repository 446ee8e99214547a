/* net_predict.c - running a net over windows of scaled series: see net_predict.h. */
#include "core/forecast/net/net_predict.h"

#include <math.h>
#include <stdlib.h>

static enum status make_arrays(struct predictor *p, struct err *e)
{
    size_t inputs = (size_t)p->batch * (size_t)p->frame->window;

    p->x = malloc(inputs * sizeof(*p->x));
    p->levels = malloc((size_t)p->batch * sizeof(*p->levels));
    return p->x && p->levels ? ST_OK : err_nomem(e, inputs * sizeof(*p->x));
}

enum status predictor_init(struct predictor *p, const struct frame *f, const struct net *net,
                           int batch, struct err *e)
{
    enum status st;

    *p = (struct predictor){.frame = f, .net = net, .batch = batch};
    st = make_arrays(p, e);
    if (!st)
        st = net_work_new(&p->work, net_get_config(net), f->window, batch, false, e);
    if (st)
        predictor_release(p);
    return st;
}

enum status predictor_take(struct predictor *p, const struct frame *f, const struct net *net,
                           struct work_pool *pool, struct err *e)
{
    enum status st;

    *p = (struct predictor){.frame = f, .net = net, .pool = pool, .batch = 1};
    st = make_arrays(p, e);
    if (!st)
        st = work_pool_take(&p->work, pool, e);
    if (st)
        predictor_release(p);
    return st;
}

void predictor_release(struct predictor *p)
{
    if (p->pool && p->work) {
        net_work_stop(p->work, NULL); /* the flag belongs to this user only */
        work_pool_give(p->pool, p->work);
    } else {
        net_work_free(p->work);
    }
    free(p->x);
    free(p->levels);
    *p = (struct predictor){0};
}

void predictor_run(double *out, struct predictor *p, const double *const *z,
                   const struct transform *const *t, int n)
{
    const struct frame *f = p->frame;
    struct net_input in = {.T = f->window, .B = n, .x = p->x};
    const float *y;

    for (int i = 0; i < n; i++)
        p->levels[i] = transform_input(p->x + i, n, f, t[i], z[i]);
    y = net_forward(p->work, p->net, &in, NULL);
    if (!y) {
        for (int i = 0; i < n * f->horizon; i++)
            out[i] = NAN;
        return;
    }
    y += (size_t)(f->window - 1) * (size_t)n * (size_t)f->horizon;
    for (int i = 0; i < n; i++) {
        size_t at = (size_t)i * (size_t)f->horizon;

        transform_output(out + at, z[i], f, t[i], y + at, p->levels[i]);
    }
}

int path_space(const struct frame *f, int steps)
{
    return (steps + f->horizon - 1) / f->horizon * f->horizon;
}

enum status predictor_path(double *z, int n, int steps, struct predictor *p,
                           const struct transform *t, struct err *e)
{
    int end = n + path_space(p->frame, steps);

    for (int at = n; at < end; at += p->frame->horizon) {
        const double *from = z + at;

        predictor_run(z + at, p, &from, &t, 1);
        for (int h = 0; h < p->frame->horizon; h++) {
            if (!isfinite(z[at + h]))
                return err_set(e, ST_INVALID,
                               "the forecast is not finite at step %d: the history is too far from "
                               "what the model was trained on",
                               at + h - n + 1);
        }
    }
    return ST_OK;
}
