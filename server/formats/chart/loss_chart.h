/* loss_chart.h - draws a training as SVG: its loss over the epochs. */
#ifndef SERVER_FORMATS_CHART_LOSS_CHART_H
#define SERVER_FORMATS_CHART_LOSS_CHART_H

#include <lstm/buf.h>

/* All borrowed, (epochs) each; NaN for an epoch without that loss. */
struct loss_chart {
    const char *title;
    const double *loss, *validation;
    int epochs;
};
/* Draws the losses, on a logarithmic axis if they spread over more than a power of ten. The epoch
 * with the least validation loss is marked and named. */
void loss_chart_write(struct buf *out, const struct loss_chart *c);

#endif
