/* missing.h - policies for missing observations. */
#ifndef SERVER_DATA_MISSING_H
#define SERVER_DATA_MISSING_H

#include "server/data/data.h"

#include <lstm/params.h>

/* "linear", "error", "seasonal", "previous", "zero", NULL; static. */
extern const char *const missing_policy_names[];
const char *missing_policy_name(enum missing_policy f);
bool missing_policy_from_name(enum missing_policy *out, const char *name);

/* The imputation that models use under a policy: enum imputation of <lstm/params.h>. */
int missing_policy_imputation(enum missing_policy f);

/* Applies the policy of s to the data, in every series and column:
 *   error  a missing value is ST_INVALID, naming series and row
 *   zero   missing values become 0, and count as observed
 *   others leave missing values to the models. */
enum status missing_apply(struct series_set *s, struct err *e);

#endif
