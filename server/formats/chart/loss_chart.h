/* loss_chart.h - a training drawn as SVG: its loss over the epochs. */
#ifndef SERVER_FORMATS_CHART_LOSS_CHART_H
#define SERVER_FORMATS_CHART_LOSS_CHART_H

#include <lstm/buf.h>

/* All borrowed, (epochs) each; NaN where an epoch had none. */
struct loss_chart {
    const char *title;
    const double *loss, *validation;
    int epochs;
};
/* On a logarithmic axis where the losses spread over more than a power of ten. The epoch with the
 * least validation loss is ringed and named. */
void loss_chart_write(struct buf *out, const struct loss_chart *c);

#endif
