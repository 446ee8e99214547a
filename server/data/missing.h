/* missing.h - what stands for a missing observation when a model sees the series. */
#ifndef SERVER_DATA_MISSING_H
#define SERVER_DATA_MISSING_H

#include "server/data/data.h"

#include <lstm/params.h>

/* "linear", "error", "seasonal", "previous", "zero", NULL; static. */
extern const char *const fill_names[];
const char *fill_name(enum fill_policy f);
bool fill_from_name(enum fill_policy *out, const char *name);

/* What models do about what is missing: enum fill_kind of <lstm/params.h>. */
int fill_for_models(enum fill_policy f);

/* What a policy says of the data themselves, in every series and column of s:
 *   error  nothing may be missing: ST_INVALID naming series and row
 *   zero   what is missing is 0, and counts as observed
 *   the others leave missing what is missing: that is up to the models. */
enum status fill_series_set(struct series_set *s, struct err *e);

#endif
