/* ensemble.h - one series' part of an ensemble: its members, their weights, and the size of the
 * errors of their weighted mean. */
#ifndef CORE_FORECAST_ENSEMBLE_ENSEMBLE_H
#define CORE_FORECAST_ENSEMBLE_ENSEMBLE_H

#include "core/forecast/ensemble/residual_net.h"

struct ensemble {
    struct members members;
    double weight[MEMBER_COUNT]; /* sum 1 */
    /* > 0: ratio of this series' errors to error_scale, relative to that of the panel. */
    double spread;
    double error_scale; /* > 0: a typical error of the weighted mean, on the scale of w */
};

/* Numbers that a file holds of an ensemble. Older files have fewer, for the first members only. */
enum {
    ENSEMBLE_NUMBERS = 99,
    ENSEMBLE_NUMBERS_FIRST = 59,
    ENSEMBLE_NUMBERS_SECOND = 88,
    ENSEMBLE_MEMBERS_FIRST = 5,
    ENSEMBLE_MEMBERS_SECOND = 11
};

/* The first origin, 1..n-1, from which a history of n >= 2 values is forecast. Two seasons lie
 * before it if the history is long enough. */
int ensemble_first_origin(const struct members *c, int n);

/* Members that were not fitted get the weight 0, and the others share their weight. Sets
 * error_scale to the mean absolute error over w (n), `horizon` steps ahead from some origins.
 * values (n): NaN where the truth is not known; may be NULL. ST_NOMEM. */
enum status ensemble_measure(struct ensemble *m, const struct global_nets *nets, const double *w,
                             const double *values, int n, int horizon, struct err *e);

/* Sets the weights from the members' errors in a backtest. relative[k]: the mean logarithm of
 * member k's error over the panel. error[k]: its error over this series, INFINITY if it was not
 * fitted. Both are shrunk, since equal weights are hard to beat (the "forecast combination puzzle",
 * Claeskens et al. 2016). A member that is far worse over the panel than this series' best one gets
 * no weight. certainty: the power to which the weights are raised; 1 for the errors of one
 * backtest. */
void ensemble_weigh(double weight[MEMBER_COUNT], const double relative[MEMBER_COUNT],
                    const double error[MEMBER_COUNT], double certainty);
/* The weights when nothing was measured. */
void ensemble_prior(double weight[MEMBER_COUNT]);

void ensemble_pack(double row[ENSEMBLE_NUMBERS], const struct ensemble *m);
/* row (n): n is ENSEMBLE_NUMBERS, ..._FIRST or ..._SECOND. Returns false when a number is out of
 * range. */
bool ensemble_unpack(struct ensemble *out, const double *row, int n);

#endif
