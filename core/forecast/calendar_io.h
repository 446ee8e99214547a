/* calendar_io.h - the place in the calendar and the calendar effects of each series, in a
 * forecaster's file. A file of a model without such effects has no such key. */
#ifndef CORE_FORECAST_CALENDAR_IO_H
#define CORE_FORECAST_CALENDAR_IO_H

#include "core/forecast/forecaster_model.h"
#include <lstm/checkpoint.h>

/* A list of numbers for each series, one after another. It begins with the unit: 0 none, 1 months,
 * 2 days. With a unit, the number of units from 1970-01-01 to the first remembered value follows.
 * Then months have their coefficients. Days have the order of the year's course and its
 * coefficients, the number of holidays, and for each holiday its kind, month, day, nth, working,
 * beta. */
#define KEY_CALENDAR "series.calendar"

enum status calendar_save(struct checkpoint *c, const struct forecaster *f, struct err *e);
/* Called after the series and their covariates are loaded. ST_CORRUPT naming the key, ST_NOMEM. */
enum status calendar_load(struct forecaster *f, const struct checkpoint *c, struct err *e);

#endif
