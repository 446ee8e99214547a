/* confusion_chart.h - a confusion matrix drawn as SVG: which tags are taken for which. */
#ifndef SERVER_FORMATS_CHART_CONFUSION_CHART_H
#define SERVER_FORMATS_CHART_CONFUSION_CHART_H

#include <lstm/buf.h>
#include <stdint.h>

/* All borrowed. */
struct confusion_chart {
    const char *title;
    const char *const *tags; /* (n) */
    const double *counts;    /* (n, n): rows are true tags, columns predicted ones */
    int n;
};
/* A heat map with counts: the share of its row colours a cell, the diagonal is muted; the ten
 * pairs that are confused most stand beside it. */
void confusion_chart_write(struct buf *out, const struct confusion_chart *c);

#endif
