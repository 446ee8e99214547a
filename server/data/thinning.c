/* thinning.c - see thinning.h. */
#include "server/data/thinning.h"

#include <math.h>
#include <stdlib.h>

enum { EXTREMES = 2 }; /* rows that a bucket keeps for a column; one more if there are gaps */

/* Rows of one column in one bucket; -1: none. */
struct extremes {
    double least, greatest;
    int64_t least_row, greatest_row, missing_row;
};

static void open_bucket(struct thinning *t)
{
    t->end = 1 + (t->length - 2) * (t->bucket + 1) / (t->buckets > 0 ? t->buckets : 1);
    for (int k = 0; k < t->columns; k++)
        t->extremes[k] = (struct extremes){.least_row = -1, .greatest_row = -1, .missing_row = -1};
}

enum status thinning_begin(struct thinning *t, int64_t length, int columns, int most, bool gaps,
                           struct err *e)
{
    int64_t wanted = (int64_t)columns * (EXTREMES + gaps);
    int64_t room = length < most ? length : most;

    *t = (struct thinning){.length = length, .columns = columns, .most = most, .gaps = gaps};
    t->buckets = (most - 2) / wanted;
    t->kept = calloc((size_t)room + 1, sizeof(*t->kept));
    t->extremes = calloc((size_t)columns + 1, sizeof(*t->extremes));
    if (!t->kept || !t->extremes)
        return err_nomem(e, (size_t)room * sizeof(*t->kept));
    open_bucket(t);
    return ST_OK;
}

void thinning_release(struct thinning *t)
{
    free(t->kept);
    free(t->extremes);
    *t = (struct thinning){0};
}

static void keep(struct thinning *t, int64_t row)
{
    if (row >= 0)
        t->kept[t->num_kept++] = row;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Keeps the rows of the bucket, each once and in order. */
static void close_bucket(struct thinning *t)
{
    int from = t->num_kept, to = from;

    for (int k = 0; k < t->columns; k++) {
        const struct extremes *x = &t->extremes[k];

        keep(t, x->least_row);
        if (x->greatest_row != x->least_row)
            keep(t, x->greatest_row);
        keep(t, t->gaps ? x->missing_row : -1);
    }
    qsort(t->kept + from, (size_t)(t->num_kept - from), sizeof(*t->kept), by_number);
    for (int i = from; i < t->num_kept; i++)
        if (i == from || t->kept[i] != t->kept[i - 1])
            t->kept[to++] = t->kept[i];
    t->num_kept = to;
    t->bucket++;
    open_bucket(t);
}

static void look_at(struct extremes *x, double value, int64_t row)
{
    if (isnan(value)) {
        x->missing_row = x->missing_row < 0 ? row : x->missing_row;
        return;
    }
    if (x->least_row < 0 || value < x->least) {
        x->least = value;
        x->least_row = row;
    }
    if (x->greatest_row < 0 || value > x->greatest) {
        x->greatest = value;
        x->greatest_row = row;
    }
}

/* Whether there is no room for extremes, so that rows are only spaced equally. */
static bool is_spaced(const struct thinning *t)
{
    int64_t i = t->num_kept;

    return t->row == i * (t->length - 1) / (t->most - 1);
}

static void add_row(struct thinning *t, const double *values)
{
    bool inner = t->row > 0 && t->row < t->length - 1;

    if (t->length <= t->most || !inner) {
        keep(t, t->row++);
        return;
    }
    if (t->buckets == 0) {
        keep(t, is_spaced(t) ? t->row : -1);
        t->row++;
        return;
    }
    for (int k = 0; k < t->columns; k++)
        look_at(&t->extremes[k], values[k], t->row);
    if (++t->row == t->end)
        close_bucket(t);
}

void thinning_add(struct thinning *t, const double *rows, int64_t n)
{
    for (int64_t i = 0; i < n && t->row < t->length; i++)
        add_row(t, rows + i * t->columns);
}
