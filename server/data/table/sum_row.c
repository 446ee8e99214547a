/* sum_row.c - see sum_row.h. Any other row without a time may be a mistake, and is refused. */
#include "server/data/table/sum_row.h"

#include "server/data/table/column_names.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS_MIN = 2, ROWS_OF_TOTAL = 8, TIMES_OF_TOTAL = 3 };
/* Relative tolerance, because sums and means are printed with fewer digits than their parts. */
static const double rounding = 0.001;

/* For a column: the sum and the greatest of the n numbers in the other rows, and the row's own
 * number. */
struct column_sum {
    double sum, most, own;
    size_t n;
    bool filled; /* the row has a number */
};

/* The place of the only row without a time in a column full of times; SIZE_MAX: none. */
static size_t row_without_time(const struct chooser *c)
{
    size_t rows = c->s->num_rows - c->s->blank_rows;

    for (size_t i = 0; i < c->t->columns; i++) {
        const struct column_survey *k = &c->s->columns[i];

        if (k->odd_time != SIZE_MAX && k->timely >= ROWS_MIN && k->filled == k->timely &&
            k->filled + 1 == rows &&
            (k->times & ~TIME_NUMBERS || k->hints & (HINT_TIME | HINT_TIME_LIKELY)))
            return k->odd_time;
    }
    return SIZE_MAX;
}

/* Adds the row that was read last. */
static void add_row(struct column_sum *sums, const struct chooser *c, bool own)
{
    for (size_t i = 0; i < c->t->columns; i++) {
        struct column_sum *s = &sums[i];
        double v;

        if (!cell_number(&v, c->t->cells[i], c->r->styles[i]) || isnan(v))
            continue;
        if (own) {
            s->filled = true;
            s->own = v;
            continue;
        }
        s->sum += v;
        s->most = s->n++ == 0 || v > s->most ? v : s->most;
    }
}

static bool is_like(double a, double b)
{
    return fabs(a - b) <= rounding * fmax(fabs(a), fabs(b));
}

/* Whether the number of the row is the sum or the mean of the others. It may also lie between
 * several times the greatest of them and their sum: a total of visitors counts those once who came
 * more than once. */
static bool sums_up(const struct column_sum *s)
{
    if (s->n < ROWS_MIN)
        return false;
    return is_like(s->own, s->sum) || is_like(s->own, s->sum / (double)s->n) ||
           (s->n >= ROWS_OF_TOTAL && s->own > TIMES_OF_TOTAL * s->most && s->own < s->sum);
}

/* Whether each number of the row fits, and there is at least one. */
static bool all_sum_up(const struct column_sum *sums, size_t columns)
{
    size_t n = 0;

    for (size_t i = 0; i < columns; i++) {
        if (sums[i].filled && !sums_up(&sums[i]))
            return false;
        n += sums[i].filled;
    }
    return n > 0;
}

enum status sum_row_find(size_t *out, const struct chooser *c)
{
    size_t place = row_without_time(c), first = SIZE_MAX;
    struct column_sum *sums;

    *out = SIZE_MAX;
    if (place == SIZE_MAX)
        return ST_OK;
    sums = calloc(c->t->columns + 1, sizeof(*sums));
    if (!sums)
        return err_nomem(c->e, c->t->columns * sizeof(*sums));
    c->t->seek(c->t, SIZE_MAX);
    while (c->t->next(c->t)) {
        first = first == SIZE_MAX ? c->t->row : first;
        add_row(sums, c, c->t->row == place);
    }
    if ((place == first || place == c->s->last_row) && all_sum_up(sums, c->t->columns))
        *out = place;
    free(sums);
    return c->t->st;
}
