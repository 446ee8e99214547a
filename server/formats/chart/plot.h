/* plot.h - one panel of a chart: a rectangle with axes, in which curves are drawn. */
#ifndef SERVER_FORMATS_CHART_PLOT_H
#define SERVER_FORMATS_CHART_PLOT_H

#include "server/formats/chart/svg.h"
#include "server/formats/chart/time_axis.h"
#include "server/formats/chart/value_axis.h"

/* Sizes in pixels of the document. The labels of the axes lie outside. */
struct plot {
    double left, right, top, bottom;
    struct value_axis values;
    int rows; /* the first is at the left edge, the last at the right one */
};

double plot_x(const struct plot *p, double row);
double plot_y(const struct plot *p, double value);
/* Draws the lines of the grid, with their labels left of the panel. */
void plot_value_axis(struct buf *out, const struct plot *p);
/* Draws ticks and labels below the panel, in two lines. */
void plot_time_axis(struct buf *out, const struct plot *p, const struct timeline *t);
/* The same for rows that are numbered from `first` on. name: of the axis, such as "epoch". */
void plot_count_axis(struct buf *out, const struct plot *p, int first, const char *name);
/* Joins the points (first + i, v[i]). A value that is not finite makes a gap; a single value
 * between two gaps becomes a dot. */
void plot_line(struct buf *out, const struct plot *p, const char *class, const double *v, int n,
               int first);

#endif
