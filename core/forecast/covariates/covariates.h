/* covariates.h - covariates of one series: whether they help, what they explain, what is kept of
 * them.
 *
 * A regression is used when it makes the forecasts of ETS clearly better over rolling origins
 * at the end of the training part, with coefficients from before them; else the series is forecast
 * as if it had no covariates. */
#ifndef CORE_FORECAST_COVARIATES_COVARIATES_H
#define CORE_FORECAST_COVARIATES_COVARIATES_H

#include "core/forecast/covariates/regression.h"

/* What a model remembers of a known series' covariates. */
struct trained_covariates {
    struct regression regression; /* count 0: not used */
    double *values; /* (K, rows), row 0 belongs to the first remembered value; owned */
    int rows;
};
void trained_covariates_release(struct trained_covariates *k);

/* Fits and judges on the first n steps of s, whose horizon, season and known covariates p names.
 * multiplies: only effects that do. out->count is 0 when they do not help. Deterministic.
 * ST_NOMEM. */
enum status covariates_choose(struct regression *out, const struct series_view *s,
                              const struct panel *panel, int n, const struct params *p,
                              bool multiplies, struct err *e);

/* *with gets covariates (count, with->rows) for its length steps and those after them, from what k
 * remembers of a series whose last `length` values with->values ends in. *own is new. ST_NOMEM. */
enum status covariates_remembered(double **own, struct series_view *with,
                                  const struct trained_covariates *k, int count, int length,
                                  struct err *e);
/* ST_INVALID naming what is not there when s has no covariates, or one that is known in advance has
 * none for one of `horizon` steps behind its end. names (r->count). */
enum status covariates_require(const struct series_view *s, const struct regression *r,
                               char *const *names, int horizon, struct err *e);

/* The names in p that the panel does not have, and a panel with too many or twins: ST_INVALID. */
enum status covariates_check(const struct panel *panel, const struct params *p, struct err *e);

#endif
