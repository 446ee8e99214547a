/* anomaly_check.c - see anomaly_check.h. */
#include "server/store/anomaly_check.h"

#include "server/store/event.h"

#include <stdlib.h>

void anomaly_checks_release(struct anomaly_checks *c)
{
    for (int i = 0; i < c->count; i++)
        free(c->items[i].series);
    free(c->items);
    *c = (struct anomaly_checks){0};
}

/* ---- reading ---- */

/* Finds the first data set after `after`; "": there is none. */
static enum status find_dataset(char out[NAME_MAX_LEN + 1], struct db *db, const char *after,
                                struct err *e)
{
    struct stmt q;

    out[0] = '\0';
    stmt_open(&q, db, e,
              "SELECT dataset FROM anomaly_check WHERE dataset > :after ORDER BY dataset LIMIT 1");
    stmt_bind_text(&q, ":after", after);
    if (stmt_row(&q))
        stmt_copy(&q, 0, out, NAME_MAX_LEN + 1);
    return stmt_close(&q);
}

static enum status read_checks(struct anomaly_checks *out, struct db *db, struct err *e)
{
    struct stmt q;

    out->items = calloc(ANOMALY_CHECKS_AT_ONCE, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, ANOMALY_CHECKS_AT_ONCE * sizeof(*out->items));
    stmt_open(&q, db, e,
              "SELECT series, first_row, end_row FROM anomaly_check WHERE dataset = :dataset ORDER "
              "BY series LIMIT :most");
    stmt_bind_text(&q, ":dataset", out->dataset);
    stmt_bind_i64(&q, ":most", ANOMALY_CHECKS_AT_ONCE);
    while (out->count < ANOMALY_CHECKS_AT_ONCE && stmt_row(&q)) {
        struct anomaly_check *c = &out->items[out->count++];

        c->series = stmt_text(&q, 0);
        c->first = stmt_within(&q, 1, 0, INT32_MAX);
        c->end = stmt_within(&q, 2, 0, INT32_MAX);
    }
    return stmt_close(&q);
}

enum status store_anomaly_checks(struct anomaly_checks *out, struct store *s, const char *after,
                                 struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct anomaly_checks){0};
    if (!st)
        st = find_dataset(out->dataset, db, after, e);
    if (!st && !out->dataset[0] && after[0])
        st = find_dataset(out->dataset, db, "", e);
    if (!st && out->dataset[0])
        st = read_checks(out, db, e);
    if (st)
        anomaly_checks_release(out);
    return st;
}

/* ---- adding ---- */

enum status anomaly_checks_wanted(bool *out, struct db *db, const char *dataset, struct err *e)
{
    const struct event ev = {.type = EVENT_ANOMALY_DETECTED, .dataset = dataset};
    int64_t n = 0;
    enum status st = event_wanted(out, db, &ev, e);

    if (!st && *out)
        st = db_int(&n, db, "SELECT count(*) FROM anomaly_check", e);
    *out = *out && n < ANOMALY_CHECKS_MAX;
    return st;
}

enum status anomaly_check_add(struct db *db, const char *dataset, const char *series, int64_t first,
                              int64_t end, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO anomaly_check (dataset, series, first_row, end_row) VALUES (:dataset, "
              ":series, :first, :end) ON CONFLICT (dataset, series) DO UPDATE SET end_row = "
              "excluded.end_row");
    stmt_bind_text(&q, ":dataset", dataset);
    stmt_bind_text(&q, ":series", series);
    stmt_bind_i64(&q, ":first", first);
    stmt_bind_i64(&q, ":end", end);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status anomaly_checks_drop(struct db *db, const char *dataset, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM anomaly_check WHERE dataset = :dataset");
    stmt_bind_text(&q, ":dataset", dataset);
    stmt_run(&q);
    return stmt_close(&q);
}

/* ---- after the look ---- */

struct done {
    const struct anomaly_checks *checks;
    const struct anomaly_finding *found;
    int n;
};

static enum status run_for(struct db *db, const char *sql, const char *dataset,
                           const struct anomaly_check *c, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_text(&q, ":dataset", dataset);
    stmt_bind_text(&q, ":series", c->series);
    stmt_bind_i64(&q, ":end", c->end);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status finish(struct db *db, void *ctx, struct err *e)
{
    const struct done *d = ctx;
    const char *dataset = d->checks->dataset;
    enum status st = ST_OK;

    for (int i = 0; !st && i < d->checks->count; i++) {
        const struct anomaly_check *c = &d->checks->items[i];

        st = run_for(db,
                     "DELETE FROM anomaly_check WHERE dataset = :dataset AND series = :series AND "
                     "end_row <= :end",
                     dataset, c, e);
        if (!st)
            st = run_for(db,
                         "UPDATE anomaly_check SET first_row = :end WHERE dataset = :dataset AND "
                         "series = :series AND first_row < :end",
                         dataset, c, e);
    }
    for (int i = 0; !st && i < d->n; i++)
        st = event_put(db,
                       &(struct event){.type = EVENT_ANOMALY_DETECTED,
                                       .at = clock_ms(),
                                       .dataset = dataset,
                                       .model = d->found[i].model,
                                       .data = d->found[i].data},
                       e);
    return st;
}

enum status store_anomaly_checks_done(struct store *s, const struct anomaly_checks *c,
                                      const struct anomaly_finding *found, int n, struct err *e)
{
    struct done d = {c, found, n};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write(db, finish, &d, e);
}
