/* svg.h - forecasts drawn as SVG: history, mean, bands; self-contained, light and dark readable, a
 * title and a description for screen readers, every text escaped. */
#ifndef SERVER_FORMATS_SVG_H
#define SERVER_FORMATS_SVG_H

#include "server/data/data.h"

struct svg_band {
    double level;                /* percent, for the legend */
    const double *lower, *upper; /* (horizon) */
};
/* One panel of a chart. All borrowed; NaN values are gaps. */
struct svg_forecast {
    const char *title;
    struct timeline time; /* of history[0] */
    const double *history;
    int history_length;
    const double *mean; /* (horizon), begins right after the history */
    int horizon;
    const double *truth;          /* (horizon) drawn beside the mean, or NULL */
    const struct svg_band *bands; /* widest drawn first */
    int num_bands;
};
/* Charts stacked one above the other. */
void svg_write_forecasts(struct buf *out, const struct svg_forecast *f, int count);

#endif
