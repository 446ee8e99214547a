/* metrics.h - error measures of forecasts. NaN truths are left out; n = 0 gives NaN.
 * Source: Hyndman and Koehler (2006), "Another look at measures of forecast accuracy". */
#ifndef LSTM_METRICS_H
#define LSTM_METRICS_H

struct metrics {
    double mae, rmse; /* in the unit of the series */
    double mape;      /* percent; truths of 0 are left out; NaN when none is left */
    double smape;     /* percent: 200 |y-f| / (|y|+|f|), 0/0 = 0 */
    double mase;      /* MAE / in-sample seasonal naive MAE; NaN when that is 0 or unknown */
};

/* truth, forecast: (n) in the unit of the series. scale: the in-sample MAE of mase_scale(). */
void metrics_compute(struct metrics *out, const double *truth, const double *forecast, int n,
                     double scale);
/* Mean |y_t - y_{t-m}| over the training part y (n), pairs with a NaN left out; NaN when none,
 * 0 when it is no more than the rounding of the values. */
double mase_scale(const double *y, int n, int m);

#endif
