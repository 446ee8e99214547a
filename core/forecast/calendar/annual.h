/* annual.h - the year's slow course of a daily series: some sines and cosines of its days, each
 * found by the evidence for it (bayes_regression.h), as harmonic regression with ARIMA errors has
 * them: Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., section
 * 10.5. */
#ifndef CORE_FORECAST_CALENDAR_ANNUAL_H
#define CORE_FORECAST_CALENDAR_ANNUAL_H

#include <stdint.h>

enum { ANNUAL_ORDER_MAX = 6, ANNUAL_WAVES = 2 * ANNUAL_ORDER_MAX };

struct annual {
    int order;                 /* 0: it has none */
    double beta[ANNUAL_WAVES]; /* (2 order) of cosine and sine by turns, the slowest first */
};

/* wave (ANNUAL_WAVES, n) of n days, the first of which comes so many after 1970-01-01. */
void annual_waves(double *wave, int64_t first, int n);
/* Adds the course of those waves so many times to v (n). */
void annual_add(double *v, const struct annual *a, const double *wave, int n, double times);
/* Adds the course of n days from that one after 1970-01-01 on to v (n). */
void annual_add_days(double *v, const struct annual *a, int64_t first, int n);

/* Finds the course in errors (n) of that variance, wave being what their filter makes of the waves;
 * the first `lost` are not used. Large errors are clipped. space: (n). */
void annual_fit(struct annual *out, const double *errors, const double *wave, int lost, int n,
                double variance, double *space);

#endif
