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

enum status predictor_init(struct predictor *p, const struct frame *f, const struct net *net,
                           int batch, struct err *e);
/* As predictor_init() for one window at a time, with a workspace of the pool, which is for batches
 * of (W,1) and gets it back from predictor_release(). */
enum status predictor_take(struct predictor *p, const struct frame *f, const struct net *net,
                           struct work_pool *pool, struct err *e);
/* Also of a predictor that is all zero. */
void predictor_release(struct predictor *p);

/* One block of each of n <= batch windows: z[i] points at the first step to be forecast. out (n, H)
 * in scaled units; a window of which the net makes something non-finite is NaN, and so are all when
 * the workspace's net_work_stop() asked to give up. */
void predictor_run(double *out, struct predictor *p, const double *const *z,
                   const struct transform *const *t, int n);

/* Goes on from z (n steps known) for steps more, block by block: z must have space for whole
 * blocks, n + path_space() steps. ST_INVALID when the forecast does not stay finite. */
enum status predictor_path(double *z, int n, int steps, struct predictor *p,
                           const struct transform *t, struct err *e);
/* steps rounded up to whole blocks. */
int path_space(const struct frame *f, int steps);

#endif
