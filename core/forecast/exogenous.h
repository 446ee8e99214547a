/* exogenous.h - the effects of covariates, calendar and the profile of a long season, which are
 * taken off a series before it is modelled and put back on its forecasts.
 *
 * Where the calendar has an effect, that of the covariates multiplies too, so that both are one. */
#ifndef CORE_FORECAST_EXOGENOUS_H
#define CORE_FORECAST_EXOGENOUS_H

#include "core/forecast/calendar/calendar_effect.h"
#include "core/forecast/covariates/regression.h"
#include "core/forecast/series/profile.h"

/* All borrowed; each may have no effect. profile, which may be NULL, is of what is before step
 * `origin`. It has an effect only where the others have none. */
struct exogenous {
    const struct regression *regression;
    const struct calendar_effect *calendar;
    const struct profile *profile;
    int origin;
};

bool exogenous_any(const struct exogenous *a);
/* effect (total) on all steps of s from the first on; total may be more than s->rows. Of covariates
 * that are not known in advance only the first n rows are looked at. ST_NOMEM. */
enum status exogenous_effect(double *effect, const struct exogenous *a, const struct series_view *s,
                             int n, int total, struct err *e);
/* y without the effect, and back. NaN stays NaN. */
double exogenous_remove(const struct exogenous *a, double y, double effect);
double exogenous_restore(const struct exogenous *a, double y, double effect);

#endif
