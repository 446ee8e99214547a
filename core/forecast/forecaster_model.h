/* forecaster_model.h - what a forecaster is made of; for the files of core/forecast only. */
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
    char *id;       /* owned */
    double *values; /* (length) the remembered end, raw, NaN = missing; owned */
    int length;
    int64_t skipped;            /* observations before values[0] */
    struct transform transform; /* of the training part */
    struct ensemble ensemble;   /* of the whole series; with params.ensemble only */
    struct trained_covariates covariates;
    struct calendar calendar; /* of values[0]; CALENDAR_NONE where it has no effect */
    struct calendar_effect calendar_effect;
};

struct forecaster {
    struct params params;
    /* That it was fitted in; "" when its file names none. */
    char arithmetic[ARITHMETIC_LEN_MAX + 1];
    struct frame frame;
    struct net *net;
    struct trained_series *series; /* (num_series) */
    int num_series;
    struct intervals intervals; /* in units of the transform */
    bool profiles;              /* the profile of a long season is taken off each history */
    double gain;                /* of the net in an ensemble, see combine.h */
    struct global_nets nets;    /* of the ensemble's member that is a net */
    struct work_pool *pool;     /* for single windows; all that predicting changes */
    char **covariates;          /* (num_covariates) names; owned */
    int num_covariates;
    const struct stop_flag *stop;  /* of the fit under way; NULL in a model that is made */
    struct evaluation *evaluation; /* NULL when loaded */
    char **metadata;               /* keys and values of others in a loaded file, as pairs */
    int num_metadata;              /* pairs */
};

enum { POOL_WORKS = 2 }; /* workspaces that f->pool keeps */

/* Makes f->pool, once f->net and f->frame are there. ST_NOMEM. */
enum status forecaster_make_pool(struct forecaster *f, struct err *e);

/* What the ensemble's forecasts are made of, besides a series' own part. */
struct combiner forecaster_combiner(const struct forecaster *f);

/* As forecaster_predict_request(), from n filled values y, with the transform (and ensemble) of s;
 * any number of steps. id: of the series. */
enum status forecaster_forecast(struct forecast *out, const struct forecaster *f,
                                const struct trained_series *s, const char *id, const double *y,
                                int n, const struct forecast_request *q, struct err *e);

void evaluation_free(struct evaluation *ev);

#endif
