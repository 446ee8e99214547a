/* plot.h - one panel of a chart: a rectangle with a value axis, on which rows of numbers are
 * drawn. */
#ifndef SERVER_FORMATS_CHART_PLOT_H
#define SERVER_FORMATS_CHART_PLOT_H

#include "server/formats/chart/svg.h"
#include "server/formats/chart/time_axis.h"
#include "server/formats/chart/value_axis.h"

/* Pixels of the document; the axes' labels stand outside. */
struct plot {
    double left, right, top, bottom;
    struct value_axis values;
    int rows; /* the first lies at left, the last at right */
};

double plot_x(const struct plot *p, double row);
double plot_y(const struct plot *p, double value);
/* Lines of the grid and their labels, left of the panel. */
void plot_value_axis(struct buf *out, const struct plot *p);
/* Ticks and labels below the panel, in two lines. */
void plot_time_axis(struct buf *out, const struct plot *p, const struct timeline *t);
/* The same for rows that are counted from first on, with a name below: "epoch". */
void plot_count_axis(struct buf *out, const struct plot *p, int first, const char *name);
/* The points (first + i, v[i]) joined; a value that is not finite is a gap, and one
 * that stands alone between two gaps is a dot. */
void plot_line(struct buf *out, const struct plot *p, const char *class, const double *v, int n,
               int first);

#endif
