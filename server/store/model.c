/* model.c - models, their versions and checkpoints. */
#include "server/store/anomaly_check.h"
#include "server/store/blob.h"
#include "server/store/connection.h"
#include "server/store/dataset.h"
#include "server/store/event.h"
#include "server/store/file_limit.h"
#include "server/store/job.h"
#include "server/store/model_version.h"
#include "server/store/promotion.h"
#include "server/store/quota.h"
#include "server/store/retrain_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void model_list_release(struct model_list *l)
{
    for (int i = 0; i < l->count; i++)
        model_version_release(&l->items[i]);
    free(l->items);
    *l = (struct model_list){0};
}

/* ---- writing ---- */

/* A checkpoint while it is stored. Everything that takes long is done before the transaction. */
struct contents {
    const struct model_submission *m;
    char digest[DIGEST_LEN + 1];
    int64_t blob; /* of its first bytes; 0: none */
    size_t rest;  /* where the others begin */
    /* The job that trained it, and its last progress; NULL: none. */
    const char *job;
    const struct job_advance *a;
    int64_t version; /* result: the number of the version */
};

static enum status contents_write(struct contents *c, struct db *db,
                                  const struct model_submission *m, struct err *e)
{
    c->m = m;
    digest_hex(c->digest, m->checkpoint, m->checkpoint_len);
    return blob_write(&c->blob, &c->rest, db, m->checkpoint, m->checkpoint_len, e);
}

/* Reads the digest of the version that serves; *there: whether there is one. */
static enum status serving_digest(char digest[DIGEST_LEN + 1], bool *there, struct db *db,
                                  const char *name, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT v.digest FROM model m JOIN model_version v ON v.model = m.id AND v.version "
              "= " SERVING_VERSION " WHERE m.name = :name");
    stmt_bind_text(&q, ":name", name);
    *there = stmt_row(&q);
    if (*there)
        stmt_copy(&q, 0, digest, DIGEST_LEN + 1);
    return stmt_close(&q);
}

/* Inside the transaction that writes, so that of two writers with the same tag the second is
 * refused. */
static enum status check_precondition(struct db *db, const struct model_submission *m,
                                      struct err *e)
{
    char digest[DIGEST_LEN + 1] = "";
    bool there = false;
    enum status st;

    if (!m->precondition)
        return ST_OK;
    st = serving_digest(digest, &there, db, m->name, e);
    if (st)
        return st;
    switch (precondition_check(m->precondition, there, digest)) {
    case MATCH_FAILS:
        return err_set(e, ST_PRECONDITION, "If-Match does not hold: %s",
                       there ? "the version that serves has another ETag"
                             : "there is no such model");
    case NONE_MATCH_FAILS:
        return err_set(e, ST_PRECONDITION, "If-None-Match does not hold: the model is there");
    case PRECONDITION_HOLDS:
        break;
    }
    return ST_OK;
}

/* Makes the model's row if there is none. A model without versions may change its task. */
static enum status find_or_make(struct db *db, const char *name, const char *task, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO model (name, task) VALUES (:name, :task) ON CONFLICT (name) DO UPDATE "
              "SET task = excluded.task WHERE model.num_versions = 0");
    stmt_bind_text(&q, ":name", name);
    stmt_bind_text(&q, ":task", task);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status take_version(int64_t *model, int64_t *version, struct db *db, const char *name,
                                const char *task, struct err *e)
{
    struct stmt q;
    char other[16] = "";
    enum status st = find_or_make(db, name, task, e);

    if (st)
        return st;
    stmt_open(&q, db, e,
              "UPDATE model SET next_version = next_version + 1, num_versions = num_versions + 1 "
              "WHERE name = :name RETURNING id, next_version - 1, task");
    stmt_bind_text(&q, ":name", name);
    while (stmt_row(&q)) {
        *model = stmt_i64(&q, 0);
        *version = stmt_i64(&q, 1);
        stmt_copy(&q, 2, other, sizeof(other));
    }
    st = stmt_close(&q);
    if (!st && strcmp(other, task) != 0)
        st = err_set(e, ST_CONFLICT,
                     "the model '%s' holds versions of task %s; give a model of task %s another "
                     "name",
                     name, other, task);
    return st;
}

static enum status insert_version(struct db *db, int64_t model, const struct contents *c,
                                  struct err *e)
{
    const struct model_submission *m = c->m;
    struct stmt q;
    enum status st;

    stmt_open(
        &q, db, e,
        "INSERT INTO model_version (model, version, created_at, dataset, job, params, metrics, "
        "details, parameter_count, bytes, digest, stored_by) VALUES (:model, :version, :now, "
        ":dataset, "
        ":job, :params, :metrics, :details, :count, :bytes, :digest, CASE WHEN :job IS NULL THEN "
        ":owner ELSE (SELECT name FROM api_key WHERE id = (SELECT api_key FROM job WHERE id = "
        ":job)) END)");
    stmt_bind_i64(&q, ":model", model);
    stmt_bind_i64(&q, ":version", c->version);
    stmt_bind_i64(&q, ":now", clock_ms());
    stmt_bind_text(&q, ":dataset", m->dataset);
    stmt_bind_text(&q, ":job", c->job);
    stmt_bind_text(&q, ":owner", quota_owner(db));
    stmt_bind_text(&q, ":params", m->params ? m->params : "{}");
    stmt_bind_text(&q, ":metrics", m->metrics);
    stmt_bind_text(&q, ":details", m->details ? m->details : "{}");
    stmt_bind_i64(&q, ":count", m->parameter_count);
    stmt_bind_i64(&q, ":bytes", (int64_t)m->checkpoint_len);
    stmt_bind_text(&q, ":digest", c->digest);
    stmt_run(&q);
    st = stmt_close(&q);
    return st || c->job ? st : quota_check(db, e);
}

static enum status insert_contents(struct db *db, int64_t model, const struct contents *c,
                                   struct err *e)
{
    const struct model_submission *m = c->m;
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e,
              "INSERT INTO model_checkpoint (model, version, bytes) VALUES (:model, :version, "
              ":bytes)");
    stmt_bind_i64(&q, ":model", model);
    stmt_bind_i64(&q, ":version", c->version);
    stmt_bind_blob(&q, ":bytes", m->checkpoint + c->rest, m->checkpoint_len - c->rest);
    stmt_run(&q);
    st = stmt_close(&q);
    if (!st)
        st = blob_publish(db, c->blob, NULL, model, c->version, e);
    if (st || !m->evaluation)
        return st;
    stmt_open(&q, db, e,
              "INSERT INTO model_evaluation (model, version, evaluation) VALUES (:model, :version, "
              ":evaluation)");
    stmt_bind_i64(&q, ":model", model);
    stmt_bind_i64(&q, ":version", c->version);
    stmt_bind_text(&q, ":evaluation", m->evaluation);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status put_version(struct db *db, void *ctx, struct err *e)
{
    struct contents *c = ctx;
    int64_t model = 0;
    enum status st = check_precondition(db, c->m, e);

    if (!st)
        st = take_version(&model, &c->version, db, c->m->name, c->m->task, e);
    if (!st)
        st = insert_version(db, model, c, e);
    if (!st)
        st = insert_contents(db, model, c, e);
    return st ? st : event_version(db, c->m, c->version, c->job, e);
}

enum status store_model_put(int64_t *version, struct store *s, const struct model_submission *m,
                            struct err *e)
{
    struct contents c = {0};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = file_limit_check(db, (int64_t)m->checkpoint_len, e);
    if (!st)
        st = contents_write(&c, db, m, e);
    if (!st)
        st = file_limit_write(db, put_version, &c, e);
    if (st)
        blob_drop(db, c.blob);
    else
        *version = c.version;
    return st;
}

static enum status put_version_of_job(struct db *db, const struct job *j, void *ctx, struct err *e)
{
    struct contents *c = ctx;
    const struct model_promotion *promotion = c->m->promotion;
    enum status st = promotion ? promotion_check(db, c->m->name, promotion, e) : ST_OK;

    if (!st)
        st = put_version(db, c, e);
    if (!st && promotion)
        st = promotion_apply(db, j, c->version, promotion, e);
    if (!st)
        st = job_put_history(db, j->id, c->a, e);
    if (!st)
        st = job_put_progress(db, j->id, &c->a->progress, e);
    return st ? st : job_finish(db, j, JOB_SUCCEEDED, NULL, c->version, c->m->metrics, e);
}

enum status store_job_succeed(int64_t *version, struct store *s, const struct lease *l,
                              const struct job_advance *a, const struct model_submission *m,
                              struct err *e)
{
    struct contents c = {.job = l->id, .a = a};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = contents_write(&c, db, m, e);
    if (!st)
        st = job_change_leased(db, l, put_version_of_job, &c, e);
    if (st) {
        blob_drop(db, c.blob);
        return st;
    }
    *version = c.version;
    job_give_back(db);
    return ST_OK;
}

/* ---- reading ---- */

enum status store_model_find(struct model_version *out, struct store *s, const char *name,
                             struct version_ref ref, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct model_version){0};
    return st ? st : model_find(out, db, name, ref, e);
}

enum status store_model_get(struct model_version *out, struct store *s, const char *name,
                            int64_t version, struct err *e)
{
    return store_model_find(out, s, name, version_number(version), e);
}

static enum status read_list(struct model_list *out, struct stmt *q, int limit, struct err *e)
{
    enum status st;

    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        q->st = err_nomem(e, 0);
    while (!q->st && out->count < limit && stmt_row(q))
        model_version_read(&out->items[out->count++], q);
    st = stmt_close(q);
    if (st)
        model_list_release(out);
    return st;
}

enum status store_model_list(struct model_list *out, struct store *s, const char *names,
                             const char *after, int limit, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct model_list){0};
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT " MODEL_COLUMNS
              " FROM model m JOIN model_version v ON v.model = m.id AND v.version "
              "= " SERVING_VERSION " WHERE m.name > :after "
              "AND (:names IS NULL OR glob(:names, m.name)) "
              "ORDER BY m.name LIMIT :limit");
    stmt_bind_text(&q, ":names", names);
    stmt_bind_text(&q, ":after", after);
    stmt_bind_i64(&q, ":limit", limit);
    return read_list(out, &q, limit, e);
}

enum status store_dataset_models(struct dataset_model *out, int *n, struct store *s,
                                 const char *dataset, int most, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *n = 0;
    if (st)
        return st;
    stmt_open(
        &q, db, e,
        "SELECT m.name, v.version FROM model_version v CROSS JOIN model m WHERE m.id = v.model "
        "AND v.dataset = :dataset AND m.task = 'forecast' AND v.version = " SERVING_VERSION
        " LIMIT :most");
    stmt_bind_text(&q, ":dataset", dataset);
    stmt_bind_i64(&q, ":most", most);
    while (*n < most && stmt_row(&q)) {
        stmt_copy(&q, 0, out[*n].name, sizeof(out->name));
        out[(*n)++].version = stmt_i64(&q, 1);
    }
    return stmt_close(&q);
}

enum status store_model_versions(struct model_list *out, struct store *s, const char *name,
                                 int64_t before, int limit, struct err *e)
{
    struct db *db = NULL;
    struct model_version serving = {0};
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct model_list){0};
    if (!st) /* ST_NOT_FOUND when the name is unknown */
        st = store_model_get(&serving, s, name, 0, e);
    model_version_release(&serving);
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT " MODEL_COLUMNS FROM_MODEL
              "AND v.version < :before ORDER BY v.version DESC LIMIT :limit");
    stmt_bind_text(&q, ":name", name);
    stmt_bind_i64(&q, ":before", before ? before : INT64_MAX);
    stmt_bind_i64(&q, ":limit", limit);
    return read_list(out, &q, limit, e);
}

/* The checkpoint of a version while it is read. */
struct checkpoint {
    const char *name;
    int64_t version;
    uint8_t *bytes; /* NULL: there is no such version */
    size_t len;
};

static enum status read_checkpoint(struct db *db, void *ctx, struct err *e)
{
    struct checkpoint *c = ctx;
    struct stmt q;
    int64_t model = 0;
    bool found;
    enum status st;

    stmt_open(&q, db, e,
              "SELECT c.bytes, c.model FROM model m JOIN model_checkpoint c ON c.model = m.id "
              "WHERE m.name = "
              ":name AND c.version = :version");
    stmt_bind_text(&q, ":name", c->name);
    stmt_bind_i64(&q, ":version", c->version);
    found = stmt_row(&q);
    if (found) {
        stmt_take_blob(&q, 0, &c->bytes, &c->len);
        model = stmt_i64(&q, 1);
    }
    st = stmt_close(&q);
    return !st && found ? blob_join(&c->bytes, &c->len, db, NULL, model, c->version, e) : st;
}

enum status store_model_checkpoint(uint8_t **bytes, size_t *len, struct store *s, const char *name,
                                   int64_t version, struct err *e)
{
    struct checkpoint c = {.name = name, .version = version};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *bytes = NULL;
    *len = 0;
    if (!st)
        st = transaction_read(db, read_checkpoint, &c, e);
    if (st) {
        free(c.bytes);
        return st;
    }
    *bytes = c.bytes;
    *len = c.len;
    return c.bytes ? ST_OK : model_no_version(db, name, version, e);
}

enum status store_model_evaluation(char **json, struct store *s, const char *name, int64_t version,
                                   struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *json = NULL;
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT x.evaluation FROM model m JOIN model_evaluation x ON x.model = m.id WHERE "
              "m.name = :name AND x.version = :version");
    stmt_bind_text(&q, ":name", name);
    stmt_bind_i64(&q, ":version", version);
    if (stmt_row(&q))
        *json = stmt_text(&q, 0);
    return stmt_close(&q);
}

/* ---- deleting ---- */

static enum status delete_model(int64_t *gone, struct db *db, const char *name, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM model WHERE name = :name AND num_versions > 0");
    stmt_bind_text(&q, ":name", name);
    stmt_run(&q);
    *gone = db_changes(db);
    return stmt_close(&q);
}

static enum status delete_version(int64_t *gone, struct db *db, const char *name, int64_t version,
                                  struct err *e)
{
    struct stmt q;
    enum status st;

    stmt_open(
        &q, db, e,
        "DELETE FROM model_version WHERE model = (SELECT id FROM model WHERE name = :name) AND "
        "version = :version");
    stmt_bind_text(&q, ":name", name);
    stmt_bind_i64(&q, ":version", version);
    stmt_run(&q);
    *gone = db_changes(db);
    st = stmt_close(&q);
    if (st || *gone == 0)
        return st;
    stmt_open(&q, db, e, "UPDATE model SET num_versions = num_versions - 1 WHERE name = :name");
    stmt_bind_text(&q, ":name", name);
    stmt_run(&q);
    return stmt_close(&q);
}

struct version_name {
    const char *name;
    int64_t version; /* 0: all */
};

static enum status delete_either(struct db *db, void *ctx, struct err *e)
{
    const struct version_name *v = ctx;
    int64_t gone = 0;
    enum status st = model_check_unused(db, v->name, v->version, e);

    if (!st)
        st = v->version ? delete_version(&gone, db, v->name, v->version, e)
                        : delete_model(&gone, db, v->name, e);
    if (!st && gone && !v->version)
        st = retrain_drop(db, v->name, e);
    return !st && gone == 0 ? model_no_version(db, v->name, v->version, e) : st;
}

static enum status delete_and_shrink(struct store *s, const void *ctx, struct err *e)
{
    struct version_name v = *(const struct version_name *)ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = transaction_write(db, delete_either, &v, e);
    if (st)
        return st;
    blob_collect(db, false);
    db_shrink(db);
    return ST_OK;
}

enum status store_model_delete(struct store *s, const char *name, int64_t version, struct err *e)
{
    const struct version_name v = {name, version};

    return store_delete_by(s, delete_and_shrink, &v, e);
}

/* ---- totals ---- */

enum status store_totals(int64_t *datasets, int64_t *models, int64_t *versions, int64_t *bytes,
                         struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *datasets = *models = *versions = 0;
    *bytes = 0;
    if (!st)
        st = db->driver->total_bytes(bytes, db, e);
    if (!st)
        st = db_int(datasets, db, "SELECT count(*) FROM dataset WHERE name IS NOT NULL", e);
    if (!st)
        st = db_int(models, db, "SELECT count(*) FROM model WHERE num_versions > 0", e);
    if (!st)
        st = db_int(versions, db, "SELECT coalesce(sum(num_versions), 0) FROM model", e);
    return st;
}
