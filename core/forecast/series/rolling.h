/* rolling.h - rolling origins: the points of one history from which forecasts start.
 *
 * A forecast from origin t reads the values before t and forecasts t, t + 1, ... */
#ifndef CORE_FORECAST_SERIES_ROLLING_H
#define CORE_FORECAST_SERIES_ROLLING_H

struct rolling {
    const double *w; /* (n) the history, no NaN; borrowed */
    int n;
    const int *origins; /* (count), ascending, each in 1..n; borrowed */
    int count;
    int horizon; /* steps to be forecast from each */
};

#endif
