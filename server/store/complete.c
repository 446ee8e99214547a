/* complete.c - see complete.h. The appended rows alone are not enough to decide: there may be a gap
 * between them and the stored rows, and rows that correct others need not contain all of them. */
#include "server/store/complete.h"

#include "server/data/missing.h"
#include "server/data/timeline.h"

#include <math.h>
#include <stdlib.h>

/* The first missing value for which no later row has shown yet whether it is a gap. */
struct hole {
    int64_t row; /* -1: none */
    int column;
};

static enum status refuse(const struct hole *h, const struct dataset *d, const char *name,
                          const struct timeline *time, struct err *e)
{
    char text[TIME_TEXT_MAX];

    return err_set(
        e, ST_INVALID,
        "series '%.80s' would have no %.80s at %s, and the dataset has fill=error, which "
        "allows no missing value; send the value as well",
        name, d->columns[h->column], timeline_text(text, time, h->row));
}

/* Reads one row. Returns true if a missing value is followed by a value, so that it is a gap. */
static bool look_at_row(struct hole *h, const double *row, int64_t number, int targets,
                        bool open_end)
{
    bool any = false;

    for (int k = 0; k < targets; k++) {
        any = any || !isnan(row[k]);
        if (isnan(row[k]) && h->row < 0)
            *h = (struct hole){number, k};
    }
    return h->row >= 0 && (any || !open_end);
}

int64_t rows_with_values(const double *rows, int64_t n, int columns)
{
    int64_t known = 0;

    for (int64_t i = 0; i < n; i++) {
        int k = 0;

        while (k < columns && isnan(rows[i * columns + k]))
            k++;
        known += k < columns;
    }
    return known;
}

static enum status count_rows(int64_t *out, struct db *db, int64_t series, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "SELECT length FROM series WHERE id = :id");
    stmt_bind_i64(&q, ":id", series);
    if (stmt_row(&q))
        *out = stmt_i64(&q, 0);
    return stmt_close(&q);
}

enum status complete_check(struct db *db, const struct dataset *d, int64_t series, int64_t first,
                           const char *name, const struct timeline *time, struct err *e)
{
    bool open_end =
        d->num_covariates > 0; /* the last rows may be future rows with covariates only */
    struct stored_rows of = {.series = series, .columns = d->num_columns};
    int64_t whole = chunk_rows(of.columns), n = 0, chunk;
    struct hole h = {-1, 0};
    double *block;
    enum status st;

    if (d->missing_policy != MISSING_ERROR)
        return ST_OK;
    block = malloc((size_t)whole * (size_t)of.columns * sizeof(*block));
    st = block ? count_rows(&of.length, db, series, e) : err_nomem(e, 0);
    chunk = open_end || first < 0 ? 0 : first / whole;
    for (; !st && chunk * whole < of.length; chunk++) {
        st = chunk_read(block, &n, db, &of, chunk, e);
        for (int64_t i = 0; !st && i < n; i++)
            if (look_at_row(&h, block + i * of.columns, chunk * whole + i,
                            d->num_columns - d->num_covariates, open_end))
                st = refuse(&h, d, name, time, e);
    }
    free(block);
    return st;
}

enum status complete_check_new(const struct dataset *d, const struct series *s, struct err *e)
{
    struct series copy = *s;
    struct series_set one = {.count = 1,
                             .items = &copy,
                             .num_columns = d->num_columns,
                             .num_covariates = d->num_covariates,
                             .columns = d->columns,
                             .missing_policy = d->missing_policy};

    return d->missing_policy == MISSING_ERROR ? missing_apply(&one, e) : ST_OK;
}
