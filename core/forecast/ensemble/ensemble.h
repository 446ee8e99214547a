/* ensemble.h - one series' part of an ensemble: its classical members, their weights, and the size
 * of what they leave. */
#ifndef CORE_FORECAST_ENSEMBLE_ENSEMBLE_H
#define CORE_FORECAST_ENSEMBLE_ENSEMBLE_H

#include "core/forecast/ensemble/residual_net.h"

struct ensemble {
    struct classic classic;
    double weight[CLASSIC_MEMBERS]; /* sum 1 */
    double spread; /* > 0: how much wider than in units this series errs, next to the panel */
    double unit;   /* > 0: a typical error of the weighted mean, in w */
};

/* Numbers that an ensemble is stored as; older files have fewer, of the first members only. */
enum {
    ENSEMBLE_NUMBERS = 99,
    ENSEMBLE_NUMBERS_FIRST = 59,
    ENSEMBLE_NUMBERS_SECOND = 88,
    ENSEMBLE_MEMBERS_FIRST = 5,
    ENSEMBLE_MEMBERS_SECOND = 11
};

/* Origins that a history can be asked from: the first has seen two seasons, where there are so many.
 * 1..n-1; n >= 2. */
int ensemble_first_origin(const struct classic *c, int n);

/* Members that were not fitted lose their weight, and the unit becomes the mean absolute error over the history w (n) itself, horizon steps from some
 * origins; values (n): NaN where the truth is not known; may be NULL. ST_NOMEM. */
enum status ensemble_measure(struct ensemble *m, const struct direct *nets, const double *w,
                             const double *values, int n, int horizon, struct err *e);

/* Weights from the typical errors of the members in a backtest: relative[k] is the log of what
 * member k was worth over all series of the panel, error[k] over this one, INFINITY for a member
 * that was not fitted. Both are shrunk: equal weights are hard to beat (the "forecast combination
 * puzzle", Claeskens et al. 2016). A member that is far worse over the panel than the best one that
 * this series has weighs nothing. */
void ensemble_weigh(double weight[CLASSIC_MEMBERS], const double relative[CLASSIC_MEMBERS],
                    const double error[CLASSIC_MEMBERS]);
/* The weights where nothing was measured. */
void ensemble_prior(double weight[CLASSIC_MEMBERS]);

void ensemble_pack(double row[ENSEMBLE_NUMBERS], const struct ensemble *m);
/* row (n): ENSEMBLE_NUMBERS of them, or ..._FIRST or ..._SECOND. false: they are out of range. */
bool ensemble_unpack(struct ensemble *out, const double *row, int n);

#endif
