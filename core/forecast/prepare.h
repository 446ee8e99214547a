/* prepare.h - a panel made ready for training: filled, scaled, cut into windows. Deterministic in
 * (panel, params), so that a resumed fit finds the same samples. */
#ifndef FORECAST_PREPARE_H
#define FORECAST_PREPARE_H

#include "core/forecast/resolve.h"
#include "core/forecast/windows.h"

struct prepared_series {
    const struct series_view *view; /* borrowed */
    double *y, *z;                  /* (view->length) filled, scaled; owned */
    int test_start, test_length;    /* held-out steps, in the one-step recipe held-out windows */
    struct transform transform;
};

struct prepared {
    const struct params *params; /* borrowed */
    struct frame frame;
    struct prepared_series *series; /* (count) */
    int count;
    struct windows train, valid; /* valid has no samples when there is no validation part */
};

/* p is resolved for panel; both are borrowed. Only to be moved by pointer: windows point inside. */
enum status prepared_init(struct prepared *out, const struct panel *panel, const struct params *p,
                          struct err *e);
void prepared_release(struct prepared *d);

#endif
