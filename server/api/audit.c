/* audit.c - /v1/audit: the log of who changed what, which this file also writes for the HTTP
 * server. */
#include "server/store/audit.h"
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/base/log.h"

#include <stdio.h>
#include <string.h>

/* ---- writing ---- */

static const char *method_name(enum http_method method)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "other"};

    return names[method];
}

static void fill(struct audit_entry *a, const struct http_event *event)
{
    char action[AUDIT_ACTION_MAX + 1];

    *a = (struct audit_entry){.status = event->status};
    (void)snprintf(action, sizeof(action), "%s %s", method_name(event->route->method),
                   event->route->pattern);
    audit_set(a->action, sizeof(a->action), action);
    audit_set(a->key, sizeof(a->key), event->key ? event->key->name : ACCESS_NOBODY);
    audit_set(a->resource, sizeof(a->resource), event->resource);
    audit_set(a->client, sizeof(a->client), event->client);
    audit_set(a->request_id, sizeof(a->request_id), event->request_id);
}

/* If the audit cannot be written, for lack of space for example, the log has the event at least. */
static void done(void *ctx, const struct http_event *event)
{
    struct app *app = ctx;
    struct audit_entry a;
    struct err e = {0};

    if (event->dry_run)
        return;
    fill(&a, event);
    if (store_audit_add(app->store, &a, &e) == ST_OK)
        return;
    log_event(LOG_ERROR, "audit",
              (struct log_field[]){
                  log_str("message", e.message),
                  log_str("key", a.key),
                  log_str("action", a.action),
                  log_str("resource", a.resource),
                  log_int("status", a.status),
                  log_str("client", a.client),
                  log_str("request_id", a.request_id),
              },
              7);
}

static void refused(void *ctx, const struct http_event *event)
{
    struct app *app = ctx;
    struct audit_entry a;

    fill(&a, event);
    store_audit_refused(app->store, &a);
}

/* Data that the request stores count for its key (LIMIT_BYTES). */
static enum status begin(void *ctx, const struct http_req *rq, struct err *e)
{
    struct app *app = ctx;

    return store_act_for(app->store, rq->key, e);
}

const struct http_audit api_audit = {begin, done, refused};

/* ---- reading ---- */

static cJSON *render(const struct audit_entry *a)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "id", (double)a->id);

    o = api_put_time(o, "time", a->at);
    o = json_put_text(o, "key", a->key);
    o = json_put_text(o, "action", a->action);
    o = json_put_text(o, "resource", a->resource);
    o = json_put(o, "status", a->status ? cJSON_CreateNumber(a->status) : cJSON_CreateNull());
    o = json_put_text(o, "client", a->client[0] ? a->client : NULL);
    o = json_put_text(o, "request_id", a->request_id[0] ? a->request_id : NULL);
    return json_put_number(o, "count", (double)a->count);
}

static enum status read_filter(struct audit_filter *f, const struct http_req *rq, struct err *e)
{
    const char *since = http_query(rq, "since"), *until = http_query(rq, "until"),
               *status = http_query(rq, "status"), *cursor = api_cursor(rq);
    enum status st = ST_OK;

    *f = (struct audit_filter){.key = http_query(rq, "key"),
                               .action = http_query(rq, "action"),
                               .resource = http_query(rq, "resource")};
    if (cursor[0])
        st = api_read_version(&f->before, cursor, "?cursor", e);
    if (!st && since)
        st = api_read_time(&f->since, since, e);
    if (!st && until)
        st = api_read_time(&f->until, until, e);
    if (!st && status)
        st = api_read_status(&f->status, &f->status_to, status, e);
    return st;
}

/* GET /v1/audit -> 200: the newest entries first. */
void api_audit_list(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct audit_list list = {0};
    struct audit_filter f;
    struct err e = {0};
    int limit = api_limit(rq);
    char next[24] = "";
    cJSON *items = cJSON_CreateArray();
    enum status st = read_filter(&f, rq, &e);

    if (!st)
        st = store_audit_list(&list, app->store, &f, limit + 1, &e);
    for (int i = 0; !st && i < list.count && i < limit; i++)
        items = json_push(items, render(&list.items[i]));
    if (!st && list.count > limit)
        (void)snprintf(next, sizeof(next), "%lld", (long long)list.items[limit - 1].id);
    if (st) {
        cJSON_Delete(items);
        http_res_err(rs, &e);
    } else {
        http_res_header(rs, "Cache-Control", "no-store");
        api_send_list(rs, items, next[0] ? next : NULL);
    }
    audit_list_release(&list);
}
