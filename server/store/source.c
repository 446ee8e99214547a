/* source.c - see source.h and source_check.h. */
#include "server/store/source.h"

#include "server/store/connection.h"
#include "server/store/dataset.h"
#include "server/store/source_check.h"
#include "server/store/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void source_release(struct source *s)
{
    free(s->spec);
    free(s->parameters);
    free(s->error);
    free(s->notes);
    *s = (struct source){0};
}

/* ---- reading ---- */

#define COLUMNS                                                                                    \
    "token, name, spec, parameters, identity, api_key, every, created_at, requested_at, next_at, " \
    "until, fetched_at, changed_at, failures, error, etag, modified, content, dataset, position, " \
    "notes"

static void read_row(struct source *out, struct stmt *q)
{
    *out = (struct source){.token = stmt_i64(q, 0),
                           .spec = stmt_text(q, 2),
                           .parameters = stmt_text(q, 3),
                           .every = stmt_within(q, 6, 1, INT64_MAX / 4),
                           .created_at = stmt_i64(q, 7),
                           .requested_at = stmt_i64(q, 8),
                           .next_at = stmt_i64(q, 9),
                           .until = stmt_i64(q, 10),
                           .fetched_at = stmt_i64(q, 11),
                           .changed_at = stmt_i64(q, 12),
                           .failures = stmt_within(q, 13, 0, INT32_MAX),
                           .error = stmt_text(q, 14),
                           .position = stmt_i64(q, 19),
                           .notes = stmt_text(q, 20)};
    stmt_copy(q, 1, out->name, sizeof(out->name));
    stmt_copy(q, 4, out->identity, sizeof(out->identity));
    stmt_copy(q, 5, out->key, sizeof(out->key));
    stmt_copy(q, 15, out->etag, sizeof(out->etag));
    stmt_copy(q, 16, out->modified, sizeof(out->modified));
    stmt_copy(q, 17, out->content, sizeof(out->content));
    stmt_copy(q, 18, out->dataset, sizeof(out->dataset));
}

/* Reads the row of q, if there is one, and closes q. */
static enum status take_row(struct source *out, bool *found, struct stmt *q)
{
    enum status st;

    *out = (struct source){0};
    *found = stmt_row(q);
    if (*found)
        read_row(out, q);
    st = stmt_close(q);
    if (st)
        source_release(out);
    return st;
}

static enum status lookup(struct source *out, bool *found, struct db *db, const char *name,
                          struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "SELECT " COLUMNS " FROM dataset_source WHERE name = :name");
    stmt_bind_text(&q, ":name", name);
    return take_row(out, found, &q);
}

static enum status none(const char *name, struct err *e)
{
    return err_set(e, ST_NOT_FOUND,
                   "the dataset '%s' has no source; PUT /v1/datasets/%s with {\"source\": ...} "
                   "makes one",
                   name, name);
}

enum status store_source_find(struct source *out, bool *found, struct store *s, const char *name,
                              struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *found = false;
    return st ? st : lookup(out, found, db, name, e);
}

enum status store_source_get(struct source *out, struct store *s, const char *name, struct err *e)
{
    bool found = false;
    enum status st = store_source_find(out, &found, s, name, e);

    return st || found ? st : none(name, e);
}

enum status store_source_counts(int64_t *all, int64_t *failing, struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *all = *failing = 0;
    if (!st)
        st = db_int(all, db, "SELECT count(*) FROM dataset_source", e);
    if (!st)
        st = db_int(failing, db, "SELECT count(*) FROM dataset_source WHERE failures > 0", e);
    return st;
}

/* ---- storing and deleting ---- */

/* The argument and the result of putting a source. */
struct put {
    const struct source_submission *sub;
    struct source *out;
};

static enum status check(struct db *db, const struct source_submission *sub, struct err *e)
{
    struct dataset d = {0};
    bool there = false;
    enum status st = sub->precondition ? dataset_lookup(&d, &there, db, sub->name, e) : ST_OK;
    enum precondition_result holds =
        st ? PRECONDITION_HOLDS : precondition_check(sub->precondition, there, d.digest);

    dataset_release(&d);
    if (st || holds == PRECONDITION_HOLDS)
        return st;
    return err_set(e, ST_PRECONDITION, "%s",
                   holds == NONE_MATCH_FAILS ? "If-None-Match does not hold: the dataset is there"
                   : there ? "If-Match does not hold: the dataset has another ETag now"
                           : "If-Match does not hold: there is no such dataset");
}

/* old: the source that it replaces; its name is "" if there is none. */
static enum status insert(struct db *db, const struct source_submission *sub,
                          const struct source *old, int64_t now, struct err *e)
{
    bool there = old->name[0] != '\0', same = there && strcmp(old->identity, sub->identity) == 0;
    struct stmt q;

    stmt_open(
        &q, db, e,
        "INSERT INTO dataset_source (name, spec, parameters, identity, api_key, every, "
        "created_at, requested_at, next_at, due_at, fetched_at, changed_at, etag, modified, "
        "content, "
        "dataset, position, notes, old_spec, old_parameters, old_identity, old_api_key, old_every) "
        "VALUES (:name, :spec, :parameters, :identity, :key, :every, :created, :now, :now, :now, "
        ":fetched, :changed, :etag, :modified, :content, :dataset, :position, :notes, :old_spec, "
        ":old_parameters, :old_identity, :old_key, :old_every)");
    stmt_bind_text(&q, ":name", sub->name);
    stmt_bind_text(&q, ":spec", sub->spec);
    stmt_bind_text(&q, ":parameters", sub->parameters);
    stmt_bind_text(&q, ":identity", sub->identity);
    stmt_bind_text(&q, ":key", sub->key && sub->key->id ? sub->key->name : NULL);
    stmt_bind_i64(&q, ":every", sub->every);
    stmt_bind_i64(&q, ":created", there ? old->created_at : now);
    stmt_bind_i64(&q, ":now", now);
    stmt_bind_i64(&q, ":fetched", 0);
    stmt_bind_i64(&q, ":changed", same ? old->changed_at : 0);
    stmt_bind_text(&q, ":etag", same ? old->etag : NULL);
    stmt_bind_text(&q, ":modified", same ? old->modified : NULL);
    stmt_bind_text(&q, ":content", same ? old->content : NULL);
    stmt_bind_text(&q, ":dataset", same ? old->dataset : NULL);
    stmt_bind_i64(&q, ":position", same ? old->position : 0);
    stmt_bind_text(&q, ":notes", same ? old->notes : NULL);
    stmt_bind_text(&q, ":old_spec", there ? old->spec : NULL);
    stmt_bind_text(&q, ":old_parameters", there ? old->parameters : NULL);
    stmt_bind_text(&q, ":old_identity", there ? old->identity : NULL);
    stmt_bind_text(&q, ":old_key", there && old->key[0] ? old->key : NULL);
    stmt_bind_i64(&q, ":old_every", there ? old->every : 0);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status put(struct db *db, void *ctx, struct err *e)
{
    struct put *p = ctx;
    struct source old = {0};
    bool found = false;
    enum status st = check(db, p->sub, e);

    if (!st)
        st = lookup(&old, &found, db, p->sub->name, e);
    if (!st && found)
        st = source_drop(db, p->sub->name, e);
    if (!st)
        st = insert(db, p->sub, &old, clock_ms(), e);
    if (!st)
        st = lookup(p->out, &found, db, p->sub->name, e);
    source_release(&old);
    return st;
}

enum status store_source_put(struct source *out, struct store *s,
                             const struct source_submission *sub, struct err *e)
{
    struct put p = {.sub = sub, .out = out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct source){0};
    if (!st)
        st = transaction_write(db, put, &p, e);
    if (st)
        source_release(out);
    return st;
}

static enum status delete_one(struct db *db, void *ctx, struct err *e)
{
    const char *name = ctx;
    enum status st = source_drop(db, name, e);

    return !st && db->driver->changes(db) == 0 ? none(name, e) : st;
}

static enum status delete_source(struct store *s, const void *ctx, struct err *e)
{
    char name[NAME_MAX_LEN + 1];
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    (void)snprintf(name, sizeof(name), "%s", (const char *)ctx);
    return st ? st : transaction_write(db, delete_one, name, e);
}

enum status store_source_delete(struct store *s, const char *name, struct err *e)
{
    return store_delete_by(s, delete_source, name, e);
}

/* Which source is taken back. */
struct undo {
    const char *name;
    int64_t token;
};

static enum status undo(struct db *db, void *ctx, struct err *e)
{
    const struct undo *u = ctx;
    int64_t now = clock_ms();
    struct stmt q;
    enum status st;

    stmt_open(
        &q, db, e,
        "INSERT INTO dataset_source (name, spec, parameters, identity, api_key, every, "
        "created_at, requested_at, next_at, due_at) SELECT '/' || name, old_spec, old_parameters, "
        "old_identity, old_api_key, old_every, created_at, :now, :now + old_every, :now + "
        "old_every FROM "
        "dataset_source WHERE name = :name AND token = :token AND old_spec IS NOT NULL");
    stmt_bind_text(&q, ":name", u->name);
    stmt_bind_i64(&q, ":token", u->token);
    stmt_bind_i64(&q, ":now", now);
    stmt_run(&q);
    st = stmt_close(&q);
    if (st)
        return st;
    stmt_open(&q, db, e, "DELETE FROM dataset_source WHERE name = :name AND token = :token");
    stmt_bind_text(&q, ":name", u->name);
    stmt_bind_i64(&q, ":token", u->token);
    stmt_run(&q);
    st = stmt_close(&q);
    if (st)
        return st;
    stmt_open(&q, db, e, "UPDATE dataset_source SET name = :name WHERE name = '/' || :name");
    stmt_bind_text(&q, ":name", u->name);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_source_undo(struct store *s, const char *name, int64_t token, struct err *e)
{
    struct undo u = {name, token};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write(db, undo, &u, e);
}

static enum status request(struct db *db, void *ctx, struct err *e)
{
    struct source *out = ctx;
    char name[NAME_MAX_LEN + 1];
    bool found = false;
    struct stmt q;
    enum status st;

    memcpy(name, out->name, sizeof(name));
    stmt_open(&q, db, e,
              "UPDATE dataset_source SET requested_at = :now, next_at = :now, due_at = CASE WHEN "
              "until > 0 THEN due_at ELSE :now END WHERE name = :name");
    stmt_bind_i64(&q, ":now", clock_ms());
    stmt_bind_text(&q, ":name", name);
    stmt_run(&q);
    st = stmt_close(&q);
    if (!st)
        st = lookup(out, &found, db, name, e);
    return st || found ? st : none(name, e);
}

enum status store_source_request(struct source *out, struct store *s, const char *name,
                                 struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct source){0};
    (void)snprintf(out->name, sizeof(out->name), "%s", name);
    if (!st)
        st = transaction_write(db, request, out, e);
    if (st)
        source_release(out);
    return st;
}
