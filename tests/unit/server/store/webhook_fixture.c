/* webhook_fixture.c - see webhook_fixture.h. */
#include "tests/unit/server/store/webhook_fixture.h"

#include <stdio.h>
#include <string.h>

int64_t add_webhook(struct fixture *f, unsigned events, const char *names)
{
    const struct webhook_submission sub = {
        .url = "https://example.com/hook", .names = names, .events = events, .max = WEBHOOKS_MAX};
    struct webhook w;
    int64_t id;

    ck_ok(store_webhook_add(&w, f->store, &sub, &f->e), &f->e);
    id = w.id;
    webhook_release(&w);
    return id;
}

int deliveries(struct fixture *f, int64_t webhook)
{
    char sql[120];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM webhook_delivery WHERE webhook = %lld",
             (long long)webhook);
    return (int)fixture_int(f, sql);
}

int pending(struct fixture *f, int64_t webhook)
{
    struct webhook w;
    char sql[120];
    int n;

    ck_ok(store_webhook_get(&w, f->store, webhook, &f->e), &f->e);
    n = (int)w.pending;
    webhook_release(&w);
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM webhook_delivery WHERE webhook = %lld AND next_at NOTNULL",
             (long long)webhook);
    ck_assert_int_eq(fixture_int(f, sql), n);
    return n;
}

const char *newest_payload(struct fixture *f, int64_t webhook)
{
    static char text[PAYLOAD_BYTES_MAX];
    struct stmt q;

    text[0] = '\0';
    stmt_open(&q, fixture_db(f), &f->e,
              "SELECT payload FROM webhook_delivery WHERE webhook = :webhook ORDER BY id DESC "
              "LIMIT 1");
    stmt_bind_i64(&q, ":webhook", webhook);
    if (stmt_row(&q))
        stmt_copy(&q, 0, text, sizeof(text));
    ck_ok(stmt_close(&q), &f->e);
    return text;
}

void payload_has(struct fixture *f, int64_t webhook, const char *part)
{
    const char *payload = newest_payload(f, webhook);

    ck_assert_msg(strstr(payload, part) != NULL, "'%s' is not in: %s", part, payload);
}

static int64_t told(struct fixture *f, const char *condition)
{
    char sql[200];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM webhook_delivery WHERE type = %s", condition);
    return fixture_int(f, sql);
}

void check_told(struct fixture *f, bool job_succeeded, int changes)
{
    ck_assert_int_eq(told(f, "'job.succeeded'"), job_succeeded);
    ck_assert_int_eq(told(f, "'model.version'"),
                     fixture_int(f, "SELECT count(*) FROM model_version"));
    if (changes) {
        ck_assert_int_eq(told(f, "'dataset.updated' AND payload LIKE '%\"name\":\"x\",%'"),
                         changes);
        ck_assert_int_eq(fixture_int(f, "SELECT count(*) FROM anomaly_check"), changes - 1);
    }
    ck_assert_int_eq(fixture_int(f, "SELECT pending FROM webhook"),
                     fixture_int(f, "SELECT count(*) FROM webhook_delivery"));
}
