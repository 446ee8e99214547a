/* alias.c - names for versions of a model, which can be moved from one version to another. */
#include "server/store/alias.h"

#include "server/store/connection.h"
#include "server/store/model_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void alias_list_release(struct alias_list *l)
{
    free(l->items);
    *l = (struct alias_list){0};
}

bool alias_name_ok(const char *name)
{
    size_t n = strlen(name);

    return n >= 1 && n <= NAME_MAX_LEN && strchr("._-", name[0]) == NULL &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n &&
           strspn(name, "0123456789") < n && strcmp(name, ALIAS_LATEST) != 0;
}

/* ---- reading ---- */

#define ALIAS_COLUMNS "m.name, a.name, a.version, a.created_at, a.updated_at"

/* Sets the ETag: two aliases with the same ETag have the same representation. */
static void name_state(struct model_alias *a)
{
    char text[2 * NAME_MAX_LEN + 80], digest[DIGEST_LEN + 1];
    int n = snprintf(text, sizeof(text), "%s\n%s\n%lld\n%lld\n%lld", a->model, a->name,
                     (long long)a->version, (long long)a->created_at, (long long)a->updated_at);

    digest_hex(digest, text, (size_t)n);
    memcpy(a->etag, digest, ALIAS_ETAG_LEN);
    a->etag[ALIAS_ETAG_LEN] = '\0';
}

static void read_alias(struct model_alias *a, struct stmt *q)
{
    *a = (struct model_alias){
        .version = stmt_i64(q, 2), .created_at = stmt_i64(q, 3), .updated_at = stmt_i64(q, 4)};
    stmt_copy(q, 0, a->model, sizeof(a->model));
    stmt_copy(q, 1, a->name, sizeof(a->name));
    name_state(a);
}

/* *found: whether there is one. */
static enum status lookup(struct model_alias *out, bool *found, struct db *db, const char *model,
                          const char *name, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT " ALIAS_COLUMNS " FROM model m JOIN model_alias a ON a.model = m.id WHERE "
              "m.name = :model AND a.name = :name");
    stmt_bind_text(&q, ":model", model);
    stmt_bind_text(&q, ":name", name);
    *found = stmt_row(&q);
    if (*found)
        read_alias(out, &q);
    return stmt_close(&q);
}

enum status store_alias_get(struct model_alias *out, struct store *s, const char *model,
                            const char *name, struct err *e)
{
    struct db *db = NULL;
    bool found = false;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = lookup(out, &found, db, model, name, e);
    return st || found ? st : model_no_alias(db, model, name, e);
}

enum status store_alias_list(struct alias_list *out, struct store *s, const char *model,
                             const char *after, int limit, struct err *e)
{
    struct db *db = NULL;
    struct model_version serving = {0};
    struct stmt q;
    enum status st =
        store_model_get(&serving, s, model, 0, e); /* fails if the model does not exist */

    *out = (struct alias_list){0};
    model_version_release(&serving);
    if (!st)
        st = db_get(&db, s, e);
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    stmt_open(&q, db, e,
              "SELECT " ALIAS_COLUMNS " FROM model m JOIN model_alias a ON a.model = m.id WHERE "
              "m.name = :model AND a.name > :after ORDER BY a.name LIMIT :limit");
    stmt_bind_text(&q, ":model", model);
    stmt_bind_text(&q, ":after", after);
    stmt_bind_i64(&q, ":limit", limit);
    while (out->count < limit && stmt_row(&q))
        read_alias(&out->items[out->count++], &q);
    st = stmt_close(&q);
    if (st)
        alias_list_release(out);
    return st;
}

/* ---- writing ---- */

enum status alias_set(struct db *db, int64_t model, const char *alias, int64_t version, int64_t now,
                      struct err *e)
{
    struct stmt q;

    stmt_open(
        &q, db, e,
        "INSERT INTO model_alias (model, name, version, created_at, updated_at) VALUES "
        "(:model, :name, :version, :now, :now) ON CONFLICT (model, name) DO UPDATE SET "
        "version = excluded.version, updated_at = excluded.updated_at WHERE model_alias.version <> "
        "excluded.version");
    stmt_bind_i64(&q, ":model", model);
    stmt_bind_text(&q, ":name", alias);
    stmt_bind_i64(&q, ":version", version);
    stmt_bind_i64(&q, ":now", now);
    stmt_run(&q);
    return stmt_close(&q);
}

/* The arguments and results of putting an alias. */
struct put {
    const struct alias_submission *a;
    struct model_alias *out;
    bool created;
};

static enum status check_state(const struct put *p, bool there, struct err *e)
{
    switch (precondition_check(p->a->precondition, there, p->out->etag)) {
    case MATCH_FAILS:
        return err_set(e, ST_PRECONDITION, "If-Match does not hold: %s",
                       there ? "the alias has another ETag, it may have been moved"
                             : "there is no such alias");
    case NONE_MATCH_FAILS:
        return err_set(e, ST_PRECONDITION, "If-None-Match does not hold: the alias is there");
    case PRECONDITION_HOLDS:
        break;
    }
    return ST_OK;
}

static enum status check_number(struct db *db, const char *model, struct err *e)
{
    struct stmt q;
    int64_t n = 0;
    enum status st;

    stmt_open(&q, db, e,
              "SELECT count(*) FROM model m JOIN model_alias a ON a.model = m.id WHERE m.name = "
              ":model");
    stmt_bind_text(&q, ":model", model);
    if (stmt_row(&q))
        n = stmt_i64(&q, 0);
    st = stmt_close(&q);
    if (!st && n >= ALIASES_MAX)
        st = err_set(e, ST_CONFLICT,
                     "model '%s' has %d aliases, which is the most; delete one that is not used",
                     model, ALIASES_MAX);
    return st;
}

static enum status model_number(int64_t *id, struct db *db, const char *model, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "SELECT id FROM model WHERE name = :model");
    stmt_bind_text(&q, ":model", model);
    if (stmt_row(&q))
        *id = stmt_i64(&q, 0);
    return stmt_close(&q);
}

static enum status put_alias(struct db *db, void *ctx, struct err *e)
{
    struct put *p = ctx;
    const struct alias_submission *a = p->a;
    struct model_version v = {0};
    bool there = false;
    int64_t model = 0;
    enum status st = model_find(&v, db, a->model, a->version, e);

    if (!st)
        st = lookup(p->out, &there, db, a->model, a->name, e);
    if (!st)
        st = check_state(p, there, e);
    if (!st && !there)
        st = check_number(db, a->model, e);
    if (!st)
        st = model_number(&model, db, a->model, e);
    if (!st)
        st = alias_set(db, model, a->name, v.version, clock_ms(), e);
    p->created = !there;
    if (!st)
        st = lookup(p->out, &there, db, a->model, a->name, e);
    model_version_release(&v);
    return st;
}

enum status store_alias_put(struct model_alias *out, bool *created, struct store *s,
                            const struct alias_submission *a, struct err *e)
{
    struct put p = {.a = a, .out = out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct model_alias){0};
    if (!st)
        st = transaction_write(db, put_alias, &p, e);
    *created = p.created;
    return st;
}

/* An alias of a model. */
struct alias_name {
    const char *model, *name;
};

static enum status delete_alias(struct db *db, void *ctx, struct err *e)
{
    const struct alias_name *a = ctx;
    struct stmt q;
    int64_t gone;
    enum status st;

    stmt_open(&q, db, e,
              "DELETE FROM model_alias WHERE model = (SELECT id FROM model WHERE name = :model) "
              "AND name = :name");
    stmt_bind_text(&q, ":model", a->model);
    stmt_bind_text(&q, ":name", a->name);
    stmt_run(&q);
    gone = db_changes(db);
    st = stmt_close(&q);
    return st || gone ? st : model_no_alias(db, a->model, a->name, e);
}

static enum status delete_by_name(struct store *s, const void *ctx, struct err *e)
{
    struct alias_name a = *(const struct alias_name *)ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write(db, delete_alias, &a, e);
}

enum status store_alias_delete(struct store *s, const char *model, const char *name, struct err *e)
{
    const struct alias_name a = {model, name};

    return store_delete_by(s, delete_by_name, &a, e);
}
