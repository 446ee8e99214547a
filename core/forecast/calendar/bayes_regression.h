/* bayes_regression.h - a small linear regression whose coefficients have normal priors, and its
 * evidence.
 *
 * Bishop (2006), "Pattern Recognition and Machine Learning", sections 3.3 and 3.5: the mean of the
 * posterior, and the evidence, the probability of the data with the regression relative to that
 * without it. */
#ifndef CORE_FORECAST_CALENDAR_BAYES_REGRESSION_H
#define CORE_FORECAST_CALENDAR_BAYES_REGRESSION_H

enum { BAYES_REGRESSION_MAX = 12 /* coefficients */ };

/* Products of the columns with each other and with the data, divided by the errors' variance. */
struct bayes_regression {
    int count;
    double xx[BAYES_REGRESSION_MAX][BAYES_REGRESSION_MAX], xy[BAYES_REGRESSION_MAX];
    double mean[BAYES_REGRESSION_MAX], spread[BAYES_REGRESSION_MAX]; /* of the priors; spread > 0 */
};

/* b (count): the most probable coefficients. Returns the logarithm of the odds of this regression
 * against none. */
double bayes_regression_solve(double *b, const struct bayes_regression *q);

#endif
