/* forecaster_evaluate.h - what a fitted net is worth: residuals for the intervals, errors on the
 * held-out end. */
#ifndef CORE_FORECAST_FORECASTER_EVALUATE_H
#define CORE_FORECAST_FORECASTER_EVALUATE_H

#include "core/forecast/forecaster_model.h"
#include "core/forecast/prepare.h"

/* Fits f->intervals to the errors over the validation windows; where those are too few, over the
 * last training windows too. ST_INVALID when the net's outputs are not finite. */
enum status evaluate_intervals(struct forecaster *f, const struct prepared *d, struct err *e);

/* The same of an ensemble, and f->gain: from the validation samples. */
enum status evaluate_ensemble(struct forecaster *f, struct prepared *d, struct err *e);

/* Sets f->evaluation; f's series and intervals are there. ST_CANCELLED when d->progress reports
 * it. */
enum status evaluate_forecaster(struct forecaster *f, const struct prepared *d,
                                double last_batch_loss, struct err *e);

#endif
