/* fill.h - what stands for a missing observation when a model sees the series. */
#ifndef FORMATS_FILL_H
#define FORMATS_FILL_H

#include "server/formats/data.h"

/* "linear", "error", "seasonal", "previous", "zero"; static. */
const char *fill_name(enum fill_policy f);
bool fill_from_name(enum fill_policy *out, const char *name);

/* Replaces what is missing in every series and column of s by s->fill:
 *   linear    stays missing: the core interpolates between the neighbours, and does not score it
 *   error     nothing may be missing: ST_INVALID naming series and row
 *   seasonal  level and season: the observations without the season's effect are interpolated linearly, at the ends
 *             they go on level, and the effect (the mean of the nearest detrended values of the same phase, three on
 *             each side) is put on again; after Hyndman and Athanasopoulos (2021), "Forecasting: principles and
 *             practice", 3.4 and 13.9. Where fewer than two seasons are observed, and of a phase that never was,
 *             linear. What was never negative (never 0) stays so
 *   previous  the last observation; before the first one that one
 *   zero      0
 * A series without any observation stays as it is, but for zero. ST_NOMEM. */
enum status fill_series_set(struct series_set *s, struct err *e);

#endif
