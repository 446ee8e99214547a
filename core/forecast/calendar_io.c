/* calendar_io.c - see calendar_io.h. */
#include "core/forecast/calendar_io.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HOLIDAY = 6, SERIES_MAX = 4 + ANNUAL_WAVES + HOLIDAYS_MAX * HOLIDAY };

/* ---- saving ---- */

static double *pack_days(double *v, const struct holidays *h)
{
    *v++ = h->annual.order;
    memcpy(v, h->annual.beta, 2 * (size_t)h->annual.order * sizeof(*v));
    v += 2 * (size_t)h->annual.order;
    *v++ = h->count;
    for (int i = 0; i < h->count; i++) {
        const struct holiday *d = &h->list[i];
        const double row[HOLIDAY] = {d->kind, d->month, d->day, d->nth, d->working, d->beta};

        memcpy(v, row, sizeof(row));
        v += HOLIDAY;
    }
    return v;
}

static double *pack(double *v, const struct trained_series *s)
{
    const struct calendar_effect *f = &s->calendar_effect;

    *v++ = f->unit;
    if (f->unit == CALENDAR_NONE)
        return v;
    *v++ = (double)s->calendar.first;
    if (f->unit == CALENDAR_DAYS)
        return pack_days(v, &f->holidays);
    memcpy(v, f->beta, sizeof(f->beta));
    return v + CALENDAR_COLUMNS;
}

enum status calendar_save(struct checkpoint *c, const struct forecaster *f, struct err *e)
{
    size_t most = (size_t)f->num_series * SERIES_MAX;
    double *v, *end;
    bool any = false;
    enum status st;

    for (int i = 0; i < f->num_series; i++)
        any = any || f->series[i].calendar_effect.unit != CALENDAR_NONE;
    if (!any)
        return ST_OK;
    v = end = malloc(most * sizeof(*v));
    if (!v)
        return err_nomem(e, most * sizeof(*v));
    for (int i = 0; i < f->num_series; i++)
        end = pack(end, &f->series[i]);
    st = checkpoint_set_f64s(c, KEY_CALENDAR, v, (size_t)(end - v), e);
    free(v);
    return st;
}

/* ---- loading ---- */

/* Reads numbers one by one. fine becomes false when a number is missing or out of range. */
struct reader {
    const double *v;
    size_t left;
    bool fine;
};

static double real(struct reader *r, double most)
{
    double v = 0;

    if (r->left && fabs(*r->v) <= most)
        v = *r->v;
    else
        r->fine = false;
    if (r->left) {
        r->v++;
        r->left--;
    }
    return v;
}

/* Reads a whole number from least to most. */
static int64_t whole(struct reader *r, double least, double most)
{
    double v = real(r, fmax(fabs(least), fabs(most)));

    if (v < least || v > most || v < floor(v) || v > floor(v)) {
        r->fine = false;
        return 0;
    }
    return (int64_t)v;
}

static void read_days(struct holidays *h, struct reader *r)
{
    h->annual.order = (int)whole(r, 0, ANNUAL_ORDER_MAX);
    for (int k = 0; k < 2 * h->annual.order; k++)
        h->annual.beta[k] = real(r, DAY_BETA_MAX);
    h->count = (int)whole(r, 0, HOLIDAYS_MAX);
    for (int i = 0; i < h->count; i++) {
        struct holiday *d = &h->list[i];

        d->kind = (enum holiday_kind)whole(r, HOLIDAY_DATE, HOLIDAY_EASTER);
        d->month = (int)whole(r, 0, 11);
        d->day = (int)whole(r, -366, 366);
        d->nth = (int)whole(r, 0, HOLIDAY_LAST);
        d->working = whole(r, 0, 1) > 0;
        d->beta = real(r, DAY_BETA_MAX);
        r->fine = r->fine && holiday_check(d);
    }
}

static void read_series(struct trained_series *s, struct reader *r)
{
    const struct regression *g = &s->covariates.regression;
    struct calendar_effect *f = &s->calendar_effect;

    f->unit = (enum calendar_unit)whole(r, CALENDAR_NONE, CALENDAR_DAYS);
    if (f->unit == CALENDAR_NONE)
        return;
    s->calendar = (struct calendar){f->unit, whole(r, -CALENDAR_FIRST_MAX, CALENDAR_FIRST_MAX)};
    if (f->unit == CALENDAR_DAYS)
        read_days(&f->holidays, r);
    for (int k = 0; f->unit == CALENDAR_MONTHS && k < CALENDAR_COLUMNS; k++)
        f->beta[k] = real(r, MONTH_BETA_MAX);
    /* Covariates multiply where there is a calendar effect, or have no effect. */
    r->fine = r->fine && (!g->count || g->logarithm);
}

enum status calendar_load(struct forecaster *f, const struct checkpoint *c, struct err *e)
{
    double *v = NULL;
    size_t count = 0, most = (size_t)f->num_series * SERIES_MAX;
    struct reader r;
    enum status st;

    if (!checkpoint_get(c, KEY_CALENDAR))
        return ST_OK;
    st = checkpoint_get_f64s(&v, &count, c, KEY_CALENDAR, 0, most, e);
    r = (struct reader){.v = v, .left = count, .fine = true};
    for (int i = 0; !st && r.fine && i < f->num_series; i++)
        read_series(&f->series[i], &r);
    if (!st && (!r.fine || r.left))
        st = err_set(e, ST_CORRUPT,
                     "checkpoint: metadata %s does not have the numbers of every series, or one "
                     "of them is out of its range",
                     KEY_CALENDAR);
    free(v);
    return st;
}
