/* covariates.h - whether the covariates of a series help, what effect they have, and the part of
 * them that a model remembers.
 *
 * A regression is used only when it clearly improves the mean forecast of ETS, the seasonal naive
 * forecast and an airline model over rolling origins at the end of the training part, with
 * coefficients from before each origin. Otherwise the series is forecast as if it had no
 * covariates. */
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

/* Fits and judges on the first n steps of s. p holds the horizon, the season, and the names of the
 * covariates that are known in advance. multiplies: only effects that multiply are tried.
 * out->count is 0 when the covariates do not help. Deterministic. ST_NOMEM. */
enum status covariates_choose(struct regression *out, const struct series_view *s,
                              const struct panel *panel, int n, const struct params *p,
                              bool multiplies, struct err *e);

/* Gives *with the covariates (count, with->rows) of its steps and of those after them, as far as k
 * remembers them. The `length` remembered values of k's series and with->values end at the same
 * step. *own is new. ST_NOMEM. */
enum status covariates_remembered(double **own, struct series_view *with,
                                  const struct trained_covariates *k, int count, int length,
                                  struct err *e);
/* ST_INVALID naming what is missing: s has no covariates, or one that is known in advance lacks a
 * value in the `horizon` steps after the end of s. names (r->count). */
enum status covariates_require(const struct series_view *s, const struct regression *r,
                               char *const *names, int horizon, struct err *e);

/* ST_INVALID when p names a covariate that the panel does not have, or the panel has too many
 * covariates. */
enum status covariates_check(const struct panel *panel, const struct params *p, struct err *e);

#endif
