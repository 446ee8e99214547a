/* forecaster_io.h - the metadata keys of a forecaster's file besides the parameters: see
 * <lstm/forecaster.h> for what a file must have. Lists have one entry per series. */
#ifndef CORE_FORECAST_FORECASTER_IO_H
#define CORE_FORECAST_FORECASTER_IO_H

#define KEY_FORMAT         "format"     /* "pt", as in files of PyTorch */
#define KEY_TASK           "lstmd.task" /* "forecast" */
#define KEY_NORMALISED     "normalised" /* 1: inputs are levelled and divided by a unit */
#define KEY_LEVEL          "level_length"
#define KEY_IDS            "series.id"
#define KEY_IDS_ESCAPED    "series.id_escaped" /* "true" when an id has a line break: ids.h */
#define KEY_SKIPPED        "series.skipped"
#define KEY_LENGTHS        "series.length" /* numbers of remembered values */
#define KEY_VALUES         "series.values" /* remembered values of all series, one after another */
#define KEY_END            "series.end"    /* in place of values: end_hash() of each series */
#define KEY_OFFSET         "series.offset"
#define KEY_SCALE          "series.scale"
#define KEY_CENTRE         "series.centre"
#define KEY_ERROR_SCALE    "series.unit"
#define KEY_NONNEGATIVE    "series.nonnegative"
#define KEY_ENSEMBLE       "series.ensemble" /* ENSEMBLE_NUMBERS of each series: see ensemble.h */
#define KEY_GAIN           "ensemble.gain"
#define KEY_PROFILES       "ensemble.profiles" /* 1: long seasons are profiles (profile.h) */
#define KEY_TURNS          "ensemble.turns"    /* 1: turns of the trend are moved (turns.h) */
#define KEY_GLOBAL_NETS    "ensemble.nets"     /* how many; tensors direct.0.lstm... and on */
#define PREFIX_GLOBAL_NETS "direct.%d."
#define KEY_GLOBAL_AR      "ensemble.linear_season" /* of the tensor linear_model (L, H) */
#define TENSOR_GLOBAL_AR   "linear_model"
#define KEY_RESIDUALS      "residual.scale"
#define KEY_QUANTILES      "residual.quantiles"
#define KEY_SHAPE          "residual.shape"
#define KEY_PERSISTENCE    "residual.persistence"

enum { IO_VALUES_MAX = 8000000 }; /* numbers in one list */

#endif
