/* backtest_measure.h - the error measures of a backtest, computed from its forecasts. */
#ifndef CORE_FORECAST_EVALUATION_BACKTEST_MEASURE_H
#define CORE_FORECAST_EVALUATION_BACKTEST_MEASURE_H

#include <lstm/backtest.h>

/* Sets the metrics of every item, their means, the errors by step ahead, and the coverage. scale
 * (b->count): the divisor of MASE, the mase_scale() of the values before each origin. */
void backtest_measure(struct backtest *b, const double *scale);

#endif
