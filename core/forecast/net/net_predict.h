/* net_predict.h - running a net over windows of scaled series: one block of H steps, or many in a
 * row. */
#ifndef CORE_FORECAST_NET_NET_PREDICT_H
#define CORE_FORECAST_NET_NET_PREDICT_H

#include "core/forecast/net/transform.h"
#include "core/nn/work_pool.h"

/* Workspace of one thread for batches of windows. */
struct predictor {
    const struct frame *frame; /* borrowed */
    const struct net *net;     /* borrowed */
    struct net_work *work;     /* owned, or taken from the pool */
    struct work_pool *pool;    /* borrowed; NULL when there is none */
    float *x;                  /* (W, batch) owned */
    double *levels;            /* (batch) owned */
    int batch;                 /* most windows at once */
};

/* For batches of up to `batch` windows. f and net are borrowed. ST_NOMEM. */
enum status predictor_init(struct predictor *p, const struct frame *f, const struct net *net,
                           int batch, struct err *e);
/* As predictor_init() for single windows, with a workspace from the pool, whose workspaces are for
 * batches of (W, 1). predictor_release() returns it. */
enum status predictor_take(struct predictor *p, const struct frame *f, const struct net *net,
                           struct work_pool *pool, struct err *e);
/* A predictor that is all zero may be released too. */
void predictor_release(struct predictor *p);

/* One block for each of n <= batch windows. z[i]: the first step to be forecast. out (n, H),
 * scaled. A window with an output that is not finite is NaN. All are NaN when the flag of
 * net_work_stop() is set. */
void predictor_run(double *out, struct predictor *p, const double *const *z,
                   const struct transform *const *t, int n);

/* Continues z (n known steps) by `steps` steps, block by block. z must have space for whole blocks:
 * n + path_space() steps. ST_INVALID when the forecast becomes infinite or NaN. */
enum status predictor_path(double *z, int n, int steps, struct predictor *p,
                           const struct transform *t, struct err *e);
/* steps rounded up to whole blocks. */
int path_space(const struct frame *f, int steps);

#endif
