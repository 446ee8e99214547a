/* reader.c - reads a data set in pieces, within one read transaction: see store.h.
 *
 * Every piece has its own statement, which begins after the key of the last piece. So only the
 * transaction stays open between two calls. */
#include "server/store/chunk.h"
#include "server/store/dataset.h"
#include "server/store/text_chunk.h"

#include <stdlib.h>
#include <string.h>

enum { SENTENCES_BYTES = 64 << 10 };

struct store_reader {
    struct db db;
    bool begun;
    struct dataset d;
    int64_t position;  /* of the next series, sentence, or chunk of a text */
    int64_t series;    /* row of the present series */
    struct series now; /* the present series: id owned; values: the piece in memory */
    int64_t chunk;     /* number of that piece; -1: none */
    int64_t chunk_rows;
    struct tagged_set sentences;
    char *text; /* (TEXT_CHUNK) of kind text; owned */
};

void store_reader_close(struct store_reader *r)
{
    struct err ignored = {0};

    if (!r)
        return;
    if (r->begun)
        (void)db_end(&r->db, ST_CANCELLED, &ignored);
    db_close(&r->db);
    dataset_release(&r->d);
    tagged_set_release(&r->sentences);
    free(r->now.id);
    free(r->now.values);
    free(r->text);
    free(r);
}

enum status store_reader_open(struct store_reader **out, struct store *s, const char *name,
                              struct err *e)
{
    struct store_reader *r = calloc(1, sizeof(*r));
    enum status st;

    *out = NULL;
    if (!r)
        return err_nomem(e, sizeof(*r));
    r->chunk = -1;
    st = db_open_another(&r->db, s, e);
    if (!st)
        st = db_begin_read(&r->db, e);
    r->begun = !st;
    if (!st)
        st = dataset_find(&r->d, &r->db, name, e);
    if (!st && r->d.kind == DATA_SERIES && r->d.num_covariates >= r->d.num_columns)
        st = err_set(e, ST_CORRUPT, "database: all columns of the dataset are covariates");
    if (!st && r->d.kind == DATA_SERIES) {
        r->now.values = malloc((size_t)chunk_rows(r->d.num_columns) * (size_t)r->d.num_columns *
                               sizeof(double));
        st = r->now.values ? ST_OK : err_nomem(e, CHUNK_BYTES_MAX);
    }
    if (st)
        store_reader_close(r);
    else
        *out = r;
    return st;
}

const struct dataset *store_reader_dataset(const struct store_reader *r)
{
    return &r->d;
}

enum status store_reader_timed(bool *timed, struct store_reader *r, struct err *e)
{
    struct stmt q;

    stmt_open(&q, &r->db, e,
              "SELECT 1 FROM series WHERE dataset = :id AND (freq_unit != :index OR start != 0) "
              "LIMIT 1");
    stmt_bind_i64(&q, ":id", r->d.id);
    stmt_bind_i64(&q, ":index", FREQ_INDEX);
    *timed = stmt_row(&q);
    return stmt_close(&q);
}

enum status store_reader_next(struct series *out, bool *found, struct store_reader *r,
                              struct err *e)
{
    struct stmt q;
    enum status st;

    free(r->now.id);
    r->now.id = NULL;
    r->chunk = -1;
    stmt_open(&q, &r->db, e,
              "SELECT id, name, freq_unit, freq_multiple, start, time_style, length, position FROM "
              "series WHERE dataset = :id AND position >= :position ORDER BY position LIMIT 1");
    stmt_bind_i64(&q, ":id", r->d.id);
    stmt_bind_i64(&q, ":position", r->position);
    *found = stmt_row(&q);
    if (*found) {
        r->series = stmt_i64(&q, 0);
        r->now.id = stmt_text(&q, 1);
        r->now.time = dataset_timeline(&q, 2);
        r->now.length = (int)stmt_within(&q, 6, 0, INT32_MAX);
        r->position = stmt_within(&q, 7, 0, INT64_MAX - 1) + 1;
    }
    st = stmt_close(&q);
    *found = *found && !st;
    *out = (struct series){.id = r->now.id, .time = r->now.time, .length = r->now.length};
    return st;
}

enum status store_reader_rows(const double **rows, int *n, struct store_reader *r, int64_t first,
                              struct err *e)
{
    const struct stored_rows of = {r->series, r->now.length, r->d.num_columns};
    int64_t whole = chunk_rows(of.columns), chunk = first / whole;
    enum status st = ST_OK;

    *rows = NULL;
    *n = 0;
    if (!r->now.id || first < 0 || first > r->now.length)
        return err_set(e, ST_INTERNAL, "row %lld is not one of the series", (long long)first);
    if (chunk != r->chunk)
        st = chunk_read(r->now.values, &r->chunk_rows, &r->db, &of, chunk, e);
    r->chunk = st ? -1 : chunk;
    if (st)
        return st;
    *rows = r->now.values + first % whole * r->d.num_columns;
    *n = (int)(r->chunk_rows - first % whole);
    *n = *n < 0 ? 0 : *n;
    return ST_OK;
}

enum status store_reader_sentences(const struct tagged_set **out, struct store_reader *r,
                                   struct err *e)
{
    struct stmt q;
    int64_t bytes = 0;
    enum status st = ST_OK, end;

    tagged_set_release(&r->sentences);
    *out = &r->sentences;
    stmt_open(&q, &r->db, e,
              "SELECT tokens, source, position, length(tokens) + coalesce(length(source), 0) FROM "
              "sentence WHERE dataset = :id AND position >= :position ORDER BY position");
    stmt_bind_i64(&q, ":id", r->d.id);
    stmt_bind_i64(&q, ":position", r->position);
    while (!st && bytes < SENTENCES_BYTES && stmt_row(&q)) {
        st = dataset_sentence(&r->sentences, &q, e);
        r->position = stmt_within(&q, 2, 0, INT64_MAX - 1) + 1;
        bytes += stmt_i64(&q, 3);
    }
    end = stmt_close(&q);
    st = st ? st : end;
    if (st)
        tagged_set_release(&r->sentences);
    return st;
}

enum status store_reader_text(const char **text, size_t *len, struct store_reader *r, struct err *e)
{
    enum status st;

    *len = 0;
    if (!r->text)
        r->text = malloc(TEXT_CHUNK);
    *text = r->text;
    if (!r->text)
        return err_nomem(e, TEXT_CHUNK);
    st = text_chunk_read(r->text, len, &r->db, &r->d, r->position, e);
    r->position += *len > 0;
    return st;
}
