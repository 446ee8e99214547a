/* prepare.h - a panel made ready for training: filled, scaled, cut into windows. Deterministic in
 * (panel, params), so that a resumed fit finds the same samples. */
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
    const struct series_view *view; /* what is modelled: raw, or adjusted; borrowed */
    const struct series_view *raw;  /* borrowed */
    double *y, *z;                  /* (view->length) filled, scaled; owned */
    double *raw_y;                  /* raw filled: y where nothing is adjusted, else owned */
    struct regression regression;   /* on the covariates; count 0: none */
    struct calendar_effect calendar;
    struct series_view adjusted; /* without their effect, which is in effect (length); owned */
    double *effect;
    int test_start, test_length; /* held-out steps, in the one-step recipe held-out windows */
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
};

/* p is resolved for panel; both are borrowed. warm: nets that those of the ensemble start from, or
 * NULL; progress may be NULL, too. ST_CANCELLED. Only to be moved by pointer: windows point
 * inside. */
enum status prepared_init(struct prepared *out, const struct panel *panel, const struct params *p,
                          const struct global_nets *warm, struct progress *progress, struct err *e);
/* Whether the smoother of s, fitted alone, may take the logarithm: as in scaled_ets_fit(). */
int prepared_scaling(const struct prepared *d, const struct prepared_series *s);
/* The ensemble of a whole series, held-out end included, to forecast on from: keeps everything in s
 * except its members, which are fitted again. ST_NOMEM. */
enum status prepared_refit(struct ensemble *out, const struct prepared_series *s, struct err *e);
void prepared_release(struct prepared *d);

#endif
