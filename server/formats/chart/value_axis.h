/* value_axis.h - the vertical axis of a chart: a range that contains all values, with round
 * ends. */
#ifndef SERVER_FORMATS_CHART_VALUE_AXIS_H
#define SERVER_FORMATS_CHART_VALUE_AXIS_H

#include <stdbool.h>

enum { VALUE_TICKS_MAX = 32 };

/* After value_axis_settle() low < high, and both are ticks if the axis is linear. */
struct value_axis {
    double low, high;
    double step; /* between two ticks of a linear axis */
    bool log;    /* equal ratios have equal distances */
};

/* An axis that contains nothing yet. */
struct value_axis value_axis_empty(void);
/* Widens the axis over the n values of v. Values that are not finite are skipped. */
void value_axis_widen(struct value_axis *a, const double *v, int n);
/* Rounds the range outwards to about so many ticks. An empty axis becomes 0 to 1. */
void value_axis_settle(struct value_axis *a, int ticks);
/* The same with powers of ten. The axis stays linear when a value is not above 0. */
void value_axis_settle_log(struct value_axis *a, int ticks);
/* The values that get a line and a label, in ascending order. Returns their number. */
int value_axis_ticks(double out[VALUE_TICKS_MAX], const struct value_axis *a);
/* The position of v: 0 at low, 1 at high. */
double value_axis_place(const struct value_axis *a, double v);
/* 1, 2 or 5 times a power of ten: the least that divides `range` into at most `parts` pieces. */
double round_step(double range, int parts);

#endif
