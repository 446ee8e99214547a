/* exogenous.h - the effects of covariates, calendar and the profile of a long season. They are
 * removed from a series before it is modelled, and restored on its forecasts.
 *
 * When the calendar has an effect, the effect of the covariates is also a factor, and both factors
 * are multiplied. */
#ifndef CORE_FORECAST_EXOGENOUS_H
#define CORE_FORECAST_EXOGENOUS_H

#include "core/forecast/calendar/calendar_effect.h"
#include "core/forecast/covariates/regression.h"
#include "core/forecast/series/profile.h"

/* All borrowed; each may be without effect. profile may be NULL; it is fitted to the steps before
 * `origin`, and has an effect only when neither of the others has. */
struct exogenous {
    const struct regression *regression;
    const struct calendar_effect *calendar;
    const struct profile *profile;
    int origin;
};

bool exogenous_any(const struct exogenous *a);
/* effect (total): of steps 0 to total - 1 of s; total may exceed s->rows. Of covariates that are
 * not known in advance only the first n rows are read. ST_NOMEM. */
enum status exogenous_effect(double *effect, const struct exogenous *a, const struct series_view *s,
                             int n, int total, struct err *e);
/* y without the effect. NaN stays NaN. */
double exogenous_remove(const struct exogenous *a, double y, double effect);
double exogenous_restore(const struct exogenous *a, double y, double effect);

#endif
