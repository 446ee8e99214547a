/* croston.h - demand per step of a series with many zeros, from how large a demand is and how often
 * there is one.
 *
 * Croston (1972), "Forecasting and stock control for intermittent demands", smooths the sizes and
 * the intervals between them; Syntetos and Boylan (2005), "The accuracy of intermittent demand
 * estimates", take off the bias of their ratio (SBA). Teunter, Syntetos and Babai (2011),
 * "Intermittent demand: linking forecasting to inventory obsolescence", smooth the probability of a
 * demand at every step instead, so that the forecast of a product that nobody asks for falls (TSB).
 */
#ifndef CORE_FORECAST_METHODS_CROSTON_H
#define CORE_FORECAST_METHODS_CROSTON_H

/* Each writes rates (n + 1): rates[t] is the demand expected of any step from t on, given
 * y[0..t-1]; 0 before the first demand. y (n): at least 0, no NaN. alpha, beta in [0, 1): weights
 * of the newest observation; a state is the mean of all its observations until one of them would
 * weigh less than that, so 0 is the mean over the history. Cannot fail. */

/* Exponential smoothing of the demands themselves, zeros included. */
void demand_rates(double *rates, const double *y, int n, double alpha);
void croston_rates(double *rates, const double *y, int n, double alpha);
/* alpha: of the probability; beta: of the size. */
void tsb_rates(double *rates, const double *y, int n, double alpha, double beta);

#endif
