/* model_file.h - a forecaster, its bytes, and the forecaster that is loaded from them. */
#ifndef TESTS_UNIT_CORE_FORECAST_MODEL_FILE_H
#define TESTS_UNIT_CORE_FORECAST_MODEL_FILE_H

#include "tests/unit/core/forecast/series.h"

#include <lstm/anomalies.h>
#include <lstm/checkpoint.h>
#include <string.h>

struct model_file {
    uint8_t *bytes;
    size_t len;
};

struct model_file model_file_saved(const struct forecaster *f, const char *const *extra);

struct forecaster *model_file_loaded(const struct model_file *file);

struct forecaster *model_file_model(int which);

#endif
