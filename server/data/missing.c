/* missing.c - see missing.h. */
#include "server/data/missing.h"

#include <math.h>
#include <string.h>

const char *const fill_names[] = {"linear", "error", "seasonal", "previous", "zero", NULL};

const char *fill_name(enum fill_policy f)
{
    return fill_names[f];
}

bool fill_from_name(enum fill_policy *out, const char *name)
{
    for (int i = 0; fill_names[i]; i++)
        if (strcmp(fill_names[i], name) == 0) {
            *out = (enum fill_policy)i;
            return true;
        }
    return false;
}

/* One column of one series: n values, stride apart. */
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
                           "series '%.80s' has no %.80s at %s, and fill=error lets nothing be "
                           "missing; send the value, or choose another fill",
                           s->id, column, timeline_text(time, &s->time, i));
    return ST_OK;
}

int fill_for_models(enum fill_policy f)
{
    switch (f) {
    case FILL_SEASONAL:
        return FILL_WITH_SEASON;
    case FILL_PREVIOUS:
        return FILL_WITH_PREVIOUS;
    case FILL_LINEAR:
    case FILL_ERROR:
    case FILL_ZERO:
        break;
    }
    return FILL_WITH_LINE;
}

enum status fill_series_set(struct series_set *s, struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->count; i++)
        for (int k = 0; !st && k < s->num_columns - s->num_covariates; k++) {
            struct series *one = &s->items[i];
            const struct column c = {one->values + k, series_observed(s, one), s->num_columns};

            if (s->fill == FILL_ERROR)
                st = refuse_missing(&c, one, s->columns ? s->columns[k] : "value", e);
            else if (s->fill == FILL_ZERO)
                fill_zero(&c);
        }
    return st;
}
