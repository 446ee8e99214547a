/* cleaned.h - the history of a forecast without outliers and past regimes, and how certain the
 * forecast is after that. */
#ifndef CORE_FORECAST_CLEANED_H
#define CORE_FORECAST_CLEANED_H

#include "core/forecast/net/transform.h"
#include <lstm/params.h>

struct cleaned {
    int shifted_at, turned_at; /* where the level last shifted, and the trend turned; 0: nowhere */
    bool doubtful;             /* the last value was moved half the way */
    /* In the units of the history: the last value before it was moved, and after; the change
     * between neighbours when the rest is constant; the standard error of the slope. */
    double before, last, change, slope_error;
    int length;
};

/* Cleans y (n, no NaN, finite). reason (n): as set by outliers_clean(), CHANGE_TREND or
 * CHANGE_DOUBTFUL. turns: whether the model was fitted to histories whose turns were moved; older
 * models were not, and keep their forecasts. ST_NOMEM. */
enum status cleaned_take(struct cleaned *out, double *y, unsigned char *reason, int n,
                         const struct params *p, bool turns, struct err *e);

/* Sets what widens the intervals in t, by its scaling. */
void cleaned_widen(struct transform *t, const struct cleaned *c, bool turns);

#endif
