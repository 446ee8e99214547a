/* profile.h - the profile of a long season, such as a day of minutes: the typical value at each of
 * its steps. It is removed from a series, and restored on its forecasts. */
#ifndef CORE_FORECAST_SERIES_PROFILE_H
#define CORE_FORECAST_SERIES_PROFILE_H

#include <lstm/status.h>

#include <stdbool.h>

enum {
    PROFILE_SEASON_MIN = 200, /* steps; for shorter seasons the methods keep states themselves */
    PROFILE_CYCLES_MAX = 28,  /* most seasons that are read */
    PROFILE_VALUES_MAX = 28 * 1440 /* most values that are read */
};

/* All zero: no profile. */
struct profile {
    int season;   /* steps, 0: none */
    double *mean; /* (season) at the steps after the last value read, around 0; owned */
};

/* Whether a season of this many steps gets a profile. A year of days does not: it has its own
 * course (calendar/annual.h), or states. */
bool profile_applies(int season_length);

/* Fits the profile of values (n, NaN = missing) over season_length steps. Takes seven times as many
 * (a week of days) if that forecasts the last seven seasons clearly better. There is no profile if
 * a level forecasts better, or the values are too few. ST_NOMEM. */
enum status profile_fit(struct profile *out, const double *values, int n, int season_length,
                        struct err *e);
/* Adds the profile to effect (total). Step `origin` is the first after the values it was fitted
 * to. */
void profile_add(double *effect, const struct profile *p, int origin, int total);
void profile_release(struct profile *p);

#endif
