/* covariates_io.h - the covariates of a forecaster in its file: their names, and for each series
 * that uses them the regression and the remembered values. A file without covariates has no such
 * keys. */
#ifndef CORE_FORECAST_COVARIATES_IO_H
#define CORE_FORECAST_COVARIATES_IO_H

#include "core/forecast/forecaster_model.h"
#include <lstm/checkpoint.h>

#define KEY_COVARIATES       "covariates.names"
#define KEY_COVARIATE_KNOWN  "future_covariates"     /* those known in advance */
#define KEY_COVARIATE_STATE  "covariates.regression" /* numbers of all series, one after another */
#define KEY_COVARIATE_VALUES "covariates.values"     /* remembered rows of all series */

enum status covariates_save(struct checkpoint *c, const struct forecaster *f, struct err *e);
/* Called after the series are loaded. ST_CORRUPT naming the key, ST_NOMEM. */
enum status covariates_load(struct forecaster *f, const struct checkpoint *c, struct err *e);

#endif
