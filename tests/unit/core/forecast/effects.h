/* effects.h - short forms for the tests of calendar effects. */
#ifndef TESTS_UNIT_CORE_FORECAST_EFFECTS_H
#define TESTS_UNIT_CORE_FORECAST_EFFECTS_H

#include "core/forecast/calendar/calendar_effect.h"

#include <lstm/checkpoint.h>
#include <lstm/forecaster.h>

/* The logarithm of the factor of one step. */
double effect_at(const struct calendar_effect *f, const struct calendar *c, int step);

/* Writes a forecaster as a file and reads that again; a failure ends the test. */
struct checkpoint *file_of(const struct forecaster *f);
/* Loads the forecaster of a file, or NULL. */
enum status load_file(struct forecaster **out, const struct checkpoint *c, struct err *e);

#endif
