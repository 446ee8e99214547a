/* exogenous.c - see exogenous.h. */
#include "core/forecast/exogenous.h"

#include <math.h>
#include <string.h>

bool exogenous_any(const struct exogenous *a)
{
    return a->regression->count > 0 || a->calendar->unit != CALENDAR_NONE ||
           (a->profile && a->profile->season);
}

enum status exogenous_effect(double *effect, const struct exogenous *a, const struct series_view *s,
                             int n, int total, struct err *e)
{
    enum status st = ST_OK;

    memset(effect, 0, (size_t)total * sizeof(*effect));
    if (a->regression->count)
        st = regression_effect(effect, a->regression, s->covariates, s->rows, n, total, e);
    if (!st)
        calendar_effect_add(effect, a->calendar, &s->calendar, total);
    if (!st && a->profile)
        profile_add(effect, a->profile, a->origin, total);
    return st;
}

static bool multiplies(const struct exogenous *a)
{
    return a->calendar->unit != CALENDAR_NONE || a->regression->logarithm;
}

double exogenous_remove(const struct exogenous *a, double y, double effect)
{
    return multiplies(a) ? y * exp(-effect) : y - effect;
}

double exogenous_restore(const struct exogenous *a, double y, double effect)
{
    return multiplies(a) ? y * exp(effect) : y + effect;
}
