/* webhooks.c - /v1/webhooks: make, list, describe, delete, test; and their deliveries.
 *
 * A key that is bound to names sees the webhooks whose pattern lies within its own. A URL may hold
 * a secret of the receiver, so only admins see the whole. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/base/clock.h"
#include "server/store/delivery.h"
#include "server/webhooks/post.h"
#include "server/webhooks/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rendering ---- */

static bool is_admin(const struct http_req *rq)
{
    return !rq->key || access_has(rq->key, SCOPE_ADMIN);
}

static cJSON *put_url(cJSON *o, const struct webhook *w, const struct http_req *rq)
{
    const char *host = strstr(w->url, "://");
    size_t n = host ? (size_t)(host + 3 - w->url) + strcspn(host + 3, "/?#") : 0;
    char origin[WEBHOOK_URL_MAX + 8];

    if (is_admin(rq))
        return json_put_text(o, "url", w->url);
    (void)snprintf(origin, sizeof(origin), "%.*s%s", (int)n, w->url, w->url[n] ? "/..." : "");
    return json_put_text(o, "url", origin);
}

static cJSON *events_of(const struct webhook *w)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < EVENT_TYPES; i++)
        if (w->events >> i & 1)
            list = json_push(list, cJSON_CreateString(event_name((enum event_type)i)));
    return list;
}

static cJSON *render(const struct webhook *w, const struct http_req *rq)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "id", (double)w->id);

    o = put_url(o, w, rq);
    o = json_put(o, "events", events_of(w));
    o = json_put_text(o, "names", w->names[0] ? w->names : NULL);
    o = json_put_text(o, "state", w->disabled_at ? "disabled" : "enabled");
    o = json_put_number(o, "pending", (double)w->pending);
    o = api_put_time(o, "created_at", w->created_at);
    return api_put_time(o, "disabled_at", w->disabled_at);
}

static cJSON *render_delivery(const struct delivery *d)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "id", (double)d->id);

    o = json_put_text(o, "message", d->message);
    o = json_put_text(o, "type", d->type);
    o = json_put_text(o, "state", delivery_state_name(d->state));
    o = json_put_number(o, "attempts", d->attempts);
    o = json_put(o, "response_code",
                 d->response_code ? cJSON_CreateNumber(d->response_code) : cJSON_CreateNull());
    o = json_put_text(o, "error", d->error[0] ? d->error : NULL);
    o = api_put_time(o, "created_at", d->created_at);
    o = api_put_time(o, "last_attempt_at", d->last_at);
    o = api_put_time(o, "next_attempt_at", d->next_at);
    return api_put_time(o, "delivered_at", d->delivered_at);
}

/* ---- which one ---- */

static bool may_see(const struct http_req *rq, const struct webhook *w)
{
    return !rq->key || !rq->key->names[0] ||
           (w->names[0] && pattern_within(rq->key->names, w->names));
}

/* Finds the webhook of the path. ST_NOT_FOUND; ST_FORBIDDEN unless the key may see it. */
static enum status find(struct webhook *out, const struct app *app, const struct http_req *rq,
                        struct err *e)
{
    int64_t id = 0;
    struct err ignored = {0};
    enum status st;

    *out = (struct webhook){0};
    if (api_read_version(&id, rq->param[0], NULL, &ignored))
        return err_set(e, ST_NOT_FOUND, "there is no webhook '%.80s'", rq->param[0]);
    st = store_webhook_get(out, app->store, id, e);
    if (!st && !may_see(rq, out)) {
        st = err_set(e, ST_FORBIDDEN,
                     "the key '%s' is for names that match '%s'; the webhook is for others too",
                     rq->key->name, rq->key->names);
        webhook_release(out);
    }
    return st;
}

/* ---- reading ---- */

/* GET /v1/webhooks -> 200. There are so few that all are read. */
void api_webhook_list(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct webhook_list list = {0};
    const char *cursor = api_cursor(rq);
    cJSON *items = cJSON_CreateArray();
    int64_t after = 0;
    int limit = api_limit(rq), n = 0, i = 0;
    char last[24] = "";
    enum status st = ST_OK;

    if (cursor[0])
        st = api_read_version(&after, cursor, "?cursor", &e);
    if (!st)
        st = store_webhook_list(&list, app->store, after, WEBHOOKS_MAX, &e);
    for (; !st && i < list.count && n < limit; i++) {
        if (!may_see(rq, &list.items[i]))
            continue;
        n++;
        items = json_push(items, render(&list.items[i], rq));
        (void)snprintf(last, sizeof(last), "%lld", (long long)list.items[i].id);
    }
    while (i < list.count && !may_see(rq, &list.items[i]))
        i++;
    if (st) {
        cJSON_Delete(items);
        http_res_err(rs, &e);
    } else {
        api_send_list(rs, items, i < list.count ? last : NULL);
    }
    webhook_list_release(&list);
}

/* GET /v1/webhooks/{id} -> 200. 403, 404. */
void api_webhook_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct webhook w;

    if (find(&w, app, rq, &e))
        http_res_err(rs, &e);
    else
        api_send_resource(rs, render(&w, rq));
    webhook_release(&w);
}

/* GET /v1/webhooks/{id}/deliveries -> 200, the newest first. 403, 404. */
void api_webhook_deliveries(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct webhook w;
    struct delivery_list list = {0};
    const char *cursor = api_cursor(rq);
    cJSON *items = cJSON_CreateArray();
    int64_t before = 0;
    int limit = api_limit(rq);
    char next[24] = "";
    enum status st = find(&w, app, rq, &e);

    if (!st && cursor[0])
        st = api_read_version(&before, cursor, "?cursor", &e);
    if (!st)
        st = store_delivery_list(&list, app->store, w.id, before, limit + 1, &e);
    for (int i = 0; !st && i < list.count && i < limit; i++)
        items = json_push(items, render_delivery(&list.items[i]));
    if (!st && list.count > limit)
        (void)snprintf(next, sizeof(next), "%lld", (long long)list.items[limit - 1].id);
    if (st) {
        cJSON_Delete(items);
        http_res_err(rs, &e);
    } else {
        api_send_list(rs, items, next[0] ? next : NULL);
    }
    delivery_list_release(&list);
    webhook_release(&w);
}

/* ---- making ---- */

static enum status read_events(unsigned *out, const cJSON *body, struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "events"), *item;
    int i = 0;

    *out = EVENTS_ALL;
    if (!list || cJSON_IsNull(list))
        return ST_OK;
    *out = 0;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) < 1) {
        err_set(e, ST_INVALID,
                "events must be a list of one or more types such as \"job.failed\"; leave it out "
                "for all");
        return err_at(e, "/events");
    }
    cJSON_ArrayForEach(item, list)
    {
        const char *text = cJSON_IsString(item) ? item->valuestring : "";
        enum event_type type;

        if (!event_from_name(&type, text)) {
            err_set(e, ST_INVALID,
                    "'%.40s' is no type of event; there are job.succeeded, job.failed, "
                    "job.cancelled, model.version, dataset.updated and anomaly.detected",
                    text);
            return err_at(e, "/events/%d", i);
        }
        *out |= 1U << type;
        i++;
    }
    return ST_OK;
}

static enum status read_webhook(struct webhook_submission *w, const struct app *app,
                                const cJSON *body, struct err *e)
{
    static const char *const members[] = {"url", "events", "names", NULL};
    enum status st = json_only(body, "", members, e);

    w->max = app->config ? app->config->max_webhooks : WEBHOOKS_MAX;
    if (!st)
        st = json_get_string(&w->url, body, "", "url", true, e);
    if (!st && post_check_url(w->url, app->outbound, e))
        return err_at(e, "/url");
    if (!st)
        st = read_events(&w->events, body, e);
    if (!st)
        st = json_get_string(&w->names, body, "", "names", false, e);
    if (!st && w->names && pattern_check(w->names, e))
        return err_at(e, "/names");
    return st;
}

/* POST /v1/webhooks -> 201 with "secret", which is shown only once. 409: there are as many as
 * max_webhooks allows; 422. */
void api_webhook_create(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct webhook_submission sub = {0};
    struct webhook w = {0};
    char secret[SECRET_TEXT_MAX] = "", location[60];
    cJSON *body = NULL;
    enum status st = api_read_json(&body, app, rq, &e);

    if (!st)
        st = read_webhook(&sub, app, body, &e);
    if (!st)
        st = store_webhook_add(&w, app->store, &sub, &e);
    if (!st)
        st = webhook_secret_text(secret, w.secret, sizeof(w.secret), &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        api_send_json(rs, 201, json_put_text(render(&w, rq), "secret", secret));
        (void)snprintf(location, sizeof(location), "/v1/webhooks/%lld", (long long)w.id);
        http_res_header(rs, "Location", location);
        http_res_header(rs, "Cache-Control", "no-store");
    }
    explicit_bzero(secret, sizeof(secret));
    webhook_release(&w);
    cJSON_Delete(body);
}

/* ---- the rest ---- */

/* DELETE /v1/webhooks/{id} -> 204. 404. */
void api_webhook_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct webhook w;
    enum status st = find(&w, app, rq, &e);

    if (!st)
        st = store_webhook_delete(app->store, w.id, &e);
    if (st)
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
    webhook_release(&w);
}

/* POST /v1/webhooks/{id}/test -> 202: the delivery, which is sent at once. 404; 409: disabled. */
void api_webhook_test(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct webhook w = {0};
    struct delivery d;
    char location[80];
    enum status st = api_check_empty(app, rq, &e);

    if (!st)
        st = find(&w, app, rq, &e);
    if (!st)
        st = store_delivery_test(&d, app->store, w.id, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        api_send_json(rs, 202, render_delivery(&d));
        (void)snprintf(location, sizeof(location), "/v1/webhooks/%lld/deliveries", (long long)w.id);
        http_res_header(rs, "Location", location);
    }
    webhook_release(&w);
}
