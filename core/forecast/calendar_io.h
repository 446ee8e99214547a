/* calendar_io.h - the calendar of a forecaster's series in its file: of each its place and its coefficients. A
 * file of a model without such effects has none. */
#ifndef FORECAST_CALENDAR_IO_H
#define FORECAST_CALENDAR_IO_H

#include "core/forecast/model.h"
#include <lstm/checkpoint.h>

/* Of each series: 1 where there is an effect, else 0; months from 1970-01 to the first remembered value;
 * the coefficients. */
#define KEY_CALENDAR "series.calendar"

enum status calendar_save(struct checkpoint *c, const struct forecaster *f, struct err *e);
/* After the series and their covariates. ST_CORRUPT naming the key, ST_NOMEM. */
enum status calendar_load(struct forecaster *f, const struct checkpoint *c, struct err *e);

#endif
