/* backtest_measure.h - the errors of a backtest whose forecasts are there. */
#ifndef CORE_FORECAST_EVALUATION_BACKTEST_MEASURE_H
#define CORE_FORECAST_EVALUATION_BACKTEST_MEASURE_H

#include <lstm/backtest.h>

/* Fills in the metrics of every item, their means, the errors by step ahead and the coverage. scale
 * (b->count): what MASE divides by, as mase_scale() of the part before each origin. */
void backtest_measure(struct backtest *b, const double *scale);

#endif
