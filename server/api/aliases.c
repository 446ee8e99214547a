/* aliases.c - /v1/models/{name}/aliases: names for versions of a model. The version that has the
 * alias "production" serves calls that name none. */
#include "server/api/resources.h"

#include "server/api/common.h"

#include <stdio.h>
#include <string.h>

/* The largest version: a JSON number (a double) holds every integer of 15 digits exactly. */
#define VERSION_MAX 999999999999999LL

static cJSON *render(const struct model_alias *a)
{
    cJSON *o = json_put_text(cJSON_CreateObject(), "model", a->model);

    o = json_put_text(o, "name", a->name);
    o = json_put_number(o, "version", (double)a->version);
    o = api_put_time(o, "created_at", a->created_at);
    return api_put_time(o, "updated_at", a->updated_at);
}

static void send_alias(struct http_res *rs, int status, const struct model_alias *a)
{
    api_send_json(rs, status, render(a));
    http_res_etag(rs, a->etag);
}

/* GET /v1/models/{name}/aliases?limit=&cursor= -> 200. 404: no such model. */
void api_alias_list(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct alias_list list = {0};
    cJSON *items = cJSON_CreateArray();
    int limit = api_limit(rq);
    enum status st =
        store_alias_list(&list, app->store, rq->param[0], api_cursor(rq), limit + 1, &e);

    for (int i = 0; !st && i < list.count && i < limit; i++)
        items = json_push(items, render(&list.items[i]));
    if (st) {
        cJSON_Delete(items);
        http_res_err(rs, &e);
    } else {
        api_send_list(rs, items, list.count > limit ? list.items[limit - 1].name : NULL);
    }
    alias_list_release(&list);
}

/* GET /v1/models/{name}/aliases/{alias} -> 200. 404: no such alias. */
void api_alias_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct model_alias a;

    if (store_alias_get(&a, app->store, rq->param[0], rq->param[1], &e))
        http_res_err(rs, &e);
    else
        send_alias(rs, 200, &a);
}

static enum status check_alias_name(const char *name, struct err *e)
{
    enum status st = api_check_name(name, "model alias", NULL, e);

    if (st || alias_name_ok(name))
        return st;
    if (strcmp(name, ALIAS_LATEST) == 0)
        return err_set(e, ST_INVALID,
                       "'" ALIAS_LATEST "' is always the newest version; give the alias another "
                       "name");
    return err_set(e, ST_INVALID,
                   "'%s' is a number, as versions have; the name of an alias needs a letter", name);
}

/* Reads {"version": 3}, or the name of another alias as version. *out borrows from body. */
static enum status read_body(struct version_ref *out, const cJSON *body, struct err *e)
{
    static const char *const members[] = {"version", NULL};
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(body, "version");
    enum status st = json_only(body, "", members, e);

    if (st)
        return st;
    if (cJSON_IsString(v) && v->valuestring[0]) {
        st = api_read_version_ref(out, v->valuestring, e);
        if (!st)
            return ST_OK;
        e->status = ST_INVALID;
        return err_at(e, "/version");
    }
    return json_get_int(&out->number, body, "", "version", 1, VERSION_MAX, true, e);
}

/* PUT {"version": 3} -> 201, or 200 when the alias existed. 404: no such model or version; 412;
 * 422. */
void api_alias_put(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct precondition pre = {0};
    struct alias_submission sub = {
        .model = rq->param[0], .name = rq->param[1], .precondition = &pre};
    struct model_alias a = {0};
    bool created = false;
    cJSON *body = NULL;
    char location[2 * NAME_MAX_LEN + 40];
    enum status st = check_alias_name(sub.name, &e);

    if (!st)
        st = api_read_json(&body, app, rq, &e);
    if (!st)
        st = read_body(&sub.version, body, &e);
    if (!st)
        st = api_read_precondition(&pre, rq, &e);
    if (!st) {
        model_cache_change_begin(app->cache);
        st = store_alias_put(&a, &created, app->store, &sub, &e);
        model_cache_change_end(app->cache, sub.model);
    }
    if (st) {
        http_res_err(rs, &e);
    } else {
        send_alias(rs, created ? 201 : 200, &a);
        (void)snprintf(location, sizeof(location), "/v1/models/%s/aliases/%s", a.model, a.name);
        if (created)
            http_res_header(rs, "Location", location);
    }
    precondition_release(&pre);
    cJSON_Delete(body);
}

/* DELETE /v1/models/{name}/aliases/{alias} -> 204; the version stays. 404: no such alias. */
void api_alias_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    enum status st;

    model_cache_change_begin(app->cache);
    st = store_alias_delete(app->store, rq->param[0], rq->param[1], &e);
    model_cache_change_end(app->cache, rq->param[0]);
    if (st)
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
}
