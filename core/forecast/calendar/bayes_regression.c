/* bayes_regression.c - see bayes_regression.h. */
#include "core/forecast/calendar/bayes_regression.h"

#include <math.h>

/* The Cholesky factor of the posterior precision gives both the coefficients and the odds. */
double bayes_regression_solve(double *b, const struct bayes_regression *q)
{
    double l[BAYES_REGRESSION_MAX][BAYES_REGRESSION_MAX] = {{0}}, odds = 0;

    for (int i = 0; i < q->count; i++) {
        double prior = 1 / (q->spread[i] * q->spread[i]);

        for (int k = 0; k <= i; k++) {
            double sum = q->xx[i][k] + (i == k ? prior : 0);

            for (int j = 0; j < k; j++)
                sum -= l[i][j] * l[k][j];
            l[i][k] = i == k ? sqrt(sum) : sum / l[k][k];
        }
        b[i] = q->xy[i] + prior * q->mean[i];
        for (int k = 0; k < i; k++)
            b[i] -= l[i][k] * b[k];
        b[i] /= l[i][i];
        odds += (b[i] * b[i] - prior * q->mean[i] * q->mean[i]) / 2 - log(l[i][i] * q->spread[i]);
    }
    for (int i = q->count - 1; i >= 0; i--) {
        for (int k = i + 1; k < q->count; k++)
            b[i] -= l[k][i] * b[k];
        b[i] /= l[i][i];
    }
    return odds;
}
