/* value_axis.h - the upright axis of a chart: a range that holds all values, ended by round
 * numbers. */
#ifndef SERVER_FORMATS_CHART_VALUE_AXIS_H
#define SERVER_FORMATS_CHART_VALUE_AXIS_H

#include <stdbool.h>

enum { VALUE_TICKS_MAX = 32 };

/* After value_axis_settle() low < high; both are ticks of a linear axis. */
struct value_axis {
    double low, high;
    double step; /* between two ticks of a linear axis */
    bool log;    /* equal ratios are equally far apart */
};

/* An axis that holds nothing yet. */
struct value_axis value_axis_empty(void);
/* Widens it over the n values of v; those that are not finite are left out. */
void value_axis_widen(struct value_axis *a, const double *v, int n);
/* Rounds the range outwards to about so many ticks. An axis that holds nothing becomes 0 to 1. */
void value_axis_settle(struct value_axis *a, int ticks);
/* The same with powers of ten; leaves the axis linear where a value is not above 0. */
void value_axis_settle_log(struct value_axis *a, int ticks);
/* The values that get a line and a label, upwards; returns how many. */
int value_axis_ticks(double out[VALUE_TICKS_MAX], const struct value_axis *a);
/* Where v lies: 0 at low, 1 at high. */
double value_axis_place(const struct value_axis *a, double v);
/* 1, 2 or 5 times a power of ten: the least that divides range into at most parts pieces. */
double round_step(double range, int parts);

#endif
