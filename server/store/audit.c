/* audit.c - see audit.h. */
#include "server/store/audit.h"

#include "server/store/connection.h"

#include <stdlib.h>
#include <string.h>

enum { FORGET_ROWS = 500 };

void audit_set(char *out, size_t cap, const char *text)
{
    size_t n = strlen(text);

    if (n >= cap)
        for (n = cap - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
            n--;
    memcpy(out, text, n);
    out[n] = '\0';
}

void audit_list_release(struct audit_list *l)
{
    free(l->items);
    *l = (struct audit_list){0};
}

/* ---- writing ---- */

struct rows {
    const struct audit_entry *list;
    int n;
};

static enum status insert(struct db *db, void *ctx, struct err *e)
{
    const struct rows *r = ctx;
    struct stmt q;

    stmt_open(&q, db, e,
              "INSERT INTO audit (at, key, action, resource, status, client, request_id, count) "
              "VALUES (:at, :key, :action, :resource, :status, :client, :request_id, :count)");
    for (int i = 0; i < r->n; i++) {
        const struct audit_entry *a = &r->list[i];

        stmt_bind_i64(&q, ":at", a->at ? a->at : clock_ms());
        stmt_bind_text(&q, ":key", a->key);
        stmt_bind_text(&q, ":action", a->action);
        stmt_bind_text(&q, ":resource", a->resource);
        stmt_bind_i64(&q, ":status", a->status);
        stmt_bind_text(&q, ":client", a->client);
        stmt_bind_text(&q, ":request_id", a->request_id);
        stmt_bind_i64(&q, ":count", a->count ? a->count : 1);
        stmt_run(&q);
    }
    return stmt_close(&q);
}

enum status audit_write(struct db *db, const struct audit_entry *list, int n, struct err *e)
{
    struct rows r = {list, n};

    return transaction_write_relaxed(db, insert, &r, e);
}

enum status store_audit_add(struct store *s, const struct audit_entry *a, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : audit_write(db, a, 1, e);
}

/* ---- reading ---- */

static void read_row(struct audit_entry *out, struct stmt *q)
{
    out->id = stmt_i64(q, 0);
    out->at = stmt_i64(q, 1);
    stmt_copy(q, 2, out->key, sizeof(out->key));
    stmt_copy(q, 3, out->action, sizeof(out->action));
    stmt_copy(q, 4, out->resource, sizeof(out->resource));
    out->status = (int)stmt_within(q, 5, 0, 999);
    stmt_copy(q, 6, out->client, sizeof(out->client));
    stmt_copy(q, 7, out->request_id, sizeof(out->request_id));
    out->count = stmt_i64(q, 8);
}

static void bind_filter(struct stmt *q, const struct audit_filter *f)
{
    stmt_bind_i64(q, ":before", f->before ? f->before : INT64_MAX);
    stmt_bind_i64(q, ":since", f->since);
    stmt_bind_i64(q, ":until", f->until ? f->until : INT64_MAX);
    stmt_bind_text(q, ":key", f->key);
    stmt_bind_text(q, ":action", f->action);
    stmt_bind_text(q, ":resource", f->resource);
    stmt_bind_i64(q, ":status", f->status);
    stmt_bind_i64(q, ":status_to", f->status_to ? f->status_to : 999);
}

enum status store_audit_list(struct audit_list *out, struct store *s, const struct audit_filter *f,
                             int limit, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct audit_list){0};
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    /* +at makes SQLite read in the order of id; with the index of times it would have to sort. */
    stmt_open(&q, db, e,
              "SELECT id, at, key, action, resource, status, client, request_id, count FROM audit "
              "WHERE id < :before AND +at >= :since AND +at < :until "
              "AND (:key IS NULL OR key = :key) "
              "AND (:action IS NULL OR action = :action "
              "OR substr(action, 1, length(:action) + 1) = :action || ' ') "
              "AND (:resource IS NULL OR resource = :resource "
              "OR substr(resource, 1, length(:resource) + 1) = :resource || '/') "
              "AND status BETWEEN :status AND :status_to ORDER BY id DESC LIMIT :limit");
    bind_filter(&q, f);
    stmt_bind_i64(&q, ":limit", limit);
    while (out->count < limit && stmt_row(&q))
        read_row(&out->items[out->count++], &q);
    st = stmt_close(&q);
    if (st)
        audit_list_release(out);
    return st;
}

/* ---- removing ---- */

struct forgetting {
    int64_t before;
    bool more;
};

static enum status forget(struct db *db, void *ctx, struct err *e)
{
    struct forgetting *f = ctx;
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e, "UPDATE audit_horizon SET at = :before WHERE id = 1 AND at < :before");
    stmt_bind_i64(&q, ":before", f->before);
    stmt_run(&q);
    st = stmt_close(&q);
    if (st)
        return st;
    stmt_open(&q, db, e,
              "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < :before ORDER BY at "
              "LIMIT :rows)");
    stmt_bind_i64(&q, ":before", f->before);
    stmt_bind_i64(&q, ":rows", FORGET_ROWS);
    stmt_run(&q);
    st = stmt_close(&q);
    f->more = !st && db_changes(db) == FORGET_ROWS;
    return st;
}

enum status audit_forget(bool *more, struct db *db, int64_t before, struct err *e)
{
    struct forgetting f = {.before = before};
    int64_t oldest = 0;
    enum status st = db_int(&oldest, db, "SELECT coalesce(min(at), 0) FROM audit", e);

    if (!st && oldest && oldest < before)
        st = transaction_write_relaxed(db, forget, &f, e);
    *more = f.more;
    return st;
}

enum status store_audit_forget(bool *more, struct store *s, int64_t before, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *more = false;
    return st ? st : audit_forget(more, db, before, e);
}
