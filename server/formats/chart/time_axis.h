/* time_axis.h - the ticks of a chart's time axis: at round places of the calendar, with labels that
 * are as short as possible. */
#ifndef SERVER_FORMATS_CHART_TIME_AXIS_H
#define SERVER_FORMATS_CHART_TIME_AXIS_H

#include "server/data/timeline.h"

enum { TIME_TICKS_MAX = 16, TIME_LABEL_MAX = 24 };

/* A tick at one row. The second line of its label is present at the first tick and wherever it
 * changes: the year of months, the month and year of days, the day of hours; else "". */
struct time_tick {
    int row;
    char label[TIME_LABEL_MAX];
    char second[TIME_LABEL_MAX];
};

/* The ticks of rows 0 to rows - 1, at most `most` (2 to TIME_TICKS_MAX). They are at the first row
 * of each year (or 2, 5, 10 ... years), month, Monday, day, hour or minute, whichever is the finest
 * that fits. Rows without a time have ticks at round row numbers. Labels are in the rows' local
 * time. Returns the number of ticks; 0 when the rows lie within one such unit and begin none. */
int time_axis_ticks(struct time_tick out[TIME_TICKS_MAX], const struct timeline *t, int rows,
                    int most);

#endif
