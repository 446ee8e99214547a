/* calendar_io.c - see calendar_io.h. */
#include "core/forecast/calendar_io.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 2, ROW = HEAD + CALENDAR_COLUMNS };

static const double beta_max = 1; /* a month is not tripled by its days */

enum status calendar_save(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t n = (size_t)f->num_series * ROW;
    double *v;
    bool any = false;
    enum status st;

    for (int i = 0; i < f->num_series; i++)
        any = any || f->series[i].calendar_effect.there;
    if (!any)
        return ST_OK;
    v = calloc(n, sizeof(*v));
    if (!v)
        return err_nomem(e, n * sizeof(*v));
    for (int i = 0; i < f->num_series; i++) {
        const struct known_series *s = &f->series[i];
        double *row = v + (size_t)i * ROW;

        if (!s->calendar_effect.there)
            continue;
        row[0] = 1;
        row[1] = (double)s->calendar.first;
        memcpy(row + HEAD, s->calendar_effect.beta, CALENDAR_COLUMNS * sizeof(*row));
    }
    st = checkpoint_set_f64s(c, KEY_CALENDAR, v, n, e);
    free(v);
    return st;
}

/* A whole number from -most to most. */
static bool whole(double v, double most)
{
    return fabs(v) <= most && !(v < floor(v)) && !(v > floor(v));
}

static bool unpack(struct known_series *s, const double *row)
{
    const struct regression *r = &s->covariates.regression;
    bool fine = whole(row[0], 1) && row[0] >= 0 && whole(row[1], CALENDAR_FIRST_MAX);

    for (int k = 0; k < CALENDAR_COLUMNS; k++)
        fine = fine && fabs(row[HEAD + k]) <= beta_max;
    if (!fine || !(row[0] > 0))
        return fine;
    if (r->count && !r->logarithm)
        return false; /* both multiply, or neither */
    s->calendar = (struct calendar){CALENDAR_MONTHS, (int64_t)row[1]};
    s->calendar_effect.there = true;
    memcpy(s->calendar_effect.beta, row + HEAD, CALENDAR_COLUMNS * sizeof(*row));
    return true;
}

enum status calendar_load(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *v = NULL;
    size_t count = 0, n = (size_t)f->num_series * ROW;
    enum status st;

    if (!checkpoint_get(c, KEY_CALENDAR))
        return ST_OK;
    st = checkpoint_get_f64s(&v, &count, c, KEY_CALENDAR, n, 0, e);
    for (int i = 0; !st && i < f->num_series; i++)
        if (!unpack(&f->series[i], v + (size_t)i * ROW))
            st = err_set(e, ST_CORRUPT,
                         "checkpoint: metadata %s has a number out of range for series %s",
                         KEY_CALENDAR, f->series[i].id);
    free(v);
    return st;
}
