/* end_hash.h - the end of a series as a hash, by which a model without observations knows a series
 * again. */
#ifndef CORE_FORECAST_SERIES_END_HASH_H
#define CORE_FORECAST_SERIES_END_HASH_H

#include <stdbool.h>

enum { END_VALUES = 12 };               /* fewer equal values may be coincidence */
#define END_HASH_MAX 4503599627370496.0 /* 2^52 */

/* A whole number from 0 to END_HASH_MAX that stands for the last values of y (n), at most
 * END_VALUES of them. NaN are alike. 0: n is 0. */
double end_hash(const double *y, int n);
/* Whether y (n) ends with the values of that hash. */
bool end_hash_is(double hash, const double *y, int n);

#endif
