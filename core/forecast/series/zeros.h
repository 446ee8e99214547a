/* zeros.h - recognises intermittent demand: so many zeros that the median is of little use. */
#ifndef CORE_FORECAST_SERIES_ZEROS_H
#define CORE_FORECAST_SERIES_ZEROS_H

#include <stdbool.h>

/* Whether y (n, no NaN) is intermittent demand. Nothing is below 0, and at least 24 % of the values
 * since the first demand are zeros. These come neither in long runs nor in the same phase of each
 * `season` (steps, 1: none). The share belongs to a mean interval of 1.32 steps between demands,
 * the boundary of Syntetos and Boylan (2005), "The accuracy of intermittent demand estimates". */
bool zeros_abound(const double *y, int n, int season);

#endif
