/* combine.h - forecasts of an ensemble: the weighted members and what the net adds to them. */
#ifndef CORE_FORECAST_ENSEMBLE_COMBINE_H
#define CORE_FORECAST_ENSEMBLE_COMBINE_H

#include "core/forecast/ensemble/ensemble.h"
#include "core/forecast/net/transform.h"

/* The part of an ensemble that all series share. */
struct combiner {
    const struct net *net;        /* borrowed */
    const struct direct *nets;    /* of CLASSIC_NET, borrowed */
    int W, H;                     /* past and future steps that the net reads */
    double gain;                  /* 0..1: how much of what the net says is believed */
    const struct stop_flag *stop; /* of the fit under way, or NULL; borrowed */
};

/* out (count, steps) from the rising origins[i], 1..n, of a scaled history w (n). Steps beyond H
 * keep the net's last word. All finite. ST_NOMEM; ST_CANCELLED when c->stop asked
 * to give up. */
enum status combine_path(double *out, const struct combiner *c, const struct ensemble *m,
                         const double *w, int n, const int *origins, int count, int steps,
                         struct err *e);

/* What the net says (count, H), in units, of the given origins, gain not applied. */
struct corrector {
    const struct combiner *c; /* borrowed */
    struct net_work *work;    /* owned, as all below */
    float *x;
    double *space;
};
enum { CORRECTOR_BATCH = 16 };
enum status corrector_init(struct corrector *k, const struct combiner *c, int season,
                           struct err *e);
void corrector_release(struct corrector *k);
/* count <= CORRECTOR_BATCH. What is not finite is 0, and false returned; so it is when c->stop asked to
 * give up. */
bool corrector_run(double *out, struct corrector *k, const struct hybrid_origin *o, int count);

/* The ensemble as the transform that bands and floors are made with. */
struct transform combine_transform(const struct ensemble *m, bool nonnegative);

#endif
