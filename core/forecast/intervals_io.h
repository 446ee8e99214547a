/* intervals_io.h - the intervals of a forecaster in the metadata of its file. */
#ifndef CORE_FORECAST_INTERVALS_IO_H
#define CORE_FORECAST_INTERVALS_IO_H

#include "core/forecast/net/intervals.h"
#include <lstm/checkpoint.h>

/* Writes nothing when there are no residuals. */
enum status intervals_save(struct checkpoint *c, const struct intervals *b, struct err *e);
/* Reads the intervals of `horizon` steps, if there are any. b: zeroed; must be released in any
 * case. ST_CORRUPT names what is wrong, ST_NOMEM. */
enum status intervals_load(struct intervals *b, const struct checkpoint *c, int horizon,
                           struct err *e);

#endif
