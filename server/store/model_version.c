/* model_version.c - see model_version.h. */
#include "server/store/model_version.h"

#include "server/store/dataset.h"
#include "server/store/job_states.h"

#include <stdlib.h>
#include <string.h>

enum { NAMES_SHOWN = 200 }; /* characters of names in a message */

void model_version_release(struct model_version *m)
{
    free(m->task);
    free(m->dataset);
    free(m->job);
    free(m->params);
    free(m->metrics);
    free(m->details);
    free(m->aliases);
    *m = (struct model_version){0};
}

void model_version_read(struct model_version *m, struct stmt *q)
{
    *m = (struct model_version){
        .version = stmt_i64(q, 1),
        .task = stmt_text(q, 2),
        .dataset = stmt_text(q, 3),
        .job = stmt_text(q, 4),
        .created_at = stmt_i64(q, 5),
        .params = stmt_text(q, 6),
        .metrics = stmt_text(q, 7),
        .details = stmt_text(q, 8),
        .parameter_count = stmt_i64(q, 9),
        .bytes = stmt_i64(q, 10),
        .num_versions = stmt_i64(q, 12),
        .serving = stmt_i64(q, 13),
        .newest = stmt_i64(q, 14),
        .aliases = stmt_text(q, 15),
    };
    stmt_copy(q, 0, m->name, sizeof(m->name));
    stmt_copy(q, 11, m->digest, sizeof(m->digest));
}

/* ---- errors ---- */

enum status model_no_version(struct db *db, const char *name, int64_t version, struct err *e)
{
    struct stmt q;
    int64_t first = 0, last = 0;
    enum status st;

    stmt_open(
        &q, db, e,
        "SELECT min(v.version), max(v.version) FROM model m JOIN model_version v ON v.model = "
        "m.id WHERE m.name = :name");
    stmt_bind_text(&q, ":name", name);
    if (stmt_row(&q)) {
        first = stmt_i64(&q, 0);
        last = stmt_i64(&q, 1);
    }
    st = stmt_close(&q);
    if (st)
        return st;
    if (!last)
        return name_not_found(db, "model", name, e);
    return err_set(e, ST_NOT_FOUND, "model '%s' has no version %lld; it has versions %lld to %lld",
                   name, (long long)version, (long long)first, (long long)last);
}

enum status model_no_alias(struct db *db, const char *model, const char *alias, struct err *e)
{
    struct stmt q;
    bool there;
    char names[NAMES_SHOWN + 1] = "";
    enum status st;

    stmt_open(&q, db, e,
              "SELECT (SELECT group_concat(name, ', ') FROM model_alias WHERE model = m.id) FROM "
              "model m WHERE m.name = :name AND m.num_versions > 0");
    stmt_bind_text(&q, ":name", model);
    there = stmt_row(&q);
    if (there)
        stmt_copy(&q, 0, names, sizeof(names));
    st = stmt_close(&q);
    if (st)
        return st;
    if (!there)
        return name_not_found(db, "model", model, e);
    if (!names[0])
        return err_set(e, ST_NOT_FOUND,
                       "model '%s' has no alias '%.80s', and no other one; a version is named by "
                       "its number, or by 'latest'",
                       model, alias);
    return err_set(e, ST_NOT_FOUND, "model '%s' has no alias '%.80s'; it has: %s", model, alias,
                   names);
}

static enum status check_unaliased(struct db *db, const char *model, int64_t version, struct err *e)
{
    struct stmt q;
    char names[NAMES_SHOWN + 1] = "", first[NAME_MAX_LEN + 1] = "";
    enum status st;

    stmt_open(&q, db, e,
              "SELECT group_concat(a.name, ', '), min(a.name) FROM model m JOIN model_alias a ON "
              "a.model = m.id WHERE m.name = :name AND a.version = :version");
    stmt_bind_text(&q, ":name", model);
    stmt_bind_i64(&q, ":version", version);
    if (stmt_row(&q)) {
        stmt_copy(&q, 0, names, sizeof(names));
        stmt_copy(&q, 1, first, sizeof(first));
    }
    st = stmt_close(&q);
    if (st || !names[0])
        return st;
    return err_set(e, ST_CONFLICT,
                   "version %lld of model '%s' has the alias %s; move it to another version (PUT "
                   "/v1/models/%s/aliases/%s) or delete it before the version",
                   (long long)version, model, names, model, first);
}

/* ST_CONFLICT if a job that has not ended starts from the version, or from any of the model if
 * version is 0: the job reads it again after a restart. */
static enum status check_not_started_from(struct db *db, const char *model, int64_t version,
                                          struct err *e)
{
    struct stmt q;
    char job[JOB_ID_LEN + 1] = "", from[NAME_MAX_LEN + 32] = "";
    enum status st;

    stmt_open(&q, db, e,
              "SELECT id, warm_start FROM job WHERE state IN (" SQL_QUEUED ", " SQL_RUNNING
              ") AND CASE WHEN :version = 0 THEN warm_start >= :model || '/' AND warm_start < "
              ":model || '0' ELSE warm_start = :model || '/' || :version END LIMIT 1");
    stmt_bind_text(&q, ":model", model);
    stmt_bind_i64(&q, ":version", version);
    if (stmt_row(&q)) {
        stmt_copy(&q, 0, job, sizeof(job));
        stmt_copy(&q, 1, from, sizeof(from));
    }
    st = stmt_close(&q);
    if (st || !job[0])
        return st;
    return err_set(e, ST_CONFLICT,
                   "job %s starts from version %s of model '%s' and has not ended; cancel it or "
                   "wait for its end",
                   job, from + strlen(model) + 1, model);
}

enum status model_check_unused(struct db *db, const char *model, int64_t version, struct err *e)
{
    enum status st = version ? check_unaliased(db, model, version, e) : ST_OK;

    return st ? st : check_not_started_from(db, model, version, e);
}

/* ---- looking up ---- */

static void open_version(struct stmt *q, struct db *db, const char *name, struct version_ref ref,
                         struct err *e)
{
    if (ref.number)
        stmt_open(q, db, e, "SELECT " MODEL_COLUMNS FROM_MODEL "AND v.version = :version");
    else if (!ref.alias)
        stmt_open(q, db, e, "SELECT " MODEL_COLUMNS FROM_MODEL "AND v.version = " SERVING_VERSION);
    else if (strcmp(ref.alias, ALIAS_LATEST) == 0)
        stmt_open(q, db, e, "SELECT " MODEL_COLUMNS FROM_MODEL "AND v.version = " NEWEST_VERSION);
    else
        stmt_open(q, db, e, "SELECT " MODEL_COLUMNS FROM_MODEL "AND v.version = " ALIASED_VERSION);
    stmt_bind_text(q, ":name", name);
    if (ref.number)
        stmt_bind_i64(q, ":version", ref.number);
    else if (ref.alias && strcmp(ref.alias, ALIAS_LATEST) != 0)
        stmt_bind_text(q, ":alias", ref.alias);
}

enum status model_find(struct model_version *out, struct db *db, const char *name,
                       struct version_ref ref, struct err *e)
{
    struct stmt q;
    bool found;
    enum status st;

    *out = (struct model_version){0};
    open_version(&q, db, name, ref, e);
    found = stmt_row(&q);
    if (found)
        model_version_read(out, &q);
    st = stmt_close(&q);
    if (st)
        model_version_release(out);
    if (st || found)
        return st;
    return ref.number || !ref.alias ? model_no_version(db, name, ref.number, e)
                                    : model_no_alias(db, name, ref.alias, e);
}
