/* retrain.c - see retrain.h and retrain_check.h. */
#include "server/store/retrain.h"

#include "server/store/connection.h"
#include "server/store/job_states.h"
#include "server/store/model_version.h"
#include "server/store/retrain_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void retrain_release(struct retrain *r)
{
    free(r->request);
    free(r->note);
    free(r->error);
    *r = (struct retrain){0};
}

/* ---- reading ---- */

#define COLUMNS                                                                                    \
    "token, model, every, drift, api_key, key_name, created_at, next_at, due_at, checked_at, "     \
    "last_job, last_drift, drift_at, measured, request, note, error"

static void read_row(struct retrain *out, struct stmt *q)
{
    double drift = stmt_f64(q, 3);

    *out = (struct retrain){.token = stmt_i64(q, 0),
                            .every = stmt_within(q, 2, 0, INT64_MAX / 4),
                            .drift = drift > 0 ? drift : 0,
                            .api_key = stmt_i64(q, 4),
                            .created_at = stmt_i64(q, 6),
                            .next_at = stmt_i64(q, 7),
                            .due_at = stmt_i64(q, 8),
                            .checked_at = stmt_i64(q, 9),
                            .last_drift = stmt_f64(q, 11),
                            .drift_at = stmt_i64(q, 12),
                            .request = stmt_text(q, 14),
                            .note = stmt_text(q, 15),
                            .error = stmt_text(q, 16)};
    stmt_copy(q, 1, out->model, sizeof(out->model));
    stmt_copy(q, 5, out->key, sizeof(out->key));
    stmt_copy(q, 10, out->last_job, sizeof(out->last_job));
    stmt_copy(q, 13, out->measured, sizeof(out->measured));
}

static enum status lookup(struct retrain *out, bool *found, struct db *db, const char *model,
                          struct err *e)
{
    struct stmt q;
    enum status st;

    *out = (struct retrain){0};
    stmt_open(&q, db, e, "SELECT " COLUMNS " FROM model_retrain WHERE model = :model");
    stmt_bind_text(&q, ":model", model);
    *found = stmt_row(&q);
    if (*found)
        read_row(out, &q);
    st = stmt_close(&q);
    if (st)
        retrain_release(out);
    return st;
}

static enum status none(const char *model, struct err *e)
{
    return err_set(e, ST_NOT_FOUND,
                   "the model '%s' is not trained by a rule; PUT /v1/models/%s/retrain with "
                   "{\"every\": \"7d\"} or {\"drift\": 2} makes one",
                   model, model);
}

enum status store_retrain_find(struct retrain *out, bool *found, struct store *s, const char *model,
                               struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct retrain){0};
    *found = false;
    return st ? st : lookup(out, found, db, model, e);
}

enum status store_retrain_get(struct retrain *out, struct store *s, const char *model,
                              struct err *e)
{
    bool found = false;
    enum status st = store_retrain_find(out, &found, s, model, e);

    return st || found ? st : none(model, e);
}

enum status store_retrain_counts(int64_t *all, int64_t *failing, struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *all = *failing = 0;
    if (!st)
        st = db_int(all, db, "SELECT count(*) FROM model_retrain", e);
    if (!st)
        st = db_int(failing, db, "SELECT count(*) FROM model_retrain WHERE error IS NOT NULL", e);
    return st;
}

/* Backtests have the name of a model as well, but train none. */
enum status store_retrain_jobs(struct retrain_jobs *out, struct store *s, const char *model,
                               struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct retrain_jobs){0};
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT 1 FROM job WHERE model = :model AND state IN (" SQL_QUEUED ", " SQL_RUNNING
              ") AND backtest IS NULL LIMIT 1");
    stmt_bind_text(&q, ":model", model);
    out->busy = stmt_row(&q);
    st = stmt_close(&q);
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT id FROM job WHERE model = :model AND state = " SQL_SUCCEEDED
              " AND backtest IS NULL ORDER BY id DESC LIMIT 1");
    stmt_bind_text(&q, ":model", model);
    if (stmt_row(&q))
        stmt_copy(&q, 0, out->last, sizeof(out->last));
    return stmt_close(&q);
}

/* ---- storing and deleting ---- */

enum status retrain_drop(struct db *db, const char *model, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM model_retrain WHERE model = :model");
    stmt_bind_text(&q, ":model", model);
    stmt_run(&q);
    return stmt_close(&q);
}

static const char *known(const char *text)
{
    return text && text[0] ? text : NULL;
}

/* old: the rule that it replaces; its model is "" if there is none. Drift is measured at once. */
static enum status insert(struct db *db, const char *model, const struct retrain_rule *rule,
                          const struct retrain *old, int64_t now, struct err *e)
{
    bool there = old->model[0] != '\0', same = there && old->every == rule->every;
    int64_t next = !rule->every ? 0 : same ? old->next_at : now + rule->first;
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO model_retrain (model, every, drift, api_key, key_name, created_at, "
              "next_at, due_at, last_job, last_drift, drift_at, request) VALUES (:model, :every, "
              ":drift, :key, :key_name, :created, :next, :due, :job, :last_drift, :drift_at, "
              ":request)");
    stmt_bind_text(&q, ":model", model);
    stmt_bind_i64(&q, ":every", rule->every);
    stmt_bind_f64(&q, ":drift", rule->drift > 0 ? rule->drift : NAN);
    stmt_bind_i64(&q, ":key", rule->key ? rule->key->id : 0);
    stmt_bind_text(&q, ":key_name", rule->key ? known(rule->key->name) : NULL);
    stmt_bind_i64(&q, ":created", there ? old->created_at : now);
    stmt_bind_i64(&q, ":next", next);
    stmt_bind_i64(&q, ":due", rule->drift > 0 ? now : next);
    stmt_bind_text(&q, ":job", known(old->last_job));
    stmt_bind_f64(&q, ":last_drift", there ? old->last_drift : NAN);
    stmt_bind_i64(&q, ":drift_at", old->drift_at);
    stmt_bind_text(&q, ":request", old->request);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status retrain_set(bool *created, struct db *db, const char *model,
                        const struct retrain_rule *rule, struct err *e)
{
    struct retrain old = {0};
    bool found = false;
    enum status st = lookup(&old, &found, db, model, e);

    *created = !found;
    if (!st && found)
        st = retrain_drop(db, model, e);
    if (!st)
        st = insert(db, model, rule, &old, clock_ms(), e);
    retrain_release(&old);
    return st;
}

/* The arguments and the results of putting a rule. */
struct put {
    const char *model;
    const struct retrain_rule *rule;
    struct retrain *out;
    bool created;
};

static enum status put(struct db *db, void *ctx, struct err *e)
{
    struct put *p = ctx;
    struct model_version v = {0};
    bool found = false;
    enum status st = model_find(&v, db, p->model, version_number(0), e);

    model_version_release(&v);
    if (!st)
        st = retrain_set(&p->created, db, p->model, p->rule, e);
    return st ? st : lookup(p->out, &found, db, p->model, e);
}

enum status store_retrain_put(struct retrain *out, bool *created, struct store *s,
                              const char *model, const struct retrain_rule *rule, struct err *e)
{
    struct put p = {.model = model, .rule = rule, .out = out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct retrain){0};
    if (!st)
        st = transaction_write(db, put, &p, e);
    if (st)
        retrain_release(out);
    *created = p.created;
    return st;
}

static enum status delete_one(struct db *db, void *ctx, struct err *e)
{
    const char *model = ctx;
    enum status st = retrain_drop(db, model, e);

    return !st && db_changes(db) == 0 ? none(model, e) : st;
}

static enum status delete_rule(struct store *s, const void *ctx, struct err *e)
{
    char model[NAME_MAX_LEN + 1];
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    (void)snprintf(model, sizeof(model), "%s", (const char *)ctx);
    return st ? st : transaction_write(db, delete_one, model, e);
}

enum status store_retrain_delete(struct store *s, const char *model, struct err *e)
{
    return store_delete_by(s, delete_rule, model, e);
}

/* ---- looks ---- */

/* The argument and the results of a claim. */
struct claim {
    int64_t lease_ms, now, token;
    char model[NAME_MAX_LEN + 1];
    int64_t next;
};

static enum status find_next(struct claim *c, struct db *db, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT token, model, due_at FROM model_retrain WHERE due_at > 0 ORDER BY due_at, "
              "token LIMIT 1");
    c->next = INT64_MAX;
    c->token = 0;
    if (stmt_row(&q)) {
        c->next = stmt_i64(&q, 2);
        c->token = c->next <= c->now ? stmt_i64(&q, 0) : 0;
        stmt_copy(&q, 1, c->model, sizeof(c->model));
    }
    return stmt_close(&q);
}

static enum status claim(struct db *db, void *ctx, struct err *e)
{
    struct claim *c = ctx;
    struct stmt q;
    enum status st = find_next(c, db, e);

    if (st || !c->token)
        return st;
    stmt_open(&q, db, e, "UPDATE model_retrain SET due_at = :until WHERE token = :token");
    stmt_bind_i64(&q, ":until", c->now + c->lease_ms);
    stmt_bind_i64(&q, ":token", c->token);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_retrain_claim(struct retrain *out, bool *found, int64_t *next, struct store *s,
                                int64_t lease_ms, struct err *e)
{
    struct claim c = {.lease_ms = lease_ms, .now = clock_ms()};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct retrain){0};
    *found = false;
    if (!st)
        st = find_next(&c, db, e); /* without a writer's turn, as most of the time none is due */
    if (!st && c.token)
        st = transaction_write(db, claim, &c, e);
    *next = c.next;
    if (st || !c.token)
        return st;
    return store_retrain_find(out, found, s, c.model, e);
}

static enum status finish(struct db *db, void *ctx, struct err *e)
{
    const struct retrain *r = ctx;
    struct stmt q;

    stmt_open(&q, db, e,
              "UPDATE model_retrain SET next_at = :next, due_at = :due, checked_at = :checked, "
              "last_job = :job, last_drift = :drift, drift_at = :drift_at, measured = :measured, "
              "request = :request, note = :note, error = :error WHERE token = :token");
    stmt_bind_i64(&q, ":token", r->token);
    stmt_bind_i64(&q, ":next", r->next_at);
    stmt_bind_i64(&q, ":due", r->due_at);
    stmt_bind_i64(&q, ":checked", r->checked_at);
    stmt_bind_text(&q, ":job", known(r->last_job));
    stmt_bind_f64(&q, ":drift", r->last_drift);
    stmt_bind_i64(&q, ":drift_at", r->drift_at);
    stmt_bind_text(&q, ":measured", known(r->measured));
    stmt_bind_text(&q, ":request", r->request);
    stmt_bind_text(&q, ":note", r->note);
    stmt_bind_text(&q, ":error", r->error);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_retrain_finish(struct store *s, const struct retrain *result, struct err *e)
{
    struct retrain copy = *result;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write(db, finish, &copy, e);
}
