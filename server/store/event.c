/* event.c - see event.h. */
#include "server/store/event.h"

#include "server/data/calendar.h"

#include <lstm/buf.h>

/* ---- which webhooks ---- */

struct receivers {
    int count;
    int64_t id[WEBHOOKS_MAX];
};

static bool matches(const char *pattern, const char *name)
{
    return !pattern[0] || !name || !name[0] || pattern_matches(pattern, name);
}

static enum status find_receivers(struct receivers *out, struct db *db, const struct event *ev,
                                  struct err *e)
{
    struct stmt q;

    out->count = 0;
    stmt_open(&q, db, e,
              "SELECT id, events, names FROM webhook WHERE id > 0 AND disabled_at IS NULL ORDER BY "
              "id LIMIT :most");
    stmt_bind_i64(&q, ":most", WEBHOOKS_MAX);
    while (out->count < WEBHOOKS_MAX && stmt_row(&q)) {
        char names[PATTERN_MAX + 1] = "";

        stmt_copy(&q, 2, names, sizeof(names));
        if (stmt_i64(&q, 1) >> ev->type & 1 && matches(names, ev->dataset) &&
            matches(names, ev->model))
            out->id[out->count++] = stmt_i64(&q, 0);
    }
    return stmt_close(&q);
}

enum status event_wanted(bool *out, struct db *db, const struct event *ev, struct err *e)
{
    struct receivers to;
    enum status st = find_receivers(&to, db, ev, e);

    *out = to.count > 0;
    return st;
}

enum status event_put(struct db *db, const struct event *ev, struct err *e)
{
    struct receivers to;
    int64_t id;
    enum status st = find_receivers(&to, db, ev, e);

    for (int i = 0; !st && i < to.count; i++)
        st = delivery_add(&id, db, to.id[i], ev->type, ev->at, ev->data, e);
    return st;
}

/* ---- what they are told ---- */

static void put_name(struct buf *b, const char *name)
{
    buf_printf(b, "%s\"%s\":", b->len ? "," : "{", name);
}

static void put_text(struct buf *b, const char *name, const char *text) /* NULL or "": null */
{
    put_name(b, name);
    if (text && text[0])
        buf_put_json_string(b, text);
    else
        buf_puts(b, "null");
}

static void put_number(struct buf *b, const char *name, int64_t v)
{
    put_name(b, name);
    buf_put_i64(b, v);
}

static void put_time(struct buf *b, const char *name, int64_t ms) /* 0: null */
{
    char text[32];

    put_text(b, name, ms ? rfc3339_ms(text, ms) : NULL);
}

/* Ends the object in b, and consumes it. */
static enum status put_event(struct db *db, struct event *ev, struct buf *b, struct err *e)
{
    enum status st;

    buf_puts(b, "}");
    st = buf_status(b, e);
    ev->data = b->data;
    if (!st)
        st = event_put(db, ev, e);
    buf_release(b);
    return st;
}

enum status event_job(struct db *db, const struct job *j, enum job_state final, const char *error,
                      int64_t version, struct err *e)
{
    struct event ev = {.type = final == JOB_SUCCEEDED ? EVENT_JOB_SUCCEEDED
                               : final == JOB_FAILED  ? EVENT_JOB_FAILED
                                                      : EVENT_JOB_CANCELLED,
                       .at = clock_ms(),
                       .dataset = j->dataset,
                       .model = j->model};
    bool wanted = false;
    struct buf b;
    enum status st = event_wanted(&wanted, db, &ev, e);

    if (st || !wanted)
        return st;
    buf_init(&b, PAYLOAD_BYTES_MAX);
    put_text(&b, "id", j->id);
    put_text(&b, "task", j->task);
    put_text(&b, "dataset", j->dataset);
    put_text(&b, "model", j->model);
    put_text(&b, "state", job_state_name(final));
    put_time(&b, "created_at", j->created_at);
    put_time(&b, "started_at", j->started_at);
    put_time(&b, "finished_at", ev.at);
    put_name(&b, "model_version");
    if (version)
        buf_put_i64(&b, version);
    else
        buf_puts(&b, "null");
    put_name(&b, "error");
    buf_puts(&b, error ? error : "null");
    return put_event(db, &ev, &b, e);
}

enum status event_version(struct db *db, const struct model_submission *m, int64_t version,
                          const char *job, struct err *e)
{
    struct event ev = {.type = EVENT_MODEL_VERSION, .at = clock_ms(), .model = m->name};
    bool wanted = false;
    struct buf b;
    enum status st = event_wanted(&wanted, db, &ev, e);

    if (st || !wanted)
        return st;
    buf_init(&b, PAYLOAD_BYTES_MAX);
    put_text(&b, "name", m->name);
    put_number(&b, "version", version);
    put_text(&b, "task", m->task);
    put_text(&b, "dataset", m->dataset);
    put_text(&b, "job", job);
    put_time(&b, "created_at", ev.at);
    return put_event(db, &ev, &b, e);
}

enum status event_dataset(struct db *db, const struct dataset *d, const char *change, struct err *e)
{
    struct event ev = {.type = EVENT_DATASET_UPDATED, .at = clock_ms(), .dataset = d->name};
    bool wanted = false;
    struct buf b;
    enum status st = event_wanted(&wanted, db, &ev, e);

    if (st || !wanted)
        return st;
    buf_init(&b, PAYLOAD_BYTES_MAX);
    put_text(&b, "name", d->name);
    put_text(&b, "kind", data_kind_name(d->kind));
    put_text(&b, "change", change);
    put_number(&b, "bytes", d->bytes);
    put_text(&b, "etag", d->digest);
    put_time(&b, "updated_at", ev.at);
    return put_event(db, &ev, &b, e);
}
