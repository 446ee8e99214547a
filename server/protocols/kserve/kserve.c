/* kserve.c - see kserve.h. */
#include "server/protocols/kserve/kserve.h"

#include "server/api/api.h"
#include "server/base/version.h"
#include "server/formats/json.h"
#include "server/formats/json_build.h"
#include "server/http/inner.h"
#include "server/protocols/api_route.h"
#include "server/protocols/kserve/inference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32 };

/* ---- responses ---- */

/* Sends tree, which is consumed; NULL: out of memory. */
static void send_tree(struct http_res *rs, int status, cJSON *tree)
{
    char *text = tree ? json_print(tree) : NULL;
    struct err e = {0};

    cJSON_Delete(tree);
    if (text) {
        http_res_body(rs, status, "application/json", text, strlen(text));
    } else {
        err_nomem(&e, 0);
        http_res_err(rs, &e);
    }
}

static void send_error(struct http_res *rs, int status, const char *text)
{
    send_tree(rs, status, json_put_text(cJSON_CreateObject(), "error", text));
}

static void refuse(struct http_res *rs, const struct err *e)
{
    char text[sizeof(e->message) + sizeof(e->pointer) + 8];
    int status = http_status_code(e->status);

    (void)snprintf(text, sizeof(text), "%s%s%s", e->pointer, e->pointer[0] ? ": " : "", e->message);
    if (status >= 500)
        http_res_err(rs, e); /* logs it and hides what is not for clients */
    else
        send_error(rs, status, text);
}

static void pass_on(struct http_res *rs, const struct http_reply *a)
{
    cJSON *problem = cJSON_ParseWithLength(a->data, a->len);
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(problem, "detail");
    const char *after = http_reply_header(a, "Retry-After");
    char room[16];

    (void)snprintf(room, sizeof(room), "%s", after ? after : "");
    send_error(rs, a->status, cJSON_IsString(detail) ? detail->valuestring : "an error");
    if (after)
        http_res_header(rs, "Retry-After", room);
    cJSON_Delete(problem);
}

/* Asks the API. *out is the JSON of a good response, new. NULL: it comes later, or an error was
 * sent. */
static void ask(cJSON **out, void *app, const struct http_req *rq, struct http_res *rs,
                const struct http_inner *in)
{
    struct http_reply a = {0};
    struct err e = {0};

    *out = NULL;
    if (!http_inner_ask(&a, app, rq, rs, in))
        return;
    if (a.status != 200)
        pass_on(rs, &a);
    else if (json_read(out, a.data, a.len, DEPTH_MAX, &e))
        refuse(rs, &e);
    http_reply_release(&a);
}

/* ---- the server ---- */

void kserve_server(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    cJSON *o = json_put_text(cJSON_CreateObject(), "name", "lstmd");

    (void)ctx;
    (void)rq;
    o = json_put_text(o, "version", LSTMD_VERSION);
    send_tree(rs, 200, json_put(o, "extensions", cJSON_CreateArray()));
}

void kserve_live(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    (void)ctx;
    (void)rq;
    send_tree(rs, 200, json_put(cJSON_CreateObject(), "live", cJSON_CreateTrue()));
}

void kserve_ready(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    const struct http_inner in = {.route = api_route(HTTP_GET, "/readyz")};
    cJSON *ready;

    ask(&ready, ctx, rq, rs, &in);
    if (ready)
        send_tree(rs, 200, json_put(cJSON_CreateObject(), "ready", cJSON_CreateTrue()));
    cJSON_Delete(ready);
}

/* ---- models ---- */

/* The request for the model of the path; query has room for its version. */
static struct http_inner of_model(const struct http_req *rq, struct http_pair *query)
{
    *query = (struct http_pair){"version", rq->param[1]};
    return (struct http_inner){
        .param = {rq->param[0]}, .query = query, .num_query = rq->param[1] ? 1 : 0};
}

/* Adds the numbers of the versions that may be asked for. */
static cJSON *put_versions(cJSON *o, const cJSON *list)
{
    cJSON *versions = cJSON_CreateArray();
    const cJSON *one;
    char text[24];

    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(list, "items"))
    {
        const cJSON *n = cJSON_GetObjectItemCaseSensitive(one, "version");

        (void)snprintf(text, sizeof(text), "%.0f", cJSON_IsNumber(n) ? n->valuedouble : 0);
        versions = json_push(versions, cJSON_CreateString(text));
    }
    return json_put(o, "versions", versions);
}

void kserve_model(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    const struct http_pair limit = {"limit", "100"};
    struct http_pair version;
    struct http_inner in = of_model(rq, &version);
    cJSON *model, *versions = NULL, *o;

    in.route = api_route(HTTP_GET, "/v1/models/{name}");
    ask(&model, ctx, rq, rs, &in);
    if (model) {
        in.route = api_route(HTTP_GET, "/v1/models/{name}/versions");
        in.query = &limit;
        in.num_query = 1;
        ask(&versions, ctx, rq, rs, &in);
    }
    if (versions) {
        o = json_put_text(cJSON_CreateObject(), "name", rq->param[0]);
        o = put_versions(o, versions);
        o = json_put_text(o, "platform", "lstmd");
        send_tree(rs, 200, inference_describe(o, model));
    }
    cJSON_Delete(versions);
    cJSON_Delete(model);
}

void kserve_model_ready(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct http_pair version;
    struct http_inner in = of_model(rq, &version);
    cJSON *model, *o;

    in.route = api_route(HTTP_GET, "/v1/models/{name}");
    ask(&model, ctx, rq, rs, &in);
    if (model) {
        o = json_put_text(cJSON_CreateObject(), "name", rq->param[0]);
        send_tree(rs, 200, json_put(o, "ready", cJSON_CreateTrue()));
    }
    cJSON_Delete(model);
}

/* ---- inference ---- */

static enum status read_request(struct inference *q, cJSON **body, const struct app *app,
                                const struct http_req *rq, struct err *e)
{
    enum status st;

    if (http_header(rq, "Inference-Header-Content-Length"))
        return err_set(e, ST_UNSUPPORTED,
                       "binary tensors are not read here; send the data as JSON");
    st = json_read(body, rq->body, rq->body_len, app->limits.max_json_depth, e);
    return st ? st : inference_read(q, *body, e);
}

void kserve_infer(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct inference q = {0};
    struct http_pair version;
    struct http_inner in = of_model(rq, &version);
    struct err e = {0};
    cJSON *body = NULL, *reply = NULL;

    if (read_request(&q, &body, ctx, rq, &e)) {
        refuse(rs, &e);
    } else {
        in.route =
            api_route(HTTP_POST, q.tags ? "/v1/models/{name}/tag" : "/v1/models/{name}/forecast");
        in.body = q.body;
        in.body_len = q.body_len;
        in.content_type = "application/json";
        ask(&reply, ctx, rq, rs, &in);
    }
    if (reply)
        send_tree(rs, 200, inference_answer(&q, reply));
    cJSON_Delete(reply);
    inference_release(&q);
    cJSON_Delete(body);
}
