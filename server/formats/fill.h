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
 *   seasonal  the mean of the nearest observations whole seasons before and after; linear where there are none
 *   previous  the last observation; before the first one that one
 *   zero      0
 * A series without any observation stays as it is, but for zero. ST_NOMEM. */
enum status fill_series_set(struct series_set *s, struct err *e);

#endif
