/* webhook.c - see webhook.h. */
#include "server/store/webhook.h"

#include "server/store/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const char *const names[] = {
    [EVENT_JOB_SUCCEEDED] = "job.succeeded",
    [EVENT_JOB_FAILED] = "job.failed",
    [EVENT_JOB_CANCELLED] = "job.cancelled",
    [EVENT_MODEL_VERSION] = "model.version",
    [EVENT_DATASET_UPDATED] = "dataset.updated",
    [EVENT_ANOMALY_DETECTED] = "anomaly.detected",
    [EVENT_TEST] = "webhook.test",
};

const char *event_name(enum event_type type)
{
    return names[type];
}

bool event_from_name(enum event_type *out, const char *name)
{
    for (int i = 0; i < EVENT_TYPES; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum event_type)i;
            return true;
        }
    return false;
}

void webhook_release(struct webhook *w)
{
    free(w->url);
    explicit_bzero(w, sizeof(*w));
}

void webhook_list_release(struct webhook_list *l)
{
    for (int i = 0; i < l->count; i++)
        webhook_release(&l->items[i]);
    free(l->items);
    *l = (struct webhook_list){0};
}

/* ---- reading ---- */

#define COLUMNS "id, url, secret, events, names, created_at, disabled_at, pending"

static void read_row(struct webhook *w, struct stmt *q)
{
    const void *secret;
    size_t n = 0;

    *w = (struct webhook){
        .id = stmt_i64(q, 0),
        .url = stmt_text(q, 1),
        .events = (unsigned)stmt_within(q, 3, 0, EVENTS_ALL),
        .created_at = stmt_i64(q, 5),
        .disabled_at = stmt_i64(q, 6),
        .pending = stmt_i64(q, 7),
    };
    stmt_copy(q, 4, w->names, sizeof(w->names));
    secret = stmt_blob(q, 2, &n);
    if (secret && n == sizeof(w->secret))
        memcpy(w->secret, secret, n);
    else if (!q->st)
        q->st = err_set(q->e, ST_CORRUPT, "database: the secret of webhook %lld has %zu bytes",
                        (long long)w->id, n);
}

static enum status find(struct webhook *out, struct db *db, int64_t id, struct err *e)
{
    struct stmt q;
    bool found;
    enum status st;

    *out = (struct webhook){0};
    stmt_open(&q, db, e, "SELECT " COLUMNS " FROM webhook WHERE id = :id");
    stmt_bind_i64(&q, ":id", id);
    found = stmt_row(&q);
    if (found)
        read_row(out, &q);
    st = stmt_close(&q);
    if (!st && !found)
        st = err_set(e, ST_NOT_FOUND, "there is no webhook %lld", (long long)id);
    if (st)
        webhook_release(out);
    return st;
}

enum status store_webhook_get(struct webhook *out, struct store *s, int64_t id, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct webhook){0};
    return st ? st : find(out, db, id, e);
}

enum status store_webhook_list(struct webhook_list *out, struct store *s, int64_t after, int limit,
                               struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct webhook_list){0};
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    stmt_open(&q, db, e,
              "SELECT " COLUMNS " FROM webhook WHERE id > :after ORDER BY id LIMIT :limit");
    stmt_bind_i64(&q, ":after", after);
    stmt_bind_i64(&q, ":limit", limit);
    while (out->count < limit && stmt_row(&q))
        read_row(&out->items[out->count++], &q);
    st = stmt_close(&q);
    if (st)
        webhook_list_release(out);
    return st;
}

/* ---- making ---- */

struct adding {
    const struct webhook_submission *w;
    struct webhook *out;
    uint8_t secret[WEBHOOK_SECRET_BYTES];
};

static enum status add(struct db *db, void *ctx, struct err *e)
{
    struct adding *a = ctx;
    struct stmt q;
    int64_t n = 0, id;
    enum status st = db_int(&n, db, "SELECT count(*) FROM webhook", e);

    if (!st && (n >= a->w->max || n >= WEBHOOKS_MAX))
        st = err_set(e, ST_CONFLICT,
                     "there are %lld webhooks already, and max_webhooks allows no more; delete one "
                     "that is not used",
                     (long long)n);
    if (st)
        return st;
    stmt_open(&q, db, e,
              "INSERT INTO webhook (url, secret, events, names, created_at) VALUES (:url, :secret, "
              ":events, :names, :now) RETURNING id");
    stmt_bind_text(&q, ":url", a->w->url);
    stmt_bind_blob(&q, ":secret", a->secret, sizeof(a->secret));
    stmt_bind_i64(&q, ":events", a->w->events);
    stmt_bind_text(&q, ":names", a->w->names);
    stmt_bind_i64(&q, ":now", clock_ms());
    id = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    st = stmt_close(&q);
    return st ? st : find(a->out, db, id, e);
}

enum status store_webhook_add(struct webhook *out, struct store *s,
                              const struct webhook_submission *w, struct err *e)
{
    struct adding a = {.w = w, .out = out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct webhook){0};
    if (!st && getrandom(a.secret, sizeof(a.secret), 0) != (ssize_t)sizeof(a.secret))
        st = err_set(e, ST_IO, "the system returns no random numbers");
    if (!st)
        st = transaction_write(db, add, &a, e);
    explicit_bzero(a.secret, sizeof(a.secret));
    if (st)
        webhook_release(out);
    return st;
}

/* ---- deleting ---- */

/* ON DELETE CASCADE deletes its deliveries. */
static enum status delete_row(struct db *db, void *ctx, struct err *e)
{
    const int64_t *id = ctx;
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e, "DELETE FROM webhook WHERE id = :id");
    stmt_bind_i64(&q, ":id", *id);
    stmt_run(&q);
    st = stmt_close(&q);
    if (!st && db_changes(db) == 0)
        st = err_set(e, ST_NOT_FOUND, "there is no webhook %lld", (long long)*id);
    return st;
}

static enum status delete_webhook(struct store *s, const void *ctx, struct err *e)
{
    int64_t id = *(const int64_t *)ctx;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = transaction_write(db, delete_row, &id, e);
    if (!st)
        db_shrink(db);
    return st;
}

enum status store_webhook_delete(struct store *s, int64_t id, struct err *e)
{
    return store_delete_by(s, delete_webhook, &id, e);
}
