/* origins.h - the rolling origins of a panel that an ensemble learns from: forecasts of all members
 * from each, the weights that follow from them, and the samples of the residual net.
 *
 * The end of each training part, some horizons long, is kept for validation. There the members have
 * seen nothing of what they forecast, and weights, early stopping and intervals come from there. */
#ifndef CORE_FORECAST_ENSEMBLE_ORIGINS_H
#define CORE_FORECAST_ENSEMBLE_ORIGINS_H

#include "core/forecast/ensemble/ensemble.h"
#include "core/nn/fit_progress.h"
#include <lstm/trainer.h>

struct origin_series {
    const double *values; /* (n) raw, NaN where the truth is not known; borrowed */
    const double *w;      /* (n) scaled; borrowed */
    int n;                /* the training part */
    int split;            /* first step that the members of the backtest have not seen */
    bool repeated;        /* two seasons are all there is: see origins.c */
    struct ensemble backtest;
    int *at;              /* (count) origins, rising; owned */
    int count, num_train; /* the first num_train for training, the rest for validation */
    float *paths;         /* (count, MEMBER_COUNT, H); owned */
};

struct origin_sample {
    int series, index; /* index: in at[] */
};

/* What a fit measured of its members: of each series their errors, INFINITY for a member that was
 * not fitted; NaN where nothing was measured. */
struct backtest_record {
    double *error; /* (num_series, MEMBER_COUNT) owned */
    int *season;   /* (num_series) that the members of the backtest knew; owned */
    int num_series;
};

struct origins {
    int W, H, season_max;
    struct origin_series *series; /* (num_series); owned */
    int num_series;
    struct origin_sample *train, *valid; /* owned */
    int num_train, num_valid;
    /* Mean log error of each member over the panel, relative to the mean of the first members. */
    double relative[MEMBER_COUNT];
    double *space, *paths, *base;         /* of the sample source; owned */
    struct global_nets nets;              /* the global members, once they are trained; owned */
    const struct backtest_record *before; /* counts beside this backtest; borrowed, or NULL */
};

/* Called in this order: init, add for each series, finish_adding, (global_nets_fit), forecast,
 * finish; then samples may be taken. release at any time after init. */

/* Space for num_series. ST_NOMEM. */
enum status origins_init(struct origins *o, int W, int H, int num_series, struct err *e);
void origins_release(struct origins *o);

/* Adds series i; several threads may do so for different ones. w (n) is filled and on the scale of
 * `like`; w and values are borrowed for o's lifetime. ST_NOMEM. */
enum status origins_add(struct origins *o, int i, const struct members *like, const double *w,
                        const double *values, int n, struct err *e);
/* Sets what all series have in common. */
void origins_finish_adding(struct origins *o);
/* Forecasts with all members from all origins. progress may be NULL. ST_NOMEM, ST_CANCELLED. */
enum status origins_forecast(struct origins *o, struct progress *progress, struct err *e);
/* Sets weights and lists samples. train_size: first samples to train on; 0: all. ST_INVALID when
 * there is nothing to train on, ST_NOMEM. */
enum status origins_finish(struct origins *o, int train_size, struct err *e);

/* What the backtest of o, once it is finished, has measured. ST_NOMEM. */
enum status backtest_record_take(struct backtest_record *out, const struct origins *o,
                                 struct err *e);
void backtest_record_release(struct backtest_record *r);

/* The origin of one sample; the members' paths are copied into o's space and valid until the next
 * call. */
struct forecast_origin origins_get(struct origins *o, struct origin_sample s);

/* Only one source of an o may be used at a time, as a trainer does. */
struct origin_source {
    struct origins *o;
    const struct origin_sample *samples;
};
struct sample_source origins_source(struct origin_source *s, int count);

#endif
