/* aggregate.c - see aggregate.h. */
#include "server/data/table/aggregate.h"

#include <math.h>

/* ---- time ---- */

/* The first month of the step that contains month m of year y, counted from 1970-01. */
static int64_t floor_months(int64_t y, int m, int64_t months)
{
    return floor_div((y - 1970) * 12 + m - 1, months) * months;
}

void aggregate_floor(struct timestamp *t, const struct timeline *step)
{
    static const int unit_months[] = {[FREQ_Y] = 12, [FREQ_Q] = 3, [FREQ_M] = 1};
    enum freq_unit unit = step->frequency.unit;
    int64_t local = t->seconds, multiple = step->frequency.multiple, y, seconds;
    int m, d;

    if (t->precision == FREQ_S)
        local += step->style.offset * 60;
    if (unit <= FREQ_M) {
        date_from_days(floor_div(local, DAY_SECONDS), &y, &m, &d);
        y = floor_months(y, m, unit_months[unit] * multiple);
        local = days_from_date(1970 + floor_div(y, 12), (int)floor_mod(y, 12) + 1, 1) * DAY_SECONDS;
        *t = (struct timestamp){local, FREQ_D};
    } else if (unit == FREQ_W) { /* 1970-01-05 was a Monday */
        seconds = 7 * DAY_SECONDS * multiple;
        local = floor_div(local - 4 * DAY_SECONDS, seconds) * seconds + 4 * DAY_SECONDS;
        *t = (struct timestamp){local, FREQ_D};
    } else if (unit == FREQ_D) {
        seconds = DAY_SECONDS * multiple;
        *t = (struct timestamp){floor_div(local, seconds) * seconds, FREQ_D};
    } else {
        seconds = frequency_step(step->frequency);
        local = floor_div(local, seconds) * seconds;
        *t = (struct timestamp){local - step->style.offset * 60, FREQ_S};
    }
}

/* ---- values ---- */

void aggregate_add(double *step, double *counts, const double *row, int n, enum aggregate how)
{
    for (int i = 0; i < n; i++) {
        double v = row[i];
        bool taken = how == AGGREGATE_LAST || (how == AGGREGATE_MIN && v < step[i]) ||
                     (how == AGGREGATE_MAX && v > step[i]);

        if (isnan(v))
            continue;
        if (counts[i]++ == 0 || taken)
            step[i] = v;
        else if (how == AGGREGATE_MEAN || how == AGGREGATE_SUM)
            step[i] += v;
    }
}

void aggregate_end(double *step, const double *counts, int n, enum aggregate how)
{
    for (int i = 0; i < n; i++) {
        if (how == AGGREGATE_COUNT)
            step[i] = counts[i];
        else if (counts[i] == 0)
            step[i] = NAN;
        else if (how == AGGREGATE_MEAN)
            step[i] /= counts[i];
    }
}
