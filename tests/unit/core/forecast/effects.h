/* effects.h - short cuts for the tests of calendar effects. */
#ifndef TESTS_UNIT_CORE_FORECAST_EFFECTS_H
#define TESTS_UNIT_CORE_FORECAST_EFFECTS_H

#include "core/forecast/calendar/calendar_effect.h"

#include <lstm/checkpoint.h>
#include <lstm/forecaster.h>

/* The logarithm of what one step is multiplied by. */
double effect_at(const struct calendar_effect *f, const struct calendar *c, int step);

/* A forecaster's file as read again; a failure ends the test. */
struct checkpoint *file_of(const struct forecaster *f);
/* The forecaster of a file, or NULL. */
enum status load_file(struct forecaster **out, const struct checkpoint *c, struct err *e);

#endif
