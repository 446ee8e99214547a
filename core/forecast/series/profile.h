/* profile.h - the course of a long season, such as a day of minutes: what it is at each of its
 * steps, over all seasons that are known. It is taken off a series and put back on its forecasts.
 */
#ifndef CORE_FORECAST_SERIES_PROFILE_H
#define CORE_FORECAST_SERIES_PROFILE_H

#include <lstm/status.h>

#include <stdbool.h>

enum {
    PROFILE_SEASON_MIN = 200, /* steps; of shorter seasons the methods have states themselves */
    PROFILE_CYCLES_MAX = 28,  /* seasons that are looked at */
    PROFILE_VALUES_MAX = 28 * 1440 /* values that are looked at */
};

/* Zeroed, there is none. */
struct profile {
    int season;   /* steps, 0: none */
    double *mean; /* (season) at the steps after the last value looked at, around 0; owned */
};

/* Whether a season of so many steps is one that profiles are for. A year of days is not: it has its
 * own course (calendar/annual.h), or states. */
bool profile_applies(int season_length);

/* The profile of values (n, NaN = missing) over season_length steps, or over seven times as many (a
 * week of days) where that forecasts the last seven seasons clearly better; none where that is
 * better still, or the values are too few. ST_NOMEM. */
enum status profile_fit(struct profile *out, const double *values, int n, int season_length,
                        struct err *e);
/* Adds the profile to effect (total), of which step `origin` is the first after the values. */
void profile_add(double *effect, const struct profile *p, int origin, int total);
void profile_release(struct profile *p);

#endif
