/* explanation.h - computes the parts of a forecast (<lstm/explanation.h>). Private to
 * core/forecast.
 *
 * The functions are called in the order of this file: first the parts that the model forecasts,
 * then the effects that are restored on them, then the changes of the history. */
#ifndef CORE_FORECAST_EXPLANATION_H
#define CORE_FORECAST_EXPLANATION_H

#include "core/forecast/ensemble/intermittent.h"
#include "core/forecast/exogenous.h"
#include "core/forecast/forecaster_model.h"
#include <lstm/explanation.h>

/* Explains the scaled forecast z (steps), which the ensemble of s made from y (n). mean (steps):
 * the mean forecast in units of y. x is empty. ST_NOMEM, ST_CANCELLED; x must be released even
 * then. */
enum status explain_ensemble(struct explanation *x, const struct forecaster *f,
                             const struct trained_series *s, const double *y, int n,
                             const double *z, const double *mean, int steps, struct err *e);
/* The same for a net without an ensemble. The level is the mean of the last season. */
enum status explain_alone(struct explanation *x, const struct forecaster *f,
                          const struct transform *t, const double *y, int n, const double *z,
                          const double *mean, int steps, struct err *e);
/* The same for a series with many zeros. */
enum status explain_demand(struct explanation *x, const struct intermittent *m, int steps,
                           struct err *e);

/* effect, covariates (steps): the whole effect that was restored, and that of covariates alone.
 * mean (steps): the mean forecast with it. */
void explain_effects(struct explanation *x, const struct exogenous *a, const double *effect,
                     const double *covariates, const double *mean);

/* Lists the changes from observed (n) to y (n); reason (n) has the enum change_reason of each.
 * effect (n): the effect that was removed before, or NULL. */
void explain_changes(struct explanation *x, const double *observed, const double *y,
                     const unsigned char *reason, int n, const struct exogenous *a,
                     const double *effect);

#endif
