/* source_fetch.c - the fetches of sources: claims, results, and who writes what. */
#include "server/store/source.h"

#include "server/store/connection.h"
#include "server/store/source_check.h"
#include "server/store/state.h"
#include "server/store/stmt.h"
#include "server/store/transaction.h"

#include <stdio.h>
#include <string.h>

/* ---- claims ---- */

enum status store_source_take_back(struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (st || !s->exclusive)
        return st;
    return db->driver->exec(
        db, "UPDATE dataset_source SET until = 0, due_at = next_at WHERE until > 0", e);
}

/* The argument and the results of a claim. */
struct claim {
    int64_t lease_ms, now, token;
    char name[NAME_MAX_LEN + 1];
    int64_t next;
};

/* A source that is claimed is due again when the claim is over. */
static enum status find_next(struct claim *c, struct db *db, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT token, name, due_at FROM dataset_source WHERE due_at > 0 ORDER BY due_at, "
              "token LIMIT 1");
    c->next = INT64_MAX;
    c->token = 0;
    if (stmt_row(&q)) {
        c->next = stmt_i64(&q, 2);
        c->token = c->next <= c->now ? stmt_i64(&q, 0) : 0;
        stmt_copy(&q, 1, c->name, sizeof(c->name));
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
    stmt_open(&q, db, e,
              "UPDATE dataset_source SET until = :until, due_at = :until WHERE token = :token");
    stmt_bind_i64(&q, ":until", c->now + c->lease_ms);
    stmt_bind_i64(&q, ":token", c->token);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_source_claim(struct source *out, bool *found, int64_t *next, struct store *s,
                               int64_t lease_ms, struct err *e)
{
    struct claim c = {.lease_ms = lease_ms, .now = clock_ms()};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct source){0};
    *found = false;
    if (!st)
        st = find_next(&c, db, e); /* without a writer's turn, as most of the time none is due */
    if (!st && c.token)
        st = transaction_write(db, claim, &c, e);
    *next = c.next;
    if (st || !c.token)
        return st;
    return store_source_find(out, found, s, c.name, e);
}

/* ---- results ---- */

static void bind_known(struct stmt *q, const char *name, const char *text)
{
    stmt_bind_text(q, name, text[0] ? text : NULL);
}

static enum status finish(struct db *db, void *ctx, struct err *e)
{
    const struct source *r = ctx;
    struct stmt q;

    stmt_open(
        &q, db, e,
        "UPDATE dataset_source SET until = 0, next_at = :next, due_at = :next, fetched_at = "
        ":fetched, "
        "changed_at = :changed, failures = :failures, error = :error, etag = :etag, modified "
        "= :modified, content = :content, dataset = :dataset, position = :position, notes = :notes "
        "WHERE "
        "token = :token");
    stmt_bind_i64(&q, ":token", r->token);
    stmt_bind_i64(&q, ":next", r->next_at);
    stmt_bind_i64(&q, ":fetched", r->fetched_at);
    stmt_bind_i64(&q, ":changed", r->changed_at);
    stmt_bind_i64(&q, ":failures", r->failures);
    stmt_bind_text(&q, ":error", r->error);
    bind_known(&q, ":etag", r->etag);
    bind_known(&q, ":modified", r->modified);
    bind_known(&q, ":content", r->content);
    bind_known(&q, ":dataset", r->dataset);
    stmt_bind_i64(&q, ":position", r->position);
    stmt_bind_text(&q, ":notes", r->notes);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status store_source_finish(struct store *s, const struct source *result, struct err *e)
{
    struct source copy = *result;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write(db, finish, &copy, e);
}

/* ---- who writes ---- */

enum status store_source_act(struct store *s, int64_t token, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        db->source = token;
    return st;
}

/* Whether the source that this thread acts for is in force. */
static enum status check_force(struct db *db, const char *name, struct err *e)
{
    struct stmt q;
    bool there;
    enum status st;

    stmt_open(&q, db, e, "SELECT 1 FROM dataset_source WHERE name = :name AND token = :token");
    stmt_bind_text(&q, ":name", name);
    stmt_bind_i64(&q, ":token", db->source);
    there = stmt_row(&q);
    st = stmt_close(&q);
    if (st || there)
        return st;
    return err_set(e, ST_CONFLICT, "the source of the dataset '%s' was replaced or deleted", name);
}

enum status source_drop(struct db *db, const char *name, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, "DELETE FROM dataset_source WHERE name = :name");
    stmt_bind_text(&q, ":name", name);
    stmt_run(&q);
    return stmt_close(&q);
}

enum status source_replaces(struct db *db, const char *name, struct err *e)
{
    return db->source ? check_force(db, name, e) : source_drop(db, name, e);
}

enum status source_appends(struct db *db, const char *name, struct err *e)
{
    return db->source ? check_force(db, name, e) : ST_OK;
}
