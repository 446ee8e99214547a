/* origins.h - the origins of a panel that an ensemble learns from: members asked, weights set, and
 * a sample source for the net.
 *
 * The end of each training part, some horizons long, is kept for validation: there the members have
 * seen nothing of what they forecast, and from there come weights, early stopping and intervals. */
#ifndef CORE_FORECAST_ENSEMBLE_ORIGINS_H
#define CORE_FORECAST_ENSEMBLE_ORIGINS_H

#include "core/forecast/ensemble/ensemble.h"
#include "core/nn/fit_progress.h"
#include <lstm/trainer.h>

struct origin_series {
    const double *values; /* (n) raw, NaN where the truth is not known; borrowed */
    const double *w;      /* (n) scaled; borrowed */
    int n;                /* the training part */
    int split;            /* first step that the backtest's members have not seen */
    struct ensemble backtest;
    int *at;              /* (count) origins, rising; owned */
    int count, num_train; /* the first num_train for training, the rest for validation */
    float *paths;         /* (count, CLASSIC_MEMBERS, H); owned */
};

struct origin_sample {
    int series, index; /* index: in at[] */
};

struct origins {
    int W, H, season_max;
    struct origin_series *series; /* (num_series); owned */
    int num_series;
    struct origin_sample *train, *valid; /* owned */
    int num_train, num_valid;
    double
        relative[CLASSIC_MEMBERS]; /* log error of each member over the panel, against the mean */
    double *space, *paths, *base;  /* of the sample source; owned */
    struct direct nets;            /* of CLASSIC_NET, once they are trained; owned */
};

/* Space for num_series. ST_NOMEM. */
enum status origins_init(struct origins *o, int W, int H, int num_series, struct err *e);
void origins_release(struct origins *o);

/* Adds series i, which several threads may do for different ones: w (n), filled and on the scale of like, and values as above; both are borrowed for
 * o's lifetime. ST_NOMEM. */
enum status origins_add(struct origins *o, int i, const struct classic *like, const double *w,
                        const double *values, int n, struct err *e);
/* After all series: what they have in common. */
void origins_added(struct origins *o);
/* After that, and when the nets are trained: asks all members. progress may be NULL. ST_NOMEM,
 * ST_CANCELLED. */
enum status origins_ask(struct origins *o, struct progress *progress, struct err *e);
/* After that: weights and samples. train_size: first samples to train on; 0: all. ST_INVALID
 * when there is nothing to train on, ST_NOMEM. */
enum status origins_finish(struct origins *o, int train_size, struct err *e);

/* What is needed of one sample; the members' paths are copied into o's space, and valid until the
 * next call. */
struct hybrid_origin origins_get(struct origins *o, struct origin_sample s);

/* Only one source of an o may be used at a time, as a trainer does. */
struct origin_source {
    struct origins *o;
    const struct origin_sample *samples;
};
struct sample_source origins_source(struct origin_source *s, int count);

#endif
