/* dataset_thinned.c - see dataset_thinned.h.
 *
 * The rows are read up to three times: to see whether values are missing, to choose the rows, and
 * to copy their values. */
#include "server/api/dataset_thinned.h"

#include "server/data/thinning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A stored chunk of the series, which begins at row `first`. */
struct piece {
    const double *rows;
    int64_t first;
    int n;
};

struct source {
    const struct series *s;
    struct store_reader *r;
    const struct http_req *rq;
    struct err *e;
    struct piece piece;
};

/* Reads the piece from that row on. */
static enum status read_piece(struct source *in, int64_t row)
{
    enum status st = http_go_on(in->rq, in->e);

    in->piece.first = row;
    if (!st)
        st = store_reader_rows(&in->piece.rows, &in->piece.n, in->r, row, in->e);
    if (!st && in->piece.n < 1)
        st = err_set(in->e, ST_CORRUPT, "database: rows of series '%s' are missing", in->s->id);
    return st;
}

/* Reads up to the first missing value. */
static enum status find_gap(bool *found, struct source *in, int columns)
{
    enum status st = ST_OK;

    *found = false;
    for (int64_t row = 0; !st && !*found && row < in->s->length; row += in->piece.n) {
        st = read_piece(in, row);
        for (int64_t i = 0; !st && !*found && i < (int64_t)in->piece.n * columns; i++)
            *found = isnan(in->piece.rows[i]);
    }
    return st;
}

static enum status choose_rows(struct thinning *t, struct source *in)
{
    enum status st = ST_OK;

    for (int64_t row = 0; !st && row < in->s->length; row += in->piece.n) {
        st = read_piece(in, row);
        if (!st)
            thinning_add(t, in->piece.rows, in->piece.n);
    }
    return st;
}

static enum status copy_rows(double *out, const struct thinning *t, struct source *in)
{
    size_t width = (size_t)t->columns;
    enum status st = ST_OK;

    for (int i = 0; !st && i < t->num_kept; i++) {
        int64_t row = t->kept[i];

        if (row < in->piece.first || row >= in->piece.first + in->piece.n)
            st = read_piece(in, row);
        if (!st)
            memcpy(out + (size_t)i * width,
                   in->piece.rows + (size_t)(row - in->piece.first) * width, width * sizeof(*out));
    }
    return st;
}

enum status dataset_thinned_read(int64_t **numbers, struct series *s, struct store_reader *r,
                                 int columns, int most, const struct http_req *rq, struct err *e)
{
    struct source in = {.s = s, .r = r, .rq = rq, .e = e};
    struct thinning t = {0};
    bool gaps = false;
    enum status st = s->length > most ? find_gap(&gaps, &in, columns) : ST_OK;

    *numbers = NULL;
    s->values = NULL;
    if (!st)
        st = thinning_begin(&t, s->length, columns, most, gaps, e);
    if (!st)
        st = choose_rows(&t, &in);
    if (!st) {
        s->values = calloc((size_t)t.num_kept * (size_t)columns + 1, sizeof(*s->values));
        st = s->values ? copy_rows(s->values, &t, &in) : err_nomem(e, sizeof(*s->values));
    }
    if (!st) {
        s->length = t.num_kept;
        *numbers = t.kept;
        t.kept = NULL;
    }
    thinning_release(&t);
    return st;
}
