/* calendar_io.h - the calendar of a forecaster's series in its file: of each its place and its
 * effects. A file of a model without such effects has none. */
#ifndef CORE_FORECAST_CALENDAR_IO_H
#define CORE_FORECAST_CALENDAR_IO_H

#include "core/forecast/forecaster_model.h"
#include <lstm/checkpoint.h>

/* Numbers of all series, one after another: the unit (0 none, 1 months, 2 days); where there is
 * one, units from 1970-01-01 to the first remembered value; of months the coefficients; of days the
 * order of the year's course and its coefficients, how many holidays there are, and of each kind,
 * month, day, nth, working, beta. */
#define KEY_CALENDAR "series.calendar"

enum status calendar_save(struct checkpoint *c, const struct forecaster *f, struct err *e);
/* After the series and their covariates. ST_CORRUPT naming the key, ST_NOMEM. */
enum status calendar_load(struct forecaster *f, const struct checkpoint *c, struct err *e);

#endif
