/* prepare.h - prepares a panel for training: fills, scales, and cuts it into windows. Deterministic
 * in (panel, params), so that a resumed fit gets the same samples. */
#ifndef CORE_FORECAST_PREPARE_H
#define CORE_FORECAST_PREPARE_H

#include "core/forecast/covariates/covariates.h"
#include "core/forecast/ensemble/combine.h"
#include "core/forecast/ensemble/origins.h"
#include "core/forecast/exogenous.h"
#include "core/forecast/forecaster_resolve.h"
#include "core/forecast/net/windows.h"
#include "core/nn/fit_progress.h"

struct prepared_series {
    const struct series_view *view; /* the series that is modelled: raw or adjusted; borrowed */
    const struct series_view *raw;  /* borrowed */
    double *y, *z;                  /* (view->length) filled, scaled; owned */
    double *raw_y;                  /* raw, filled: y when nothing is adjusted, else owned */
    struct regression regression;   /* on the covariates; count 0: none */
    bool without_covariates;        /* an earlier fit found them useless */
    struct calendar_effect calendar;
    struct profile profile;      /* of the values before the held-out end */
    struct series_view adjusted; /* raw without the effect; owned */
    double *effect;              /* (length) of calendar, covariates and profile; owned */
    int test_start, test_length; /* held-out steps; in the one-step recipe, held-out windows */
    struct transform transform;
    struct ensemble ensemble; /* of the training part; with params->ensemble only */
};

struct prepared {
    const struct params *params; /* borrowed, as is the panel */
    const struct panel *panel;
    struct frame frame;
    struct prepared_series *series; /* (count) */
    int count;
    struct windows train, valid; /* valid has no samples when there is no validation part */
    struct origins origins;      /* instead of the windows, with params->ensemble */
    struct progress *progress;   /* borrowed; may be NULL */
    const bool *covariates;      /* of fit_start, during prepared_init() */
};

/* The results of an earlier fit that a repeated fit uses; all borrowed. */
struct fit_start {
    const struct global_nets *nets; /* initial weights of the global nets, or NULL */
    bool again; /* the nets were trained on most of these values: a few epochs are enough */
    const struct backtest_record *before; /* errors that an earlier fit measured, or NULL */
    const bool *covariates; /* for each series, whether an earlier fit found them useful, or NULL */
    double from, to;        /* the part of the whole fit that the preparation takes, 0..1 */
};

/* p is resolved for panel; both are borrowed. progress may be NULL. ST_INVALID, ST_NOMEM,
 * ST_CANCELLED. *out must not be copied: windows point into it. */
enum status prepared_init(struct prepared *out, const struct panel *panel, const struct params *p,
                          const struct fit_start *start, struct progress *progress, struct err *e);
/* The scaling for ETS of s fitted alone, as in scaled_ets_fit(). */
int prepared_scaling(const struct prepared *d, const struct prepared_series *s);
void prepared_release(struct prepared *d);

#endif
