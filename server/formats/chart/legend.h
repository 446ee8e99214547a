/* legend.h - a legend: samples of curves and areas with their names, in rows that wrap. */
#ifndef SERVER_FORMATS_CHART_LEGEND_H
#define SERVER_FORMATS_CHART_LEGEND_H

#include <lstm/buf.h>

struct legend_item {
    const char *class; /* of svg.h: a curve's, or SVG_BAND */
    const char *name;
    int layers; /* of a band: how many bands lie on top of each other there */
};

enum { LEGEND_ROW = 20 /* pixels */ };

/* Draws the items from (left, top) on, in rows of at most `width` pixels. Returns the height, a
 * multiple of LEGEND_ROW. out NULL: only measures. */
int legend_write(struct buf *out, const struct legend_item *items, int n, int left, int top,
                 int width);

#endif
