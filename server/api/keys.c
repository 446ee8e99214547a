/* keys.c - /v1/keys: make, list, revoke; /v1/key: the key in use; and the keyring for the HTTP
 * server. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/base/clock.h"
#include "server/data/expiry.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- the keyring ---- */

static bool are_needed(void *ctx)
{
    struct app *app = ctx;

    return store_keys_needed(app->store);
}

static enum http_key_state find(void *ctx, const char *sent, struct access *out)
{
    static const enum http_key_state states[] = {HTTP_KEY_VALID, HTTP_KEY_EXPIRED,
                                                 HTTP_KEY_REVOKED};
    struct app *app = ctx;
    enum key_state state = KEY_REVOKED;

    return store_key_find(out, &state, app->store, sent) ? states[state] : HTTP_KEY_UNKNOWN;
}

const struct http_keyring api_keyring = {are_needed, find};

/* ---- rendering ---- */

/* The limits of a key by name; null: the key has no such limit. */
static cJSON *limits_of(const struct access *a)
{
    cJSON *o = cJSON_CreateObject();

    for (int i = 0; i < ACCESS_LIMITS; i++)
        o = json_put(o, access_limit_name(i),
                     a->limit[i] ? cJSON_CreateNumber((double)a->limit[i]) : cJSON_CreateNull());
    return o;
}

/* Adds the rights of a key; an admin's key has every scope. */
static cJSON *put_access(cJSON *o, const struct access *a)
{
    cJSON *scopes = cJSON_CreateArray();

    for (unsigned scope = 1; scope <= SCOPE_ADMIN; scope <<= 1)
        if (access_has(a, scope))
            scopes = json_push(scopes, cJSON_CreateString(scope_name(scope)));
    o = json_put_text(o, "name", a->name[0] ? a->name : NULL);
    o = json_put(o, "scopes", scopes);
    o = json_put_text(o, "names", a->names[0] ? a->names : NULL);
    o = json_put(o, "limits", limits_of(a));
    return api_put_time(o, "expires_at", a->expires_at);
}

/* stored: bytes that count for the key. */
static cJSON *render(const struct key *k, int64_t stored, int64_t now)
{
    cJSON *o = put_access(cJSON_CreateObject(), &k->access);

    o = json_put_number(o, "stored_bytes", (double)stored);
    o = json_put_text(o, "state", key_state_name(key_state(k, now)));
    o = api_put_time(o, "created_at", k->created_at);
    o = api_put_time(o, "revoked_at", k->revoked_at);
    return api_put_time(o, "last_used_at", k->last_used_at);
}

/* ---- handlers ---- */

/* GET /v1/key -> 200: the rights of the request's key; all rights when no key is needed and none
 * was sent. */
void api_key_who(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const struct access nobody = {.scopes = SCOPE_ADMIN};

    (void)ctx;
    http_res_header(rs, "Cache-Control", "no-store");
    api_send_json(rs, 200, put_access(cJSON_CreateObject(), rq->key ? rq->key : &nobody));
}

void api_key_list(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct key_list list = {0};
    const char *cursor = api_cursor(rq);
    cJSON *items = cJSON_CreateArray();
    int64_t after = 0, stored = 0, now = clock_ms();
    int limit = api_limit(rq);
    char next[24] = "";
    enum status st = ST_OK;

    if (cursor[0])
        st = api_read_version(&after, cursor, "?cursor", &e);
    if (!st)
        st = store_key_list(&list, app->store, after, limit + 1, &e);
    for (int i = 0; !st && i < list.count && i < limit; i++) {
        st = store_key_bytes(&stored, app->store, list.items[i].access.name, &e);
        items = json_push(items, render(&list.items[i], stored, now));
    }
    if (!st && list.count > limit)
        (void)snprintf(next, sizeof(next), "%lld", (long long)list.items[limit - 1].access.id);
    if (st) {
        cJSON_Delete(items);
        http_res_err(rs, &e);
    } else {
        api_send_list(rs, items, next[0] ? next : NULL);
    }
    key_list_release(&list);
}

/* GET /v1/keys/{name} -> 200. 404. */
void api_key_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    int64_t stored = 0;
    struct key k;
    enum status st = store_key_get(&k, app->store, rq->param[0], &e);

    if (!st)
        st = store_key_bytes(&stored, app->store, k.access.name, &e);
    if (st)
        http_res_err(rs, &e);
    else
        api_send_resource(rs, render(&k, stored, clock_ms()));
}

static enum status read_scopes(unsigned *out, const cJSON *body, struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "scopes"), *item;

    *out = 0;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) < 1) {
        err_set(e, ST_INVALID,
                "scopes must be a list of one or more of \"read\", \"predict\", "
                "\"train\" and \"admin\"");
        return err_at(e, "/scopes");
    }
    cJSON_ArrayForEach(item, list)
    {
        const char *text = cJSON_IsString(item) ? item->valuestring : "";
        unsigned scope = scope_from_name(text, strlen(text));

        if (!scope) {
            err_set(e, ST_INVALID, "'%.40s' is no scope; there are read, predict, train and admin",
                    text);
            return err_at(e, "/scopes");
        }
        *out |= scope;
    }
    return ST_OK;
}

static enum status read_expiry(int64_t *out, const cJSON *body, struct err *e)
{
    const char *after = NULL, *at = NULL;
    enum status st = json_get_string(&after, body, "", "expires_in", false, e);

    if (!st)
        st = json_get_string(&at, body, "", "expires_at", false, e);
    if (!st && after && at) {
        err_set(e, ST_INVALID, "expires_in and expires_at mean the same; send one of them");
        return err_at(e, "/expires_in");
    }
    if (!st && after && expiry_after(out, after, clock_ms(), e))
        return err_at(e, "/expires_in");
    if (!st && at && expiry_at(out, at, clock_ms(), e))
        return err_at(e, "/expires_at");
    return st;
}

static enum status read_names(struct access *who, const cJSON *body, struct err *e)
{
    const char *names = NULL;
    enum status st = json_get_string(&names, body, "", "names", false, e);

    if (st || !names)
        return st;
    if (pattern_check(names, e))
        return err_at(e, "/names");
    (void)snprintf(who->names, sizeof(who->names), "%s", names);
    return ST_OK;
}

static enum status read_limits(struct access *who, const cJSON *body, struct err *e)
{
    const char *names[ACCESS_LIMITS + 1] = {NULL};
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(body, "limits"), *value;
    enum status st = ST_OK;

    if (!o || cJSON_IsNull(o))
        return ST_OK;
    for (int i = 0; i < ACCESS_LIMITS; i++)
        names[i] = access_limit_name(i);
    if (!cJSON_IsObject(o)) {
        err_set(e, ST_INVALID, "limits must be an object such as {\"%s\":600}", names[0]);
        return err_at(e, "/limits");
    }
    st = json_only(o, "/limits", names, e);
    for (int i = 0; !st && i < ACCESS_LIMITS; i++) {
        double max = (double)access_limit_max(i), n;

        value = cJSON_GetObjectItemCaseSensitive(o, names[i]);
        if (!value || cJSON_IsNull(value))
            continue;
        n = cJSON_IsNumber(value) ? value->valuedouble : 0;
        if (n < 1 || n > max || n != floor(n)) {
            err_set(e, ST_INVALID, "%s must be a whole number from 1 to %.0f, or null", names[i],
                    max);
            return err_at(e, "/limits/%s", names[i]);
        }
        who->limit[i] = (int64_t)n;
    }
    return st;
}

static enum status read_key(struct access *who, const cJSON *body, struct err *e)
{
    static const char *const members[] = {"name",       "scopes", "names", "expires_in",
                                          "expires_at", "limits", NULL};
    const char *name = NULL;
    enum status st = json_only(body, "", members, e);

    if (!st)
        st = json_get_string(&name, body, "", "name", true, e);
    if (!st)
        st = api_check_name(name, "key", "/name", e);
    if (!st)
        (void)snprintf(who->name, sizeof(who->name), "%s", name);
    if (!st)
        st = read_scopes(&who->scopes, body, e);
    if (!st)
        st = read_names(who, body, e);
    if (!st)
        st = read_expiry(&who->expires_at, body, e);
    if (!st)
        st = read_limits(who, body, e);
    return st;
}

/* As long as no key is needed, the first one closes the API. So it must be an admin's, who can make
 * other keys. */
static enum status check_first(const struct http_req *rq, const struct access *who, struct err *e)
{
    if (rq->key || who->scopes & SCOPE_ADMIN)
        return ST_OK;
    err_set(e, ST_CONFLICT,
            "from the first key on every request needs one: make one with the scope admin first");
    return err_at(e, "/scopes");
}

/* POST /v1/keys -> 201 with "key", which is shown only once. 409: a key of that name is in force;
 * 422. */
void api_key_create(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct access who = {0};
    int64_t stored = 0; /* a key of that name may have existed before */
    struct key k;
    char secret[KEY_TEXT_LEN + 1] = "", location[100];
    cJSON *body = NULL;
    enum status st = api_read_json(&body, app, rq, &e);

    if (!st)
        st = read_key(&who, body, &e);
    if (!st)
        st = access_check(&who, &e);
    if (!st)
        st = check_first(rq, &who, &e);
    if (!st)
        st = store_key_bytes(&stored, app->store, who.name, &e);
    if (!st)
        st = store_key_add(secret, &k, app->store, &who, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        api_send_json(rs, 201, json_put_text(render(&k, stored, clock_ms()), "key", secret));
        (void)snprintf(location, sizeof(location), "/v1/keys/%s", who.name);
        http_res_header(rs, "Location", location);
        http_res_header(rs, "Cache-Control", "no-store");
    }
    explicit_bzero(secret, sizeof(secret));
    cJSON_Delete(body);
}

/* DELETE /v1/keys/{name} -> 204: revoked. 404: none of that name is in force. */
void api_key_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};

    if (store_key_revoke(app->store, rq->param[0], &e))
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
}
