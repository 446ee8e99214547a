/* sum_row.c - see sum_row.h. A row without a time that is none of these may be a mistake, and is
 * refused. */
#include "server/data/table/sum_row.h"

#include "server/data/table/column_names.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS_MIN = 2 };
/* Sums and means are printed with fewer digits than their parts. */
static const double rounding = 0.001;

/* Of the numbers of a column: those above the last row, and that of the last row. */
struct column_sum {
    double sum, last;
    size_t n;
    bool filled; /* the last row has a number */
};

/* Whether a column is full of times, and the last row alone has none. */
static bool ends_without_time(const struct chooser *c)
{
    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = &c->s->columns[i];

        if (k->odd_time == c->s->last_row && k->timely >= ROWS_MIN && k->filled == k->timely &&
            (k->times & ~TIME_NUMBERS || k->hints & (HINT_TIME | HINT_TIME_LIKELY)))
            return true;
    }
    return false;
}

/* Of the row that was read last. */
static void add_row(struct column_sum *sums, const struct chooser *c)
{
    bool last = c->t->row == c->s->last_row;

    for (size_t i = 0; i < c->t->columns; i++) {
        double v;

        if (!cell_number(&v, c->t->cells[i], c->r->styles[i]) || isnan(v))
            continue;
        sums[i].filled = last;
        sums[i].last = v;
        sums[i].sum += last ? 0 : v;
        sums[i].n += !last;
    }
}

static bool is_like(double a, double b)
{
    return fabs(a - b) <= rounding * fmax(fabs(a), fabs(b));
}

/* Each number of the last row, and at least one. */
static bool sums_up(const struct column_sum *sums, size_t columns)
{
    size_t n = 0;

    for (size_t i = 0; i < columns; i++) {
        if (!sums[i].filled)
            continue;
        if (sums[i].n < ROWS_MIN || (!is_like(sums[i].last, sums[i].sum) &&
                                     !is_like(sums[i].last, sums[i].sum / (double)sums[i].n)))
            return false;
        n++;
    }
    return n > 0;
}

enum status sum_row_find(bool *out, const struct chooser *c)
{
    struct column_sum *sums;

    *out = false;
    if (!ends_without_time(c))
        return ST_OK;
    sums = calloc(c->t->columns + 1, sizeof(*sums));
    if (!sums)
        return err_nomem(c->e, c->t->columns * sizeof(*sums));
    c->t->seek(c->t, SIZE_MAX);
    while (c->t->next(c->t))
        add_row(sums, c);
    *out = sums_up(sums, c->t->columns);
    free(sums);
    return c->t->st;
}
