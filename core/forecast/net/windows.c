/* windows.c - training samples cut out of scaled series: see windows.h. */
#include "core/forecast/net/windows.h"

#include "core/base/row.h"

#include <limits.h>
#include <stdlib.h>

enum status windows_init(struct windows *w, const struct frame *f, int max_runs, struct err *e)
{
    *w = (struct windows){.frame = f};
    w->runs = calloc((size_t)max_runs + 1, sizeof(*w->runs));
    return w->runs ? ST_OK : err_nomem(e, (size_t)max_runs * sizeof(*w->runs));
}

void windows_release(struct windows *w)
{
    free(w->runs);
    *w = (struct windows){0};
}

enum status windows_add(struct windows *w, const double *z, const struct transform *t, int first,
                        int stride, int count, struct err *e)
{
    if (count <= 0)
        return ST_OK;
    if (count > INT_MAX - w->count)
        return err_set(e, ST_INVALID, "the panel has more than %d windows; train on fewer series",
                       INT_MAX);
    w->runs[w->num_runs++] = (struct window_run){.z = z,
                                                 .transform = t,
                                                 .first = first,
                                                 .stride = stride,
                                                 .count = count,
                                                 .start = w->count};
    w->count += count;
    return ST_OK;
}

const struct window_run *windows_find(int *origin, const struct windows *w, int i)
{
    int lo = 0, hi = w->num_runs - 1;

    while (lo < hi) {
        int mid = lo + (hi - lo + 1) / 2;

        if (w->runs[mid].start <= i)
            lo = mid;
        else
            hi = mid - 1;
    }
    *origin = w->runs[lo].first + (i - w->runs[lo].start) * w->runs[lo].stride;
    return &w->runs[lo];
}

static void fill_targets(struct batch *b, const struct frame *f, const struct window_run *r,
                         const double *z, int row, double level)
{
    int O = f->horizon;

    if (!f->sequence) {
        for (int h = 0; h < O; h++)
            row(b->values, row, O)[h] = transform_target(f, r->transform, z, h, level);
        return;
    }
    for (int k = 0; k < f->window; k++) {
        float *out = b->values + ((size_t)k * (size_t)b->B + (size_t)row) * (size_t)O;

        for (int h = 0; h < O; h++)
            out[h] = transform_target(f, r->transform, z, k + 1 - f->window + h, level);
    }
}

static void windows_fill(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    const struct windows *w = ctx;

    (void)rng;
    b->T = w->frame->window;
    b->B = n;
    for (int row = 0; row < n; row++) {
        int origin;
        const struct window_run *r = windows_find(&origin, w, index[row]);
        double level = transform_input(b->x + row, n, w->frame, r->transform, r->z + origin);

        b->lengths[row] = w->frame->window;
        fill_targets(b, w->frame, r, r->z + origin, row, level);
    }
}

struct sample_source windows_source(struct windows *w)
{
    return (struct sample_source){
        .ctx = w, .num_samples = w->count, .T_max = w->frame->window, .fill = windows_fill};
}
