/* forecaster_evaluate.h - measures a fitted model: residuals for the intervals, errors on the
 * held-out end. */
#ifndef CORE_FORECAST_FORECASTER_EVALUATE_H
#define CORE_FORECAST_FORECASTER_EVALUATE_H

#include "core/forecast/forecaster_model.h"
#include "core/forecast/prepare.h"

/* Fits f->intervals to the residuals of the validation windows, and of the last training windows
 * too when there are few validation windows. ST_INVALID when the net's outputs are not finite. */
enum status evaluate_intervals(struct forecaster *f, const struct prepared *d, struct err *e);

/* The same for an ensemble, from the validation samples; sets f->gain too. */
enum status evaluate_ensemble(struct forecaster *f, struct prepared *d, struct err *e);

/* Sets f->evaluation. f's series and intervals must be set. ST_CANCELLED when d->progress returns
 * it. */
enum status evaluate_forecaster(struct forecaster *f, const struct prepared *d,
                                double last_batch_loss, struct err *e);

#endif
