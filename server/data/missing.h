/* missing.h - what stands for a missing observation when a model sees the series. */
#ifndef SERVER_DATA_MISSING_H
#define SERVER_DATA_MISSING_H

#include "server/data/data.h"

#include <lstm/params.h>

/* "linear", "error", "seasonal", "previous", "zero", NULL; static. */
extern const char *const missing_policy_names[];
const char *missing_policy_name(enum missing_policy f);
bool missing_policy_from_name(enum missing_policy *out, const char *name);

/* What models do about what is missing: enum imputation of <lstm/params.h>. */
int missing_policy_imputation(enum missing_policy f);

/* What a policy says of the data themselves, in every series and column of s:
 *   error  nothing may be missing: ST_INVALID naming series and row
 *   zero   what is missing is 0, and counts as observed
 *   the others leave missing what is missing: that is up to the models. */
enum status missing_apply(struct series_set *s, struct err *e);

#endif
