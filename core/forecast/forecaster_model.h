/* forecaster_model.h - the members of a forecaster; private to core/forecast. */
#ifndef CORE_FORECAST_FORECASTER_MODEL_H
#define CORE_FORECAST_FORECASTER_MODEL_H

#include "core/forecast/covariates/covariates.h"
#include "core/forecast/ensemble/combine.h"
#include "core/forecast/exogenous.h"
#include "core/forecast/net/intervals.h"
#include "core/forecast/net/net_predict.h"
#include "core/forecast/net/transform.h"
#include "core/nn/work_pool.h"
#include <lstm/cpu.h>
#include <lstm/forecaster.h>

/* A series that the model was trained on. */
struct trained_series {
    char *id;        /* owned */
    double *values;  /* (length) the remembered end, NaN = missing, in its own units; owned */
    int length;      /* 0: nothing is remembered but the hash of the end */
    double end;      /* with length 0: the end_hash() of the series */
    int64_t skipped; /* observations before values[0] */
    struct transform transform; /* of the training part */
    struct ensemble ensemble;   /* of the whole series; with params.ensemble only */
    struct trained_covariates covariates;
    struct calendar calendar; /* of values[0]; CALENDAR_NONE when it has no effect */
    struct calendar_effect calendar_effect;
};

struct forecaster {
    struct params params;
    /* The arithmetic (<lstm/cpu.h>) of the fit; "" when the model's file names none. */
    char arithmetic[ARITHMETIC_LEN_MAX + 1];
    struct frame frame;
    struct net *net;
    struct trained_series *series; /* (num_series) */
    int num_series;
    struct intervals intervals; /* in units of the transform */
    bool profiles;              /* the profile of a long season is removed from each history */
    bool turns;                 /* turns of the trend are moved out of each history (turns.h) */
    double gain;                /* of the residual net, see combine.h */
    struct global_nets nets;    /* the global members of the ensemble */
    struct work_pool *pool;     /* workspaces for single windows; the only part that changes */
    char **covariates;          /* (num_covariates) names; owned */
    int num_covariates;
    const struct stop_flag *stop;  /* of the fit under way; NULL in a finished model */
    struct evaluation *evaluation; /* NULL in a loaded model */
    char **metadata;               /* foreign keys and values of a file, alternating */
    int num_metadata;              /* pairs of them */
};

enum { POOL_WORKS = 2 }; /* workspaces that f->pool keeps */

/* Makes f->pool. f->net and f->frame must be set. ST_NOMEM. */
enum status forecaster_make_pool(struct forecaster *f, struct err *e);

/* The part of the ensemble that all series share. */
struct combiner forecaster_combiner(const struct forecaster *f);

/* Like forecaster_predict_request(), but from n filled values y with the transform, and the
 * ensemble if there is one, of s. Any number of steps. id: of the series. */
enum status forecaster_forecast(struct forecast *out, const struct forecaster *f,
                                const struct trained_series *s, const char *id, const double *y,
                                int n, const struct forecast_request *q, struct err *e);

void evaluation_free(struct evaluation *ev);

#endif
