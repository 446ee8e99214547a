/* series_load.c - series of a data set: list and load. */
#include "server/store/chunk.h"
#include "server/store/dataset.h"

#include <stdlib.h>

void series_info_list_release(struct series_info_list *l)
{
    for (int i = 0; i < l->count; i++)
        free(l->items[i].id);
    free(l->items);
    *l = (struct series_info_list){0};
}

enum status store_series_list(struct series_info_list *out, struct store *s, int64_t dataset_id,
                              int64_t offset, int limit, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct series_info_list){0};
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    stmt_open(&q, db, e,
              "SELECT name, freq_unit, freq_multiple, start, time_style, length, missing FROM "
              "series WHERE dataset = :id AND position >= :offset ORDER BY position LIMIT :limit");
    stmt_bind_i64(&q, ":id", dataset_id);
    stmt_bind_i64(&q, ":offset", offset);
    stmt_bind_i64(&q, ":limit", limit);
    while (out->count < limit && stmt_row(&q))
        out->items[out->count++] = (struct series_info){.id = stmt_text(&q, 0),
                                                        .time = dataset_timeline(&q, 1),
                                                        .length = stmt_within(&q, 5, 0, INT32_MAX),
                                                        .missing = stmt_i64(&q, 6)};
    st = stmt_close(&q);
    if (st)
        series_info_list_release(out);
    return st;
}

static enum status load_columns(struct series_set *out, struct db *db, int64_t id, struct err *e)
{
    struct dataset d = {0};
    struct stmt q;
    char *joined = NULL;
    enum status st;

    stmt_open(&q, db, e,
              "SELECT columns, time_column, id_column, fill, covariates FROM dataset WHERE id = "
              ":id");
    stmt_bind_i64(&q, ":id", id);
    if (stmt_row(&q)) {
        joined = stmt_text(&q, 0);
        out->time_column = stmt_text(&q, 1);
        out->id_column = stmt_text(&q, 2);
        out->missing_policy = (enum missing_policy)stmt_within(&q, 3, MISSING_LINEAR, MISSING_ZERO);
        out->num_covariates = (int)stmt_within(&q, 4, 0, COLUMNS_MAX);
    } else if (!q.st) {
        q.st = err_set(e, ST_NOT_FOUND, "the dataset is gone");
    }
    st = stmt_close(&q);
    if (!st)
        st = dataset_split_columns(&d, joined, e);
    out->columns = d.columns;
    out->num_columns = d.num_columns;
    if (!st && out->num_covariates >= out->num_columns)
        st = err_set(e, ST_CORRUPT, "database: all columns of the dataset are covariates");
    free(joined);
    return st;
}

/* Receives the whole content of a data set. */
struct loading {
    int64_t dataset_id;
    struct series_set *out;
};

static enum status load_all(struct db *db, void *ctx, struct err *e)
{
    const struct loading *l = ctx;
    struct series_set *out = l->out;
    struct stmt q;
    enum status st = load_columns(out, db, l->dataset_id, e), end;

    stmt_open(&q, db, e,
              "SELECT id, name, freq_unit, freq_multiple, start, time_style, length FROM series "
              "WHERE dataset = :id ORDER BY position");
    stmt_bind_i64(&q, ":id", l->dataset_id);
    while (!st && stmt_row(&q)) {
        char *name = stmt_text(&q, 1);
        struct series *to = name ? series_set_add(out, name) : NULL;

        free(name);
        if (!to) {
            st = err_nomem(e, 0);
            break;
        }
        to->time = dataset_timeline(&q, 2);
        to->length = (int)stmt_within(&q, 6, 0, INT32_MAX);
        st = q.st ? q.st : chunk_load(to, db, stmt_i64(&q, 0), out->num_columns, e);
    }
    end = stmt_close(&q);
    return st ? st : end;
}

enum status store_series_load(struct series_set *out, struct store *s, int64_t dataset_id,
                              struct err *e)
{
    struct loading l = {dataset_id, out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    series_set_init(out);
    if (!st)
        st = transaction_read(db, load_all, &l, e);
    if (st)
        series_set_release(out);
    return st;
}
