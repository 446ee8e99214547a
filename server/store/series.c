/* series.c - series of a data set: put and append. Their rows: chunk.h. */
#include "server/data/regrid.h"
#include "server/data/timeline_style.h"
#include "server/store/anomaly_check.h"
#include "server/store/chunk.h"
#include "server/store/complete.h"
#include "server/store/dataset.h"
#include "server/store/digest.h"
#include "server/store/event.h"
#include "server/store/file_limit.h"
#include "server/store/state.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t count_missing(const double *v, int64_t n)
{
    int64_t missing = 0;

    for (int64_t i = 0; i < n; i++)
        missing += isnan(v[i]);
    return missing;
}

static enum status insert_series(int64_t *id, struct db *db, int64_t dataset, int64_t position,
                                 const struct series *s, struct err *e)
{
    char style[TIMELINE_STYLE_MAX];
    struct stmt q;

    timeline_style_text(style, &s->time);
    stmt_open(&q, db, e,
              "INSERT INTO series (dataset, position, name, freq_unit, freq_multiple, start, "
              "time_style, length, missing) VALUES (:dataset, :position, :name, :unit, :multiple, "
              ":start, :style, 0, 0) RETURNING id");
    stmt_bind_i64(&q, ":dataset", dataset);
    stmt_bind_i64(&q, ":position", position);
    stmt_bind_text(&q, ":name", s->id);
    stmt_bind_i64(&q, ":unit", s->time.frequency.unit);
    stmt_bind_i64(&q, ":multiple", s->time.frequency.multiple > 0 ? s->time.frequency.multiple : 1);
    stmt_bind_i64(&q, ":start", s->time.start);
    stmt_bind_text(&q, ":style", style[0] ? style : NULL);
    *id = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

static enum status grow_series(struct db *db, int64_t series, int64_t rows, int64_t missing,
                               struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "UPDATE series SET length = length + :rows, missing = missing + :missing WHERE id = "
              ":id");
    stmt_bind_i64(&q, ":rows", rows);
    stmt_bind_i64(&q, ":missing", missing);
    stmt_bind_i64(&q, ":id", series);
    stmt_run(&q);
    return stmt_close(&q);
}

static void digest_series(struct sha256_ctx *h, const struct series *s, int columns)
{
    const int64_t head[] = {s->time.frequency.unit, s->time.frequency.multiple, s->time.start,
                            s->length, columns};
    char style[TIMELINE_STYLE_MAX];

    digest_add(h, s->id, strlen(s->id) + 1);
    digest_add(h, head, sizeof(head));
    timeline_style_text(style, &s->time);
    if (style[0]) /* older series have none */
        digest_add(h, style, strlen(style) + 1);
    digest_add(h, s->values, (size_t)s->length * (size_t)columns * sizeof(double));
}

static enum status add_series(struct db *db, struct dataset *d, const struct series *s,
                              struct err *e)
{
    int64_t n = (int64_t)s->length * d->num_columns;
    struct stored_rows to = {.columns = d->num_columns};
    enum status st = insert_series(&to.series, db, d->id, d->num_series, s, e);

    if (!st)
        st = chunk_append(db, &to, s->values, s->length, e);
    if (!st)
        st = grow_series(db, to.series, s->length, count_missing(s->values, n), e);
    d->num_series++;
    d->bytes += n * (int64_t)sizeof(double);
    return st;
}

static enum status put_all(struct db *db, struct dataset *d, const struct series_set *data,
                           struct err *e)
{
    char *columns = dataset_columns(data->columns, data->num_columns);
    struct sha256_ctx h;
    enum status st;

    if (!columns)
        return err_nomem(e, 0);
    sha256_init(&h);
    digest_add(&h, columns, strlen(columns) + 1);
    if (data->missing_policy != MISSING_LINEAR) /* the only one in older data sets */
        digest_add(&h, &data->missing_policy, sizeof(data->missing_policy));
    if (data->num_covariates)
        digest_add(&h, &data->num_covariates, sizeof(data->num_covariates));
    d->num_covariates = data->num_covariates;
    st = dataset_insert(&d->id, db, d, columns, e);
    d->num_columns = data->num_columns;
    for (int i = 0; !st && i < data->count; i++) {
        digest_series(&h, &data->items[i], data->num_columns);
        st = add_series(db, d, &data->items[i], e);
    }
    digest_end(d->digest, &h);
    if (!st)
        st = dataset_update(db, d, columns, e);
    free(columns);
    return st;
}

/* An upload that replaces the data set of its name. */
struct upload {
    const char *name;
    const struct series_set *data;
    const struct precondition *pre; /* or NULL */
    bool created;
};

static enum status put_series(struct db *db, void *ctx, struct err *e)
{
    struct upload *u = ctx;
    struct dataset d = {.kind = DATA_SERIES,
                        .time_column = u->data->time_column,
                        .id_column = u->data->id_column,
                        .missing_policy = u->data->missing_policy};
    enum status st;

    snprintf(d.name, sizeof(d.name), "%s", u->name);
    memset(d.digest, '0', DIGEST_LEN);
    st = dataset_replace(&u->created, &d.created_at, db, u->name, u->pre, e);
    d.updated_at = clock_ms();
    if (!st)
        st = put_all(db, &d, u->data, e);
    return st ? st : event_dataset(db, &d, u->created ? "created" : "replaced", e);
}

enum status store_dataset_put_series(struct store *s, const char *name,
                                     const struct series_set *data, const struct precondition *pre,
                                     bool *created, struct err *e)
{
    struct upload u = {.name = name, .data = data, .pre = pre};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = file_limit_write(db, put_series, &u, e);
    *created = u.created;
    if (!st)
        store_data_changed(s, name);
    if (!st && !u.created)
        db_shrink(db);
    return st;
}

/* ---- append ---- */

struct stored_series {
    int64_t id, length;
    struct timeline time;
};

static enum status find_series(struct stored_series *out, bool *found, struct db *db,
                               int64_t dataset, const char *name, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT id, length, freq_unit, freq_multiple, start, time_style FROM series "
              "WHERE dataset = :dataset AND name = :name");
    stmt_bind_i64(&q, ":dataset", dataset);
    stmt_bind_text(&q, ":name", name);
    *found = stmt_row(&q);
    if (*found)
        *out = (struct stored_series){.id = stmt_i64(&q, 0),
                                      .length = stmt_within(&q, 1, 0, INT32_MAX),
                                      .time = dataset_timeline(&q, 2)};
    return stmt_close(&q);
}

/* Places the new rows on the stored grid. *row: the first one's number. Row numbers continue. */
static enum status lay_rows(struct series *out, double **owned, int64_t *row,
                            const struct stored_series *old, const struct series *s, int columns,
                            struct err *e)
{
    *row = old->length;
    *out = *s;
    if (s->time.frequency.unit == FREQ_INDEX && old->time.frequency.unit == FREQ_INDEX)
        return ST_OK;
    return series_regrid(out, owned, row, s, columns, &old->time, e);
}

/* *gap: the number of missing rows between the stored end and row number `row`, where s begins. */
static enum status gap_before(int64_t *gap, const struct stored_series *old, const struct series *s,
                              int64_t row, struct err *e)
{
    char end[TIME_TEXT_MAX], begin[TIME_TEXT_MAX];

    *gap = row - old->length;
    if (*gap >= 0)
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "series '%.80s' ends at %s; new rows must come after it and these begin at %s "
                   "(?on_conflict=replace corrects rows that are there, =ignore keeps them)",
                   s->id, timeline_text(end, &old->time, old->length - 1),
                   timeline_text(begin, &s->time, 0));
}

/* ---- rows that have covariates and no value yet ---- */

/* Rows that exist only for their covariates get the values of the first rows of s, which begins at
 * row number `row`. *filled: how many rows. */
static enum status fill_open(int64_t *filled, struct db *db, const struct stored_series *old,
                             const struct dataset *d, const struct series *s, int64_t row,
                             struct err *e)
{
    const struct stored_rows there = {old->id, old->length, d->num_columns};
    int64_t open = 0, back, missing = 0;
    enum status st;

    *filled = 0;
    if (!d->num_covariates)
        return ST_OK;
    st = chunk_count_open(&open, db, &there, d->num_columns - d->num_covariates, e);
    back = s->time.frequency.unit == FREQ_INDEX ? open : old->length - row;
    if (st || back < 1 || back > open) /* rows that come too early are refused elsewhere */
        return st;
    *filled = back < s->length ? back : s->length;
    st = chunk_merge(&missing, db, &there, old->length - back, s->values, *filled, e);
    return st ? st : grow_series(db, old->id, 0, -missing, e);
}

/* ---- rows that exist already ---- */

static enum status check_merge(const struct stored_series *old, const struct series *s, int64_t row,
                               struct err *e)
{
    char begin[TIME_TEXT_MAX], start[TIME_TEXT_MAX];

    if (old->time.frequency.unit == FREQ_INDEX)
        return err_set(e, ST_INVALID,
                       "series '%.80s' has no times, so that no row can be there already; leave "
                       "on_conflict out",
                       s->id);
    if (row >= 0)
        return ST_OK;
    return err_set(e, ST_INVALID,
                   "series '%.80s' begins at %s and these rows at %s; to put rows in front, send "
                   "the whole data set by PUT",
                   s->id, timeline_text(start, &old->time, 0), timeline_text(begin, &s->time, 0));
}

/* Merges, by mode, the first rows of s that lie within the stored ones. s begins at row number
 * `row`. *merged: how many rows. */
static enum status merge_rows(int64_t *merged, struct row_counts *counts, struct db *db,
                              const struct stored_series *old, const struct dataset *d,
                              const struct series *s, int64_t row, enum on_conflict mode,
                              struct err *e)
{
    const struct stored_rows there = {old->id, old->length, d->num_columns};
    struct row_upsert u = {
        .mode = mode, .targets = d->num_columns - d->num_covariates, .counts = counts};
    enum status st = check_merge(old, s, row, e);

    *merged = 0;
    if (st || row >= old->length)
        return st;
    *merged = old->length - row < s->length ? old->length - row : s->length;
    st = chunk_upsert(&u, db, &there, row, s->values, *merged, e);
    return st ? st : grow_series(db, old->id, 0, -u.missing, e);
}

/* Appends one chunk at a time, since a gap may be as long as a series. */
static enum status append_missing(struct db *db, const struct stored_series *old, int64_t gap,
                                  int columns, struct err *e)
{
    int64_t whole = chunk_rows(columns);
    size_t n = (size_t)(gap < whole ? gap : whole) * (size_t)columns;
    double *nan = NULL;
    enum status st = ST_OK;

    if (gap == 0)
        return ST_OK;
    nan = malloc((n + 1) * sizeof(*nan));
    if (!nan)
        return err_nomem(e, n * sizeof(*nan));
    for (size_t i = 0; i < n; i++)
        nan[i] = NAN;
    for (int64_t done = 0; !st && done < gap; done += whole) {
        const struct stored_rows to = {old->id, old->length + done, columns};

        st = chunk_append(db, &to, nan, gap - done < whole ? gap - done : whole, e);
    }
    free(nan);
    return st ? st : grow_series(db, old->id, gap, gap * columns, e);
}

/* Appends rows of s, which begins at row number `row`, after the stored ones. */
static enum status append_known(struct db *db, struct dataset *d, const struct stored_series *old,
                                const struct series *s, int64_t row,
                                const struct data_limits *limits, struct err *e)
{
    int64_t most =
        limits->max_series_length < INT32_MAX ? (int64_t)limits->max_series_length : INT32_MAX;
    int64_t gap = 0, n = (int64_t)s->length * d->num_columns;
    struct stored_rows to = {.series = old->id, .columns = d->num_columns};
    enum status st = gap_before(&gap, old, s, row, e);

    if (!st && old->length + gap + s->length > most)
        return err_set(e, ST_TOO_LARGE,
                       "series '%.80s' would have %lld rows; max_series_length allows %lld", s->id,
                       (long long)(old->length + gap + s->length), (long long)most);
    if (!st)
        st = append_missing(db, old, gap, d->num_columns, e);
    to.length = old->length + gap;
    if (!st)
        st = chunk_append(db, &to, s->values, s->length, e);
    if (!st)
        st = grow_series(db, old->id, s->length, count_missing(s->values, n), e);
    d->bytes += (n + gap * d->num_columns) * (int64_t)sizeof(double);
    return st;
}

/* Adds a series that does not exist yet. */
static enum status append_new(struct db *db, struct dataset *d, const struct series *s,
                              const struct data_limits *limits, struct err *e)
{
    if ((size_t)s->length > limits->max_series_length)
        return err_set(e, ST_TOO_LARGE,
                       "series '%.80s' would have %d rows; max_series_length allows %zu", s->id,
                       s->length, limits->max_series_length);
    if (d->num_series >= (int64_t)limits->max_series)
        return err_set(e, ST_TOO_LARGE, "more than max_series = %zu series", limits->max_series);
    return add_series(db, d, s, e);
}

struct more_rows {
    const char *name; /* of the data set */
    const struct series_set *data;
    const struct data_limits *limits;
    enum on_conflict mode;
    struct row_counts counts; /* result */
    bool dry;                 /* everything is undone at the end */
    bool watched;             /* a webhook is to be told of anomalies in the new rows */
};

/* Removes the first n rows of s, which begins at row number *row. */
static void drop_rows(struct series *s, int64_t *row, int64_t n, int columns)
{
    if (n == 0)
        return;
    timeline_skip(&s->time, n);
    s->length -= (int)n;
    s->values += n * columns;
    *row += s->time.frequency.unit == FREQ_INDEX ? 0 : n;
}

static enum status append_one(struct db *db, struct dataset *d, const struct series *s,
                              struct more_rows *more, struct err *e)
{
    struct stored_series old = {0};
    struct series rest = *s;
    double *owned = NULL;
    int64_t row = 0, done = 0;
    bool found = false;
    enum status st = find_series(&old, &found, db, d->id, s->id, e);

    if (!st && !found) {
        more->counts.appended += rows_with_values(s->values, s->length, d->num_columns);
        st = complete_check_new(d, s, e);
        return st ? st : append_new(db, d, s, more->limits, e);
    }
    if (!st)
        st = lay_rows(&rest, &owned, &row, &old, s, d->num_columns, e);
    if (!st && more->mode != CONFLICT_ERROR) {
        st = merge_rows(&done, &more->counts, db, &old, d, &rest, row, more->mode, e);
    } else if (!st) {
        st = fill_open(&done, db, &old, d, &rest, row, e);
        more->counts.appended += rows_with_values(rest.values, done, d->num_columns);
    }
    if (!st && done < rest.length) {
        drop_rows(&rest, &row, done, d->num_columns);
        more->counts.appended += rows_with_values(rest.values, rest.length, d->num_columns);
        st = append_known(db, d, &old, &rest, row, more->limits, e);
    }
    if (!st)
        st = complete_check(db, d, old.id, old.length - 1, s->id, &old.time, e);
    free(owned);
    return st;
}

/* The same, and notes which rows are new: those without a value at the end of the stored ones, and
 * those after them. A series that is new is unknown to every model. */
static enum status append_watched(struct db *db, struct dataset *d, const struct series *s,
                                  struct more_rows *more, struct err *e)
{
    struct stored_series old = {0}, now = {0};
    int64_t open = 0;
    bool found = false;
    enum status st = find_series(&old, &found, db, d->id, s->id, e);

    if (!st && found && d->num_covariates)
        st = chunk_count_open(&open, db, &(struct stored_rows){old.id, old.length, d->num_columns},
                              d->num_columns - d->num_covariates, e);
    if (!st)
        st = append_one(db, d, s, more, e);
    if (st || !found)
        return st;
    st = find_series(&now, &found, db, d->id, s->id, e);
    if (st || now.length == old.length - open)
        return st;
    return anomaly_check_add(db, d->name, s->id, old.length - open, now.length, e);
}

static enum status same_columns(const struct dataset *d, const struct series_set *data,
                                struct err *e)
{
    bool same = d->num_columns == data->num_columns && d->num_covariates == data->num_covariates;

    for (int i = 0; same && d->num_columns > 1 && i < d->num_columns; i++)
        same = strcmp(d->columns[i], data->columns[i]) == 0;
    return same ? ST_OK
                : err_set(e, ST_INVALID,
                          "the new rows have %d value columns and %d covariates; the dataset has "
                          "%d and %d, beginning with '%.80s'",
                          data->num_columns - data->num_covariates, data->num_covariates,
                          d->num_columns - d->num_covariates, d->num_covariates,
                          d->num_columns ? d->columns[0] : "");
}

static bool any_new(const struct more_rows *more)
{
    return more->mode == CONFLICT_ERROR || more->counts.appended || more->counts.replaced;
}

static enum status append_rows(struct db *db, void *ctx, struct err *e)
{
    struct more_rows *more = ctx;
    const struct series_set *data = more->data;
    struct dataset d = {0};
    struct sha256_ctx h;
    char *columns = NULL;
    enum status st = dataset_for_append(&d, db, more->name, DATA_SERIES, e);

    more->counts = (struct row_counts){0};
    if (!st)
        st = same_columns(&d, data, e);
    if (!st)
        st = anomaly_checks_wanted(&more->watched, db, d.name, e);
    sha256_init(&h);
    digest_add(&h, d.digest, DIGEST_LEN);
    for (int i = 0; !st && i < data->count; i++) {
        digest_series(&h, &data->items[i], data->num_columns);
        st = more->watched ? append_watched(db, &d, &data->items[i], more, e)
                           : append_one(db, &d, &data->items[i], more, e);
    }
    if (more->counts.replaced || more->counts.ignored)
        digest_add(&h, &more->mode, sizeof(more->mode));
    if (st || !any_new(more)) {
        dataset_release(&d);
        return st;
    }
    digest_end(d.digest, &h);
    columns = dataset_columns(d.columns, d.num_columns);
    st = columns ? dataset_update(db, &d, columns, e) : err_nomem(e, 0);
    if (!st)
        st = event_dataset(db, &d, "appended", e);
    free(columns);
    dataset_release(&d);
    return st || !more->dry ? st : err_set(e, ST_CANCELLED, "a dry run stores nothing");
}

enum status store_dataset_append_series(struct store *s, const char *name,
                                        const struct series_set *data,
                                        const struct data_limits *limits, struct err *e)
{
    struct row_counts ignored;

    return store_dataset_merge_series(&ignored, s, name, data, CONFLICT_ERROR, false, limits, e);
}

enum status store_dataset_merge_series(struct row_counts *counts, struct store *s, const char *name,
                                       const struct series_set *data, enum on_conflict mode,
                                       bool dry, const struct data_limits *limits, struct err *e)
{
    struct more_rows more = {
        .name = name, .data = data, .limits = limits, .mode = mode, .dry = dry};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    st = st ? st : file_limit_write(db, append_rows, &more, e);
    if (!st)
        store_data_changed(s, name);
    *counts = more.counts;
    return dry && st == ST_CANCELLED ? ST_OK : st;
}
