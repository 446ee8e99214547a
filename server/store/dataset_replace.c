/* dataset_replace.c - gives a name new content while jobs keep the old one. */
#include "server/store/anomaly_check.h"
#include "server/store/dataset.h"

#include "server/store/source_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum status check(const struct precondition *pre, bool there, const char *digest,
                         struct err *e)
{
    switch (precondition_check(pre, there, digest)) {
    case MATCH_FAILS:
        return err_set(e, ST_PRECONDITION, "If-Match does not hold: %s",
                       there ? "the dataset has another ETag now" : "there is no such dataset");
    case NONE_MATCH_FAILS:
        return err_set(e, ST_PRECONDITION, "If-None-Match does not hold: the dataset is there");
    case PRECONDITION_HOLDS:
        break;
    }
    return ST_OK;
}

enum status dataset_replace(bool *created, int64_t *created_at, struct db *db, const char *name,
                            const struct precondition *pre, struct err *e)
{
    struct dataset old = {0};
    bool there = false;
    enum status st = dataset_lookup(&old, &there, db, name, e);

    if (!st)
        st = check(pre, there, old.digest, e);
    if (!st)
        st = source_replaces(db, name, e);
    if (!st && there)
        st = dataset_retire(db, old.id, e);
    if (!st && there)
        st = anomaly_checks_drop(db, name, e);
    *created = !there;
    *created_at = there ? old.created_at : clock_ms();
    dataset_release(&old);
    return st;
}

/* ---- copy on append ---- */

static enum status copy_with(struct db *db, const char *sql, int64_t from, int64_t to,
                             struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_i64(&q, ":from", from);
    stmt_bind_i64(&q, ":to", to);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status copy_content(struct db *db, int64_t from, int64_t to, struct err *e)
{
    static const char *const steps[] = {
        "INSERT INTO series (dataset, position, name, freq_unit, freq_multiple, start, time_style, "
        "length, missing) SELECT :to, position, name, freq_unit, freq_multiple, start, "
        "time_style, length, missing FROM series WHERE dataset = :from ORDER BY position",
        "INSERT INTO series_chunk (series, chunk, rows) SELECT n.id, c.chunk, c.rows FROM series o "
        "JOIN series n ON n.dataset = :to AND n.position = o.position JOIN series_chunk c ON "
        "c.series = o.id WHERE o.dataset = :from",
        "INSERT INTO sentence (dataset, position, tokens, source) SELECT :to, position, tokens, "
        "source FROM sentence WHERE dataset = :from",
        "INSERT INTO dataset_tag (dataset, kind, tag) SELECT :to, kind, tag FROM dataset_tag WHERE "
        "dataset = :from",
        "INSERT INTO text_chunk (dataset, chunk, content) SELECT :to, chunk, content FROM "
        "text_chunk WHERE dataset = :from",
    };
    enum status st = ST_OK;

    for (size_t i = 0; !st && i < sizeof(steps) / sizeof(steps[0]); i++)
        st = copy_with(db, steps[i], from, to, e);
    return st;
}

char *dataset_columns(char *const *columns, int n)
{
    size_t len = 1;
    char *text, *p;

    for (int i = 0; i < n; i++)
        len += strlen(columns[i]) + 1;
    text = p = malloc(len);
    if (!text)
        return NULL;
    for (int i = 0; i < n; i++) {
        size_t k = strlen(columns[i]);

        if (i)
            *p++ = '\x1f';
        memcpy(p, columns[i], k);
        p += k;
    }
    *p = '\0';
    return text;
}

static enum status copy_for_append(struct dataset *d, struct db *db, struct err *e)
{
    char *columns = dataset_columns(d->columns, d->num_columns);
    int64_t old = d->id;
    enum status st = columns ? dataset_retire(db, old, e) : err_nomem(e, 0);

    if (!st)
        st = dataset_insert(&d->id, db, d, columns, e);
    if (!st)
        st = copy_content(db, old, d->id, e);
    free(columns);
    return st;
}

enum status dataset_for_append(struct dataset *out, struct db *db, const char *name,
                               enum data_kind kind, struct err *e)
{
    bool used = false;
    enum status st = source_appends(db, name, e);

    if (!st)
        st = dataset_find(out, db, name, e);
    if (!st && out->kind != kind)
        st = err_set(e, ST_CONFLICT, "the dataset '%s' holds %s; %s cannot be appended", name,
                     data_kind_words(out->kind),
                     kind == DATA_SERIES   ? "observations"
                     : kind == DATA_TAGGED ? "sentences"
                                           : "a text");
    if (!st)
        st = dataset_in_use(&used, db, out->id, e);
    return !st && used ? copy_for_append(out, db, e) : st;
}
