/* zeros.h - which series have so many zeros that their median tells little: intermittent demand. */
#ifndef CORE_FORECAST_SERIES_ZEROS_H
#define CORE_FORECAST_SERIES_ZEROS_H

#include <stdbool.h>

/* Whether y (n, no NaN) is such a series: nothing below 0, and since the first demand at least 24 %
 * zeros, which come neither in long runs nor in every cycle of `season` steps (1: none). The share
 * is that of a mean interval of 1.32 steps between demands, the boundary of Syntetos and Boylan
 * (2005), "The accuracy of intermittent demand estimates". */
bool zeros_abound(const double *y, int n, int season);

#endif
