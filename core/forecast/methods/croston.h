/* croston.h - demand per step of a series with many zeros, from the sizes of its demands and the
 * intervals between them.
 *
 * Croston (1972), "Forecasting and stock control for intermittent demands", smooths sizes and
 * intervals. Syntetos and Boylan (2005), "The accuracy of intermittent demand estimates", correct
 * the bias of their ratio (SBA). Teunter, Syntetos and Babai (2011), "Intermittent demand: linking
 * forecasting to inventory obsolescence", smooth the probability of a demand at every step instead.
 * So the forecast of a product without demand falls (TSB). */
#ifndef CORE_FORECAST_METHODS_CROSTON_H
#define CORE_FORECAST_METHODS_CROSTON_H

/* Each function writes rates (n + 1): rates[t] is the expected demand of any step from t on, given
 * y[0..t-1]; 0 before the first demand. y (n): at least 0, no NaN. alpha, beta in [0, 1) are
 * weights of the newest observation. The newest of k observations has at least the weight 1 / k. So
 * a state begins as their mean, and with a weight of 0 it stays the mean. Cannot fail. */

/* Exponential smoothing of the demands themselves, zeros included. */
void demand_rates(double *rates, const double *y, int n, double alpha);
void croston_rates(double *rates, const double *y, int n, double alpha);
/* alpha: of the probability; beta: of the size. */
void tsb_rates(double *rates, const double *y, int n, double alpha, double beta);

#endif
