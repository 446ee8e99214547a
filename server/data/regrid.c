/* regrid.c - see regrid.h. New rows may have been read as daily, and continue a series that has
 * only business days. */
#include "server/data/regrid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_empty(const double *row, int columns)
{
    for (int k = 0; k < columns; k++)
        if (!isnan(row[k]))
            return false;
    return true;
}

static int multiple_of(const struct timeline *t)
{
    return t->frequency.multiple > 0 ? t->frequency.multiple : 1;
}

/* One or two rows alone may have been read with another frequency than that of the series they
 * continue. */
static enum status check_frequency(const struct series *s, const struct timeline *t, struct err *e)
{
    char a[16], b[16];

    if (s->time.frequency.unit == t->frequency.unit &&
        (s->length <= 1 || multiple_of(&s->time) == multiple_of(t)))
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "series '%.80s' has the frequency '%s'; the new rows have '%s' (?frequency= "
                   "names it)",
                   s->id, timeline_name(a, t), timeline_name(b, &s->time));
}

/* Finds the row of row i of s on t; *kept is false when it must be dropped. */
static enum status place(int64_t *row, bool *kept, const struct series *s, int i, int columns,
                         const struct timeline *t, struct err *e)
{
    struct timestamp at = timeline_stamp(&s->time, i);
    enum status st = timeline_row(row, t, &at, e);

    *kept = true;
    if (!st)
        return ST_OK;
    if (is_empty(s->values + (size_t)i * (size_t)columns, columns)) {
        *kept = false;
        return ST_OK;
    }
    return err_wrap(e, "series '%.80s'", s->id);
}

/* Moves the rows one by one onto a grid with other closed steps. */
static enum status move_rows(struct series *out, double **owned, int64_t *first,
                             const struct series *s, int columns, const struct timeline *t,
                             struct err *e)
{
    int64_t row, last = -1;
    size_t wide = (size_t)columns, size;
    enum status st = ST_OK;
    bool kept, any = false;

    *first = 0;
    for (int i = 0; !st && i < s->length; i++) {
        st = place(&row, &kept, s, i, columns, t, e);
        if (!st && kept) {
            *first = any ? *first : row;
            last = row;
            any = true;
        }
    }
    if (st)
        return st;
    if (last - *first >= INT32_MAX)
        return err_set(e, ST_TOO_LARGE, "series '%.80s' would have more than %d rows", s->id,
                       INT32_MAX);
    out->length = any ? (int)(last - *first + 1) : 0;
    size = ((size_t)out->length * wide + 1) * sizeof(double);
    *owned = out->values = malloc(size);
    if (!*owned)
        return err_nomem(e, size);
    for (size_t k = 0; k < (size_t)out->length * wide; k++)
        out->values[k] = NAN;
    for (int i = 0; i < s->length; i++)
        if (!place(&row, &kept, s, i, columns, t, NULL) && kept)
            memcpy(out->values + (size_t)(row - *first) * wide, s->values + (size_t)i * wide,
                   wide * sizeof(double));
    return ST_OK;
}

enum status series_regrid(struct series *out, double **owned, int64_t *first,
                          const struct series *s, int columns, const struct timeline *t,
                          struct err *e)
{
    enum status st = check_frequency(s, t, e);

    *owned = NULL;
    *out = *s;
    if (st)
        return st;
    if (timeline_alike(&s->time, t)) {
        struct timestamp at = timeline_stamp(&s->time, 0);

        st = timeline_row(first, t, &at, e);
        if (st)
            err_wrap(e, "series '%.80s'", s->id);
    } else {
        st = move_rows(out, owned, first, s, columns, t, e);
    }
    out->time = *t;
    if (!st)
        timeline_skip(&out->time, *first);
    return st;
}
