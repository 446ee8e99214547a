/* intervals_io.c - intervals in a model file: see intervals_io.h. */
#include "core/forecast/intervals_io.h"

#include "core/forecast/forecaster_io.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

static enum status check_rising(const char *key, const double *v, size_t n, double least,
                                struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        if (!(v[i] >= (i ? v[i - 1] : least)) || !isfinite(v[i]))
            return err_set(e, ST_CORRUPT,
                           "checkpoint: metadata %s must be finite numbers%s that never fall", key,
                           least < 0 ? "" : " from 0 up");
    }
    return ST_OK;
}

/* Loads the numbers that older files do not have. */
static enum status load_shape(struct intervals *b, const struct checkpoint *c, struct err *e)
{
    double *persistence = NULL;
    size_t count = 0;
    enum status st = ST_OK;

    b->persistence = NAN;
    if (checkpoint_get(c, KEY_SHAPE))
        st = checkpoint_get_f64s(&b->shape, &count, c, KEY_SHAPE, 0, INTERVALS_QUANTILES_MAX, e);
    if (!st)
        st = check_rising(KEY_SHAPE, b->shape, count, -DBL_MAX, e);
    b->shape_count = (int)count;
    if (!st && checkpoint_get(c, KEY_PERSISTENCE))
        st = checkpoint_get_f64s(&persistence, &count, c, KEY_PERSISTENCE, 1, 0, e);
    if (!st && persistence && !(*persistence >= 0 && *persistence <= 1))
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s is %g; it must be from 0 to 1",
                     KEY_PERSISTENCE, *persistence);
    if (!st && persistence)
        b->persistence = *persistence;
    free(persistence);
    return st;
}

enum status intervals_load(struct intervals *b, const struct checkpoint *c, int horizon,
                           struct err *e)
{
    size_t steps, count = 0;
    enum status st;

    if (!checkpoint_get(c, KEY_RESIDUALS) && !checkpoint_get(c, KEY_QUANTILES))
        return ST_OK;
    st = checkpoint_get_f64s(&b->scale, &steps, c, KEY_RESIDUALS, (size_t)horizon, 0, e);
    if (!st)
        st = check_rising(KEY_RESIDUALS, b->scale, steps, 0, e);
    if (!st)
        st = checkpoint_get_f64s(&b->quantiles, &count, c, KEY_QUANTILES, 0,
                                 INTERVALS_QUANTILES_MAX, e);
    if (!st)
        st = check_rising(KEY_QUANTILES, b->quantiles, count, 0, e);
    if (!st && count < 1)
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s has no number", KEY_QUANTILES);
    b->steps = horizon;
    b->count = (int)count;
    return st ? st : load_shape(b, c, e);
}

enum status intervals_save(struct checkpoint *c, const struct intervals *b, struct err *e)
{
    enum status st;

    if (!b->count)
        return ST_OK;
    st = checkpoint_set_f64s(c, KEY_RESIDUALS, b->scale, (size_t)b->steps, e);
    if (!st)
        st = checkpoint_set_f64s(c, KEY_QUANTILES, b->quantiles, (size_t)b->count, e);
    if (!st && b->shape_count)
        st = checkpoint_set_f64s(c, KEY_SHAPE, b->shape, (size_t)b->shape_count, e);
    if (!st && !isnan(b->persistence))
        st = checkpoint_set_f64s(c, KEY_PERSISTENCE, &b->persistence, 1, e);
    return st;
}
