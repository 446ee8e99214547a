/* combine.h - forecasts of an ensemble: the weighted mean of the members plus the net's
 * correction. */
#ifndef CORE_FORECAST_ENSEMBLE_COMBINE_H
#define CORE_FORECAST_ENSEMBLE_COMBINE_H

#include "core/forecast/ensemble/ensemble.h"
#include "core/forecast/net/transform.h"

/* The part of an ensemble that all series share. */
struct combiner {
    const struct net *net;          /* the residual net; borrowed */
    const struct global_nets *nets; /* the global members; borrowed */
    int W, H;                       /* past and future steps that the residual net reads */
    double gain;                    /* 0..1: the share of its correction that is added */
    const struct stop_flag *stop;   /* of the fit under way, or NULL; borrowed */
};

/* out (r->count, r->horizon): forecasts of the scaled history r->w from each origin of r,
 *
 *     base_h + gain error_scale correction_h
 *
 * where steps after H take the correction of step H. All finite. ST_NOMEM; ST_CANCELLED when
 * c->stop is set. */
enum status combine_path(double *out, const struct combiner *c, const struct ensemble *m,
                         const struct rolling *r, struct err *e);

/* Workspace of the residual net for up to CORRECTION_BATCH origins at once. */
struct correction {
    const struct combiner *c; /* borrowed */
    struct net_work *work;    /* owned, as all below */
    float *x;
    double *space;
};
enum { CORRECTION_BATCH = 16 };
/* season: the longest of all origins. ST_NOMEM. */
enum status correction_init(struct correction *k, const struct combiner *c, int season,
                            struct err *e);
void correction_release(struct correction *k);
/* out (count, H): the net's estimates of (truth - base) / error_scale, without the gain, for count
 * origins, at most CORRECTION_BATCH. Returns false when an estimate is not finite, which becomes 0,
 * or when c->stop is set. */
bool correction_run(double *out, struct correction *k, const struct forecast_origin *o, int count);

/* The ensemble in the form of a transform, as intervals and floors need it. */
struct transform combine_transform(const struct ensemble *m, bool nonnegative);

#endif
