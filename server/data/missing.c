/* missing.c - see missing.h. */
#include "server/data/missing.h"

#include <math.h>
#include <string.h>

const char *const missing_policy_names[] = {"linear",   "error", "seasonal",
                                            "previous", "zero",  NULL};

const char *missing_policy_name(enum missing_policy f)
{
    return missing_policy_names[f];
}

bool missing_policy_from_name(enum missing_policy *out, const char *name)
{
    for (int i = 0; missing_policy_names[i]; i++)
        if (strcmp(missing_policy_names[i], name) == 0) {
            *out = (enum missing_policy)i;
            return true;
        }
    return false;
}

/* One column of one series: n values at this stride. */
struct column {
    double *v;
    int n, stride;
};

static double *at(const struct column *c, int i)
{
    return c->v + (size_t)i * (size_t)c->stride;
}

static void fill_zero(const struct column *c)
{
    for (int i = 0; i < c->n; i++)
        if (isnan(*at(c, i)))
            *at(c, i) = 0;
}

static enum status refuse_missing(const struct column *c, const struct series *s,
                                  const char *column, struct err *e)
{
    char time[40];

    for (int i = 0; i < c->n; i++)
        if (isnan(*at(c, i)))
            return err_set(e, ST_INVALID,
                           "series '%.80s' has no %.80s at %s, and fill=error allows no missing "
                           "value; send the value, or choose another fill",
                           s->id, column, timeline_text(time, &s->time, i));
    return ST_OK;
}

int missing_policy_imputation(enum missing_policy f)
{
    switch (f) {
    case MISSING_SEASONAL:
        return IMPUTE_SEASONAL;
    case MISSING_PREVIOUS:
        return IMPUTE_PREVIOUS;
    case MISSING_LINEAR:
    case MISSING_ERROR:
    case MISSING_ZERO:
        break;
    }
    return IMPUTE_LINEAR;
}

enum status missing_apply(struct series_set *s, struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->count; i++)
        for (int k = 0; !st && k < s->num_columns - s->num_covariates; k++) {
            struct series *one = &s->items[i];
            const struct column c = {one->values + k, series_observed(s, one), s->num_columns};

            if (s->missing_policy == MISSING_ERROR)
                st = refuse_missing(&c, one, s->columns ? s->columns[k] : "value", e);
            else if (s->missing_policy == MISSING_ZERO)
                fill_zero(&c);
        }
    return st;
}
