/* bayes_regression.h - a small linear regression whose coefficients have normal priors, and what speaks for it.
 *
 * Bishop (2006), "Pattern Recognition and Machine Learning", sections 3.3 and 3.5: the mean of the
 * posterior, and the evidence, the probability of the data under the regression, here against that without. */
#ifndef CORE_FORECAST_CALENDAR_BAYES_REGRESSION_H
#define CORE_FORECAST_CALENDAR_BAYES_REGRESSION_H

enum { EVIDENCE_MAX = 12 /* coefficients */ };

/* In units of the errors' variance: products of the columns with each other, and with the data. */
struct evidence {
    int count;
    double xx[EVIDENCE_MAX][EVIDENCE_MAX], xy[EVIDENCE_MAX];
    double mean[EVIDENCE_MAX], spread[EVIDENCE_MAX]; /* of the priors; spread > 0 */
};

/* b (count): the most probable coefficients. Returns the logarithm of the odds for them against none. */
double evidence_solve(double *b, const struct evidence *q);

#endif
