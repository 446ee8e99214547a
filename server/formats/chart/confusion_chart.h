/* confusion_chart.h - draws a confusion matrix as SVG: which tags are taken for which others. */
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
/* Draws a heat map with counts. A cell's colour is its share of the row; the diagonal is pale. The
 * ten most frequent confusions are listed beside it. */
void confusion_chart_write(struct buf *out, const struct confusion_chart *c);

#endif
