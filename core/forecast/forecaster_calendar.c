/* forecaster_calendar.c - the calendar effects of a series, as <lstm/calendar.h> presents them. */
#include "core/forecast/forecaster_model.h"

/* Finds the dates of the year on which the yearly course is highest and lowest. */
static void find_turns(struct calendar_coefficients *out, const struct annual *a)
{
    double course[365] = {0}; /* of 1970 */

    out->annual_order = a->order;
    annual_add_days(course, a, 0, 365);
    for (int day = 0; day < 365; day++) {
        struct civil c = calendar_civil(day);
        struct holiday h = {.month = c.month, .day = c.day, .beta = course[day]};

        out->high = day == 0 || h.beta > out->high.beta ? h : out->high;
        out->low = day == 0 || h.beta < out->low.beta ? h : out->low;
    }
}

/* Each column of calendar_days.h contrasts days; together they give the effect of each weekday. */
void forecaster_calendar(struct calendar_coefficients *out, const struct forecaster *f, int i)
{
    const double *beta = f->series[i].calendar_effect.beta;
    double rest = 0;

    *out = (struct calendar_coefficients){.unit = f->series[i].calendar_effect.unit};
    for (int d = 0; d < 6; d++) {
        out->weekday[d] = beta[CALENDAR_DAY + d] + (d < 5 ? 1 : -2.5) * beta[CALENDAR_WEEKDAYS];
        rest -= beta[CALENDAR_DAY + d];
    }
    out->weekday[6] = rest - 2.5 * beta[CALENDAR_WEEKDAYS];
    out->leap_day = beta[CALENDAR_LEAP];
    for (int k = CALENDAR_EASTER; k < CALENDAR_COLUMNS; k++)
        if (beta[k] < 0 || beta[k] > 0) {
            out->easter = beta[k];
            out->easter_days = calendar_easter_days(k);
        }
    out->holidays = f->series[i].calendar_effect.holidays.list;
    out->num_holidays = f->series[i].calendar_effect.holidays.count;
    if (f->series[i].calendar_effect.holidays.annual.order)
        find_turns(out, &f->series[i].calendar_effect.holidays.annual);
}
