/* origins.h - the rolling origins of a panel from which an ensemble learns. They give the forecasts
 * of all members, the weights that follow from these, and the samples of the residual net.
 *
 * The end of each training part, some horizons long, is kept for validation. The members of the
 * backtest have not seen it. Weights, early stopping and intervals are based on it. */
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
    bool repeated;        /* the series has only two seasons: see origins.c */
    struct ensemble backtest;
    int *at;              /* (count) ascending, but the last one of a repeated series; owned */
    int count, num_train; /* the first num_train for training, the rest for validation */
    float *paths;         /* (count, MEMBER_COUNT, H); owned */
};

struct origin_sample {
    int series, index; /* index: in at[] */
};

/* The errors that a fit measured for each member and series. INFINITY for a member that was not
 * fitted; NaN when nothing was measured. */
struct backtest_record {
    double *error; /* (num_series, MEMBER_COUNT) owned */
    int *season;   /* (num_series) season of the backtest's members; owned */
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
    double *space, *paths, *base;         /* work space of the sample source; owned */
    struct global_nets nets;              /* the global members, once they are trained; owned */
    const struct backtest_record *before; /* errors of an earlier fit, or NULL; borrowed */
};

/* Functions are called in this order: init, add for each series, finish_adding, global_nets_fit (if
 * wanted), forecast, finish. Then samples may be taken. release may be called any time after
 * init. */

/* Space for num_series. ST_NOMEM. */
enum status origins_init(struct origins *o, int W, int H, int num_series, struct err *e);
void origins_release(struct origins *o);

/* Adds series i. Threads may add different series at the same time. w (n) has no gaps and is on the
 * scale of `like`. w and values are borrowed for o's lifetime. ST_NOMEM. */
enum status origins_add(struct origins *o, int i, const struct members *like, const double *w,
                        const double *values, int n, struct err *e);
/* Computes what all series have in common. */
void origins_finish_adding(struct origins *o);
/* Forecasts with all members from all origins. progress may be NULL. ST_NOMEM, ST_CANCELLED. */
enum status origins_forecast(struct origins *o, struct progress *progress, struct err *e);
/* Sets weights and lists samples. train_size: how many samples to train on; 0: all. ST_INVALID when
 * there is nothing to train on, ST_NOMEM. */
enum status origins_finish(struct origins *o, int train_size, struct err *e);

/* The errors that the backtest of o measured, after origins_finish(). ST_NOMEM. */
enum status backtest_record_take(struct backtest_record *out, const struct origins *o,
                                 struct err *e);
void backtest_record_release(struct backtest_record *r);

/* The origin of one sample. The members' paths are copied into o's space and are valid until the
 * next call. */
struct forecast_origin origins_get(struct origins *o, struct origin_sample s);

/* A source of samples for a trainer. Only one source of an o may be in use at a time. */
struct origin_source {
    struct origins *o;
    const struct origin_sample *samples;
};
struct sample_source origins_source(struct origin_source *s, int count);

#endif
