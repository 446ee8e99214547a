/* turns.h - a trend that has changed its slope recently.
 *
 * Methods with a long memory continue the mean slope of both parts. So the history is changed as if
 * the present line had always been in force, like that of a level that has shifted (regimes.h). */
#ifndef CORE_FORECAST_SERIES_TURNS_H
#define CORE_FORECAST_SERIES_TURNS_H

#include <lstm/params.h>
#include <lstm/status.h>

struct turn {
    int at;       /* the step at which the lines before and after it meet; 0: there is no turn */
    double error; /* standard error of the slope after it, in units of y for each step */
};

/* Finds a turn of the trend near the end of y (n, no NaN, finite), at least five values before the
 * end, and moves the values before it. The season is removed first. The scale is that of y or, if
 * all values are positive, of their logarithms, whichever two lines fit better. They must fit much
 * better than one line, better than a cubic curve or a line with a step, and with errors like
 * independent noise: so a random walk, whose slope changes all the time, has no turn, nor has a
 * smooth curve. Called after outliers_clean(), under the same conditions. ST_NOMEM. */
enum status turns_move(double *y, int n, const struct params *p, struct turn *out, struct err *e);

#endif
