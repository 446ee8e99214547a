/* annual.h - the yearly course of a daily series, as a few sines and cosines of the day.
 *
 * The evidence (bayes_regression.h) decides how many there are. This is the harmonic regression
 * with ARIMA errors of Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed.,
 * section 10.5. */
#ifndef CORE_FORECAST_CALENDAR_ANNUAL_H
#define CORE_FORECAST_CALENDAR_ANNUAL_H

#include <stdint.h>

enum { ANNUAL_ORDER_MAX = 6, ANNUAL_WAVES = 2 * ANNUAL_ORDER_MAX };

struct annual {
    int order;                 /* number of harmonics; 0: there is no course */
    double beta[ANNUAL_WAVES]; /* (2 order) coefficients: cosine, sine; the lowest order first */
};

/* wave (ANNUAL_WAVES, n): cosines and sines on n days. first: days from 1970-01-01 to the first. */
void annual_waves(double *wave, int64_t first, int n);
/* Adds `times` times the course to v (n). wave: as annual_waves() computes it. */
void annual_add(double *v, const struct annual *a, const double *wave, int n, double times);
/* Adds the course to v (n). first: days from 1970-01-01 to the day of v[0]. */
void annual_add_days(double *v, const struct annual *a, int64_t first, int n);

/* Fits the course to errors (n) with this variance. wave: the waves after the filter that gave the
 * errors. The first `lost` steps are not used. Large errors are clipped. space: (n). */
void annual_fit(struct annual *out, const double *errors, const double *wave, int lost, int n,
                double variance, double *space);

#endif
