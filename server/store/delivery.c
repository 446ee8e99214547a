/* delivery.c - see delivery.h. */
#include "server/store/delivery.h"

#include "server/data/calendar.h"
#include "server/store/connection.h"

#include <lstm/buf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { TRIM_ROWS = 500 };

const char *delivery_state_name(enum delivery_state st)
{
    static const char *const names[] = {"pending", "delivered", "failed"};

    return names[st];
}

void delivery_list_release(struct delivery_list *l)
{
    free(l->items);
    *l = (struct delivery_list){0};
}

void due_delivery_release(struct due_delivery *d)
{
    free(d->payload);
    *d = (struct due_delivery){0};
}

/* ---- reading ---- */

#define COLUMNS                                                                                    \
    "id, message, type, created_at, attempts, next_at, last_at, delivered_at, response_code, "     \
    "error"

static void read_row(struct delivery *d, struct stmt *q)
{
    *d = (struct delivery){
        .id = stmt_i64(q, 0),
        .created_at = stmt_i64(q, 3),
        .attempts = (int)stmt_within(q, 4, 0, INT32_MAX),
        .next_at = stmt_i64(q, 5),
        .last_at = stmt_i64(q, 6),
        .delivered_at = stmt_i64(q, 7),
        .response_code = (int)stmt_within(q, 8, 0, 999),
    };
    stmt_copy(q, 1, d->message, sizeof(d->message));
    stmt_copy(q, 2, d->type, sizeof(d->type));
    stmt_copy(q, 9, d->error, sizeof(d->error));
    d->state = d->delivered_at ? DELIVERY_DELIVERED
               : d->next_at    ? DELIVERY_PENDING
                               : DELIVERY_FAILED;
}

enum status store_delivery_list(struct delivery_list *out, struct store *s, int64_t webhook,
                                int64_t before, int limit, struct err *e)
{
    struct webhook w = {0};
    struct db *db = NULL;
    struct stmt q;
    enum status st = store_webhook_get(&w, s, webhook, e);

    *out = (struct delivery_list){0};
    webhook_release(&w);
    if (!st)
        st = db_get(&db, s, e);
    if (st)
        return st;
    out->items = calloc((size_t)limit + 1, sizeof(*out->items));
    if (!out->items)
        return err_nomem(e, 0);
    stmt_open(&q, db, e,
              "SELECT " COLUMNS " FROM webhook_delivery WHERE webhook = :webhook AND id < :before "
              "ORDER BY id DESC LIMIT :limit");
    stmt_bind_i64(&q, ":webhook", webhook);
    stmt_bind_i64(&q, ":before", before ? before : INT64_MAX);
    stmt_bind_i64(&q, ":limit", limit);
    while (out->count < limit && stmt_row(&q))
        read_row(&out->items[out->count++], &q);
    st = stmt_close(&q);
    if (st)
        delivery_list_release(out);
    return st;
}

enum status store_delivery_next(struct due_delivery *out, bool *found, struct store *s,
                                int64_t webhook, int64_t now, struct err *e)
{
    struct db *db = NULL;
    struct stmt q;
    enum status st = db_get(&db, s, e);

    *out = (struct due_delivery){.webhook = webhook};
    *found = false;
    if (st)
        return st;
    stmt_open(&q, db, e,
              "SELECT id, message, payload, created_at, attempts FROM webhook_delivery WHERE "
              "webhook = :webhook AND next_at <= :now ORDER BY next_at, id LIMIT 1");
    stmt_bind_i64(&q, ":webhook", webhook);
    stmt_bind_i64(&q, ":now", now);
    *found = stmt_row(&q);
    if (*found) {
        out->id = stmt_i64(&q, 0);
        stmt_copy(&q, 1, out->message, sizeof(out->message));
        out->payload = stmt_text(&q, 2);
        out->created_at = stmt_i64(&q, 3);
        out->attempts = (int)stmt_within(&q, 4, 0, INT32_MAX);
    }
    st = stmt_close(&q);
    if (st)
        due_delivery_release(out);
    *found = *found && !st;
    return st;
}

enum status store_deliveries_pending(int64_t *out, struct store *s, struct err *e)
{
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = 0;
    return st ? st : db_int(out, db, "SELECT coalesce(sum(pending), 0) FROM webhook", e);
}

/* ---- adding ---- */

static enum status new_message(char out[MESSAGE_ID_LEN + 1], struct err *e)
{
    uint8_t random[(MESSAGE_ID_LEN - 4) / 2];
    size_t used = 4;

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return err_set(e, ST_IO, "the system returns no random numbers");
    memcpy(out, "msg_", 5);
    for (size_t i = 0; i < sizeof(random); i++, used += 2)
        (void)snprintf(out + used, 3, "%02x", random[i]);
    return ST_OK;
}

static enum status insert(int64_t *id, struct db *db, int64_t webhook, enum event_type type,
                          int64_t at, const char *payload, struct err *e)
{
    char message[MESSAGE_ID_LEN + 1];
    struct stmt q;
    enum status st = new_message(message, e);

    if (st)
        return st;
    stmt_open(&q, db, e,
              "INSERT INTO webhook_delivery (webhook, message, type, payload, created_at, next_at) "
              "VALUES (:webhook, :message, :type, :payload, :at, :at) RETURNING id");
    stmt_bind_i64(&q, ":webhook", webhook);
    stmt_bind_text(&q, ":message", message);
    stmt_bind_text(&q, ":type", event_name(type));
    stmt_bind_text(&q, ":payload", payload);
    stmt_bind_i64(&q, ":at", at);
    *id = stmt_row(&q) ? stmt_i64(&q, 0) : 0;
    return stmt_close(&q);
}

static enum status count_pending(int64_t *pending, struct db *db, int64_t webhook, int64_t more,
                                 struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "UPDATE webhook SET pending = pending + :more WHERE id = :id RETURNING pending");
    stmt_bind_i64(&q, ":more", more);
    stmt_bind_i64(&q, ":id", webhook);
    while (stmt_row(&q))
        *pending = stmt_i64(&q, 0);
    return stmt_close(&q);
}

/* A receiver that is away for long must not fill the database: its oldest delivery fails. */
static enum status give_up_oldest(struct db *db, int64_t webhook, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "UPDATE webhook_delivery SET next_at = NULL, error = :error WHERE id = (SELECT id "
              "FROM webhook_delivery WHERE webhook = :webhook AND next_at IS NOT NULL ORDER BY "
              "next_at, id LIMIT 1)");
    stmt_bind_text(&q, ":error", "given up: too many later deliveries were pending");
    stmt_bind_i64(&q, ":webhook", webhook);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status build_payload(struct buf *b, enum event_type type, int64_t at, const char *data,
                                 struct err *e)
{
    char time[32];

    buf_init(b, PAYLOAD_BYTES_MAX);
    buf_printf(b, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":", event_name(type),
               rfc3339_ms(time, at));
    buf_puts(b, data);
    buf_puts(b, "}");
    return buf_status(b, e);
}

enum status delivery_add(int64_t *id, struct db *db, int64_t webhook, enum event_type type,
                         int64_t at, const char *data, struct err *e)
{
    int64_t pending = 0;
    struct buf payload;
    enum status st = build_payload(&payload, type, at, data, e);

    if (!st)
        st = insert(id, db, webhook, type, at, payload.data, e);
    if (!st)
        st = count_pending(&pending, db, webhook, 1, e);
    if (!st && pending > DELIVERIES_PENDING) {
        st = give_up_oldest(db, webhook, e);
        if (!st)
            st = count_pending(&pending, db, webhook, -1, e);
    }
    buf_release(&payload);
    return st;
}

/* ---- a test ---- */

struct testing {
    int64_t webhook;
    struct delivery *out;
};

static enum status check_in_force(struct db *db, int64_t webhook, struct err *e)
{
    struct stmt q;
    bool found, disabled = false;
    enum status st;

    stmt_open(&q, db, e, "SELECT disabled_at FROM webhook WHERE id = :id");
    stmt_bind_i64(&q, ":id", webhook);
    found = stmt_row(&q);
    if (found)
        disabled = stmt_i64(&q, 0) != 0;
    st = stmt_close(&q);
    if (!st && !found)
        st = err_set(e, ST_NOT_FOUND, "there is no webhook %lld", (long long)webhook);
    if (!st && disabled)
        st = err_set(e, ST_CONFLICT,
                     "webhook %lld is disabled, because its receiver answered 410 (Gone); delete "
                     "it and make another one",
                     (long long)webhook);
    return st;
}

static enum status add_test(struct db *db, void *ctx, struct err *e)
{
    const struct testing *t = ctx;
    char data[64];
    int64_t id = 0;
    struct stmt q;
    enum status st = check_in_force(db, t->webhook, e);

    (void)snprintf(data, sizeof(data), "{\"webhook\":%lld}", (long long)t->webhook);
    if (!st)
        st = delivery_add(&id, db, t->webhook, EVENT_TEST, clock_ms(), data, e);
    if (st)
        return st;
    stmt_open(&q, db, e, "SELECT " COLUMNS " FROM webhook_delivery WHERE id = :id");
    stmt_bind_i64(&q, ":id", id);
    if (stmt_row(&q))
        read_row(t->out, &q);
    return stmt_close(&q);
}

enum status store_delivery_test(struct delivery *out, struct store *s, int64_t webhook,
                                struct err *e)
{
    struct testing t = {webhook, out};
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    *out = (struct delivery){0};
    return st ? st : transaction_write(db, add_test, &t, e);
}

/* ---- an attempt ---- */

static enum status update(bool *over, struct db *db, const struct delivery_outcome *o,
                          struct err *e)
{
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e,
              "UPDATE webhook_delivery SET attempts = attempts + 1, last_at = :at, next_at = "
              "nullif(:next, 0), delivered_at = nullif(:delivered, 0), response_code = "
              "nullif(:code, 0), error = nullif(:error, '') WHERE id = :id AND next_at IS NOT "
              "NULL");
    stmt_bind_i64(&q, ":at", o->at);
    stmt_bind_i64(&q, ":next", o->next_at);
    stmt_bind_i64(&q, ":delivered", o->delivered ? o->at : 0);
    stmt_bind_i64(&q, ":code", o->response_code);
    stmt_bind_text(&q, ":error", o->error);
    stmt_bind_i64(&q, ":id", o->id);
    stmt_run(&q);
    st = stmt_close(&q);
    *over = !st && db_changes(db) > 0 && !o->next_at;
    return st;
}

static enum status run_for(struct db *db, const char *sql, int64_t webhook, int64_t at,
                           struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e, sql);
    stmt_bind_i64(&q, ":id", webhook);
    if (at)
        stmt_bind_i64(&q, ":at", at);
    stmt_run(&q);
    return stmt_close(&q);
}

static enum status disable(struct db *db, int64_t webhook, int64_t at, struct err *e)
{
    enum status st = run_for(db, "UPDATE webhook SET disabled_at = :at, pending = 0 WHERE id = :id",
                             webhook, at, e);

    return st ? st
              : run_for(db,
                        "UPDATE webhook_delivery SET next_at = NULL, error = 'the receiver wants "
                        "no more: it answered 410 (Gone)' WHERE webhook = :id AND next_at IS NOT "
                        "NULL",
                        webhook, 0, e);
}

static enum status record(struct db *db, void *ctx, struct err *e)
{
    const struct delivery_outcome *o = ctx;
    int64_t pending = 0;
    bool over = false;
    enum status st = update(&over, db, o, e);

    if (!st && over)
        st = count_pending(&pending, db, o->webhook, -1, e);
    return !st && o->gone ? disable(db, o->webhook, o->at, e) : st;
}

enum status store_delivery_record(struct store *s, const struct delivery_outcome *o, struct err *e)
{
    struct delivery_outcome copy = *o;
    struct db *db = NULL;
    enum status st = db_get(&db, s, e);

    return st ? st : transaction_write_relaxed(db, record, &copy, e);
}

/* ---- removing ---- */

struct trimming {
    int64_t webhook, keep, before;
    bool more;
};

static enum status trim(struct db *db, void *ctx, struct err *e)
{
    struct trimming *t = ctx;
    struct stmt q;
    enum status st;

    stmt_open(&q, db, e,
              "DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery WHERE "
              "webhook = :webhook AND next_at IS NULL AND (created_at < :before OR id <= (SELECT "
              "id FROM webhook_delivery WHERE webhook = :webhook ORDER BY id DESC LIMIT 1 OFFSET "
              ":keep)) ORDER BY id LIMIT :rows)");
    stmt_bind_i64(&q, ":webhook", t->webhook);
    stmt_bind_i64(&q, ":before", t->before);
    stmt_bind_i64(&q, ":keep", t->keep);
    stmt_bind_i64(&q, ":rows", TRIM_ROWS);
    stmt_run(&q);
    st = stmt_close(&q);
    t->more = !st && db_changes(db) == TRIM_ROWS;
    return st;
}

/* Whether anything is to be removed, without the lock of the writers. */
static enum status any_to_trim(bool *any, struct db *db, const struct trimming *t, struct err *e)
{
    struct stmt q;

    stmt_open(&q, db, e,
              "SELECT 1 FROM webhook_delivery WHERE webhook = :webhook AND next_at IS NULL AND "
              "(created_at < :before OR id <= (SELECT id FROM webhook_delivery WHERE webhook = "
              ":webhook ORDER BY id DESC LIMIT 1 OFFSET :keep)) ORDER BY id LIMIT 1");
    stmt_bind_i64(&q, ":webhook", t->webhook);
    stmt_bind_i64(&q, ":before", t->before);
    stmt_bind_i64(&q, ":keep", t->keep);
    *any = stmt_row(&q);
    return stmt_close(&q);
}

enum status store_delivery_trim(bool *more, struct store *s, int64_t webhook, int64_t keep,
                                int64_t before, struct err *e)
{
    struct trimming t = {.webhook = webhook, .keep = keep, .before = before};
    struct db *db = NULL;
    bool any = false;
    enum status st = db_get(&db, s, e);

    if (!st)
        st = any_to_trim(&any, db, &t, e);
    if (!st && any)
        st = transaction_write_relaxed(db, trim, &t, e);
    if (!st && any)
        db_shrink(db);
    *more = t.more;
    return st;
}
