/* explanation.h - fills in what a forecast is made of (<lstm/explanation.h>); for the files of
 * core/forecast only. Called in the order of this file: first what the model forecasts, then what
 * is put back on it, then what was done to the history. */
#ifndef CORE_FORECAST_EXPLANATION_H
#define CORE_FORECAST_EXPLANATION_H

#include "core/forecast/ensemble/intermittent.h"
#include "core/forecast/exogenous.h"
#include "core/forecast/forecaster_model.h"
#include <lstm/explanation.h>

/* Of the forecast z (steps), scaled, by the ensemble of s from y (n), whose mean (steps) is in the
 * units of y. x is empty. ST_NOMEM, ST_CANCELLED; release x then too. */
enum status explain_ensemble(struct explanation *x, const struct forecaster *f,
                             const struct trained_series *s, const double *y, int n,
                             const double *z, const double *mean, int steps, struct err *e);
/* Of a net alone: level is the mean of the last season. */
enum status explain_alone(struct explanation *x, const struct forecaster *f,
                          const struct transform *t, const double *y, int n, const double *z,
                          const double *mean, int steps, struct err *e);
/* Of a series with many zeros. */
enum status explain_demand(struct explanation *x, const struct intermittent *m, int steps,
                           struct err *e);

/* effect, covariates (steps): what was put back, in all and by covariates alone; mean (steps) is
 * what became of the forecasts. */
void explain_effects(struct explanation *x, const struct exogenous *a, const double *effect,
                     const double *covariates, const double *mean);

/* observed (n) became y (n); effect (n) was taken off before, or NULL. */
void explain_changes(struct explanation *x, const double *observed, const double *y, int n,
                     const struct exogenous *a, const double *effect);

#endif
