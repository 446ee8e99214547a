/* forecast_chart.h - draws forecasts as SVG: history, mean and intervals of one or many series. */
#ifndef SERVER_FORMATS_CHART_FORECAST_CHART_H
#define SERVER_FORMATS_CHART_FORECAST_CHART_H

#include "server/data/data.h"

enum { FORECAST_BANDS_MAX = 16, FORECAST_CHARTS_MAX = 24 };

struct forecast_band {
    double level;                /* percent, for the legend */
    const double *lower, *upper; /* (horizon) */
};
/* One series. All borrowed; NaN values are gaps. */
struct forecast_chart {
    const char *title;
    const char *values;   /* title of the axis of values; or NULL */
    struct timeline time; /* of history[0] */
    const double *history;
    int history_length;
    const double *mean; /* (horizon), from the step after the history */
    int horizon;
    const double *truth;               /* (horizon) drawn beside the mean, or NULL */
    const struct forecast_band *bands; /* widest first; at most FORECAST_BANDS_MAX */
    int num_bands;
};
/* Draws the first FORECAST_CHARTS_MAX of count series: a few one above the other, many in a grid. A
 * line at the end tells how many are not drawn; this number includes left_out further series. */
void forecast_charts_write(struct buf *out, const struct forecast_chart *f, int count,
                           int left_out);

#endif
