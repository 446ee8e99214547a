/* dataset.c - the rows of table dataset: find, list, retire, delete. */
#include "server/store/dataset.h"

#include "server/data/did_you_mean.h"
#include "server/data/timeline_style.h"
#include "server/store/anomaly_check.h"
#include "server/store/connection.h"
#include "server/store/job_states.h"
#include "server/store/quota.h"
#include "server/store/source_check.h"
#include "server/store/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                                                    \
    "id, name, kind, created_at, updated_at, bytes, digest, columns, time_column, id_column, "     \
    "num_series, sentences, tokens, num_upos, num_xpos, fill, covariates"

void dataset_release(struct dataset *d)
{
    for (int i = 0; i < d->num_columns; i++)
        free(d->columns[i]);
    free(d->columns);
    free(d->time_column);
    free(d->id_column);
    *d = (struct dataset){0};
}

void dataset_list_release(struct dataset_list *l)
{
    for (int i = 0; i < l->count; i++)
        dataset_release(&l->items[i]);
    free(l->items);
    *l = (struct dataset_list){0};
}

/* Splits names joined by U+001F. */
enum status dataset_split_columns(struct dataset *d, const char *joined, struct err *e)
{
    int n = 1;

    if (!joined[0])
        return ST_OK;
    for (const char *p = joined; *p; p++)
        n += *p == '\x1f';
    d->columns = calloc((size_t)n, sizeof(*d->columns));
    if (!d->columns)
        return err_nomem(e, 0);
    for (const char *p = joined; d->num_columns < n; d->num_columns++) {
        size_t len = strcspn(p, "\x1f");

        d->columns[d->num_columns] = strndup(p, len);
        if (!d->columns[d->num_columns])
            return err_nomem(e, len);
        p += len + 1;
    }
    return ST_OK;
}

static enum status read_row(struct dataset *d, struct stmt *q, struct err *e)
{
    char *columns;
    enum status st;

    *d = (struct dataset){
        .id = stmt_i64(q, 0),
        .kind = (enum data_kind)stmt_within(q, 2, DATA_SERIES, DATA_TEXT),
        .created_at = stmt_i64(q, 3),
        .updated_at = stmt_i64(q, 4),
        .bytes = stmt_i64(q, 5),
        .num_series = stmt_i64(q, 10),
        .sentences = stmt_i64(q, 11),
        .tokens = stmt_i64(q, 12),
        .num_upos = stmt_i64(q, 13),
        .num_xpos = stmt_i64(q, 14),
        .missing_policy = (enum missing_policy)stmt_within(q, 15, MISSING_LINEAR, MISSING_ZERO)};
    stmt_copy(q, 1, d->name, sizeof(d->name));
    stmt_copy(q, 6, d->digest, sizeof(d->digest));
    d->time_column = stmt_text(q, 8);
    d->id_column = stmt_text(q, 9);
    columns = stmt_text(q, 7);
    st = q->st ? q->st : dataset_split_columns(d, columns, e);
    d->num_covariates = (int)stmt_within(q, 16, 0, d->num_columns);
    st = st ? st : q->st;
    free(columns);
    return st;
}

enum status dataset_lookup(struct dataset *out, bool *found, struct db *db, const char *name,
                           struct err *e)
{
    struct stmt q;
    enum status st = ST_OK, end;

    *out = (struct dataset){0};
    stmt_open(&q, db, e, "SELECT " COLUMNS " FROM dataset WHERE name = :name");
    stmt_bind_text(&q, ":name", name);
    *found = stmt_row(&q);
    if (*found)
        st = read_row(out, &q, e);
    end = stmt_close(&q);
    st = st ? st : end;
    if (st)
        dataset_release(out);
    return st;
}

enum status dataset_find(struct dataset *out, struct db *db, const char *name, struct err *e)
{
    bool found = false;
    enum status st = dataset_lookup(out, &found, db, name, e);

    return st || found ? st : name_not_found(db, "dataset", name, e);
}

/* Reads at most 10,000 names, because a suggestion must stay cheap. */
enum status name_not_found(struct db *db, const char *what, const char *name, struct err *e)
{
    const char **names = calloc(10000, sizeof(*names));
    bool dataset = strcmp(what, "dataset") == 0;
    char near[DID_YOU_MEAN_MAX] = "";
    struct err ignored = {0};
    struct stmt q;
    size_t n = 0;

    stmt_open(&q, db, &ignored,
              dataset ? "SELECT name FROM dataset WHERE name IS NOT NULL LIMIT 10000"
                      : "SELECT name FROM model WHERE num_versions > 0 LIMIT 10000");
    while (names && n < 10000 && stmt_row(&q)) {
        char *text = stmt_text(&q, 0);

        if (text)
            names[n++] = text;
    }
    stmt_close(&q);
    if (n > 0)
        (void)did_you_mean_clause(near, name, names, n);
    err_set(e, ST_NOT_FOUND, "there is no %s '%.80s'%s", what, name, near);
    for (size_t i = 0; i < n; i++)
        free((char *)names[i]);
    free(names);
    return ST_NOT_FOUND;
}

enum status store_dataset_get(struct dataset *out, struct store *s, const char *name, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct dataset){0};
    return st ? st : dataset_find(out, db, name, e);
}

enum status store_dataset_digest(char out[DIGEST_LEN + 1], struct store *s, int64_t dataset_id,
                                 struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    out[0] = '\0';
    if (st)
        return st;
    stmt_open(&q, db, e, "SELECT digest FROM dataset WHERE id = :id");
    stmt_bind_i64(&q, ":id", dataset_id);
    if (stmt_row(&q))
        stmt_copy(&q, 0, out, DIGEST_LEN + 1);
    return stmt_close(&q);
}

enum status store_dataset_list(struct dataset_list *out, struct store *s, const char *names,
                               const char *after, int limit, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e), end;

    *out = (struct dataset_list){0};
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    stmt_open(&q, db, e,
              "SELECT " COLUMNS " FROM dataset WHERE name > :after AND (:names IS NULL OR "
              "glob(:names, name)) ORDER BY name LIMIT :limit");
    stmt_bind_text(&q, ":names", names);
    stmt_bind_text(&q, ":after", after);
    stmt_bind_i64(&q, ":limit", limit);
    while (!st && out->count < limit && stmt_row(&q)) {
        struct dataset *d = &out->items[out->count++];

        st = read_row(d, &q, e);
    }
    end = stmt_close(&q);
    st = st ? st : end;
    if (st)
        dataset_list_release(out);
    return st;
}

/* ---- jobs that use it ---- */

enum status dataset_in_use(bool *out, struct db *db, int64_t id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT 1 FROM job WHERE dataset_id = :id AND state IN (" SQL_QUEUED ", " SQL_RUNNING
              ") UNION ALL SELECT 1 "
              "FROM job WHERE validation_dataset_id = :id AND state IN (" SQL_QUEUED
              ", " SQL_RUNNING ") LIMIT 1");
    stmt_bind_i64(&q, ":id", id);
    *out = stmt_row(&q);
    return stmt_close(&q);
}

static enum status run_for(struct db *db, const char *sql, int64_t id, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_i64(&q, ":id", id);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status dataset_drop(struct db *db, int64_t id, struct err *e)
{
    enum status st = run_for(db, "UPDATE job SET dataset_id = NULL WHERE dataset_id = :id", id, e);

    if (!st)
        st = run_for(
            db, "UPDATE job SET validation_dataset_id = NULL WHERE validation_dataset_id = :id", id,
            e);
    return st ? st : run_for(db, "DELETE FROM dataset WHERE id = :id", id, e);
}

enum status dataset_retire(struct db *db, int64_t id, struct err *e)
{
    bool used = false;
    enum status st = dataset_in_use(&used, db, id, e);

    if (st)
        return st;
    if (!used)
        return dataset_drop(db, id, e);
    return run_for(db, "UPDATE dataset SET name = NULL WHERE id = :id", id, e);
}

enum status dataset_collect(struct db *db, int64_t id, struct err *e)
{
    struct stmt q;
    bool retired, used = false;
    enum status st;

    stmt_open(&q, db, e, "SELECT 1 FROM dataset WHERE id = :id AND name IS NULL");
    stmt_bind_i64(&q, ":id", id);
    retired = stmt_row(&q);
    st = stmt_close(&q);
    if (!st && retired)
        st = dataset_in_use(&used, db, id, e);
    return !st && retired && !used ? dataset_drop(db, id, e) : st;
}

static enum status delete_unused(struct db *db, void *ctx, struct err *e)
{
    const char *const *of = ctx, *name = *of;
    struct dataset d = {0};
    bool used = false;
    enum status st = dataset_find(&d, db, name, e);

    if (!st)
        st = dataset_in_use(&used, db, d.id, e);
    if (!st && used)
        st = err_set(e, ST_CONFLICT,
                     "a queued or running job uses the dataset '%s'; wait for it, or cancel it",
                     name);
    if (!st)
        st = dataset_drop(db, d.id, e);
    if (!st)
        st = source_drop(db, name, e);
    if (!st)
        st = anomaly_checks_drop(db, name, e);
    dataset_release(&d);
    return st;
}

static enum status delete_dataset(struct store *s, const void *ctx, struct err *e)
{
    const char *name = ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = transaction_write(db, delete_unused, &name, e);
    if (!st)
        db_shrink(db);
    return st;
}

enum status store_dataset_delete(struct store *s, const char *name, struct err *e)
{
    enum status st = store_delete_by(s, delete_dataset, name, e);

    if (!st)
        store_data_changed(s, name);
    return st;
}

/* ---- writing ---- */

static enum status next_id(int64_t *id, struct db *db, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "UPDATE dataset_sequence SET next = next + 1 WHERE id = 1 RETURNING next - 1");
    while (stmt_row(&q))
        *id = stmt_i64(&q, 0);
    return stmt_close(&q);
}

enum status dataset_insert(int64_t *id, struct db *db, const struct dataset *d, const char *columns,
                           struct err *e)
{
    struct stmt q;
    enum status st = next_id(id, db, e);

    if (st)
        return st;
    stmt_open(
        &q, db, e,
        "INSERT INTO dataset (id, name, kind, created_at, updated_at, bytes, digest, columns, "
        "time_column, id_column, num_series, sentences, tokens, num_upos, num_xpos, fill, "
        "covariates, stored_by) VALUES "
        "(:id, :name, :kind, :created, :updated, :bytes, :digest, :columns, :time, :idcol, "
        ":series, :sentences, :tokens, :upos, :xpos, :fill, :covariates, :owner)");
    stmt_bind_i64(&q, ":covariates", d->num_covariates);
    stmt_bind_text(&q, ":owner", quota_owner(db));
    stmt_bind_i64(&q, ":fill", d->missing_policy);
    stmt_bind_i64(&q, ":id", *id);
    stmt_bind_text(&q, ":name", d->name);
    stmt_bind_i64(&q, ":kind", d->kind);
    stmt_bind_i64(&q, ":created", d->created_at);
    stmt_bind_i64(&q, ":updated", d->updated_at);
    stmt_bind_i64(&q, ":bytes", d->bytes);
    stmt_bind_text(&q, ":digest", d->digest);
    stmt_bind_text(&q, ":columns", columns);
    stmt_bind_text(&q, ":time", d->time_column);
    stmt_bind_text(&q, ":idcol", d->id_column);
    stmt_bind_i64(&q, ":series", d->num_series);
    stmt_bind_i64(&q, ":sentences", d->sentences);
    stmt_bind_i64(&q, ":tokens", d->tokens);
    stmt_bind_i64(&q, ":upos", d->num_upos);
    stmt_bind_i64(&q, ":xpos", d->num_xpos);
    stmt_run(&q);
    st = stmt_close(&q);
    return st ? st : quota_check(db, e);
}

enum status dataset_update(struct db *db, const struct dataset *d, const char *columns,
                           struct err *e)
{
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e,
              "UPDATE dataset SET updated_at = :updated, bytes = :bytes, digest = :digest, "
              "columns = :columns, num_series = :series, sentences = :sentences, tokens = :tokens, "
              "num_upos = :upos, num_xpos = :xpos, stored_by = :owner WHERE id = :id");
    stmt_bind_i64(&q, ":id", d->id);
    stmt_bind_text(&q, ":owner", quota_owner(db));
    stmt_bind_i64(&q, ":updated", clock_ms());
    stmt_bind_i64(&q, ":bytes", d->bytes);
    stmt_bind_text(&q, ":digest", d->digest);
    stmt_bind_text(&q, ":columns", columns);
    stmt_bind_i64(&q, ":series", d->num_series);
    stmt_bind_i64(&q, ":sentences", d->sentences);
    stmt_bind_i64(&q, ":tokens", d->tokens);
    stmt_bind_i64(&q, ":upos", d->num_upos);
    stmt_bind_i64(&q, ":xpos", d->num_xpos);
    stmt_run(&q);
    st = stmt_close(&q);
    return st ? st : quota_check(db, e);
}

/* More than any ordinal of the years 0001 to 9999. */
static const int64_t START_MAX = (int64_t)1 << 42;

struct timeline dataset_timeline(struct stmt *q, int column)
{
    struct timeline t = {.frequency = {(enum freq_unit)stmt_within(q, column, FREQ_INDEX, FREQ_S),
                                       (int)stmt_within(q, column + 1, 1, INT32_MAX)}};
    int64_t most = t.frequency.unit == FREQ_INDEX ? INT64_MAX / 4 : START_MAX;
    char *style = stmt_text(q, column + 3);

    t.start = stmt_within(q, column + 2, -most, most);
    if (!q->st && style && timeline_style_parse(&t, style, q->e)) {
        err_wrap(q->e, "database: a stored time_style");
        q->e->status = q->st = ST_CORRUPT;
    }
    if (q->st)
        t.style = (struct time_style){0};
    free(style);
    return t;
}
