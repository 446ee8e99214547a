/* operations.c - probes and overviews: health, readiness, version, what is stored. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/web.h"
#include "server/base/embedded.h"
#include "server/base/version.h"
#include "server/config/config_render.h"

#include <lstm/cpu.h>
#include <stdlib.h>
#include <string.h>

enum { LINK_BYTES_MAX = 4096 };

/* GET /: a first overview for curl; a browser is redirected to the page. */
void api_root(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const links[][2] = {
        {"datasets", "/v1/datasets"}, {"jobs", "/v1/jobs"},    {"models", "/v1/models"},
        {"health", "/healthz"},       {"ready", "/readyz"},    {"metrics", "/metrics"},
        {"openapi", "/openapi.json"}, {"version", "/version"},
    };
    cJSON *o = cJSON_CreateObject(), *l = cJSON_CreateObject();
    struct buf b;

    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        buf_init(&b, LINK_BYTES_MAX);
        buf_puts(&b, rq->prefix ? rq->prefix : "");
        buf_puts(&b, links[i][1]);
        l = json_put_text(l, links[i][0], b.data ? b.data : links[i][1]);
        buf_release(&b);
    }
    o = json_put_text(o, "name", "lstmd");
    o = json_put_text(o, "version", LSTMD_VERSION);
    api_send_json(rs, 200, json_put(o, "links", l));
    web_lead(rs, rq, ctx);
}

/* Uses neither the database nor a worker, so that it responds while the machine is busy. */
void api_healthz(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char ok[] = "{\"status\":\"ok\"}\n";

    (void)ctx;
    (void)rq;
    http_res_copy(rs, 200, MEDIA_JSON, ok, sizeof(ok) - 1);
}

void api_readyz(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char ready[] = "{\"status\":\"ready\"}\n";
    struct app *app = ctx;
    struct err e = {0};
    enum status st = ST_OK;

    (void)rq;
    if (atomic_load(&app->draining))
        st = err_set(&e, ST_BUSY, "shutting down: requests in flight are being finished");
    else if (!jobs_alive(app->jobs))
        st = err_set(&e, ST_BUSY, "the training workers are not running");
    else if (store_ping(app->store, &e))
        st = e.status = ST_BUSY; /* the message names the trouble of the database */
    if (st)
        http_res_err(rs, &e);
    else
        http_res_copy(rs, 200, MEDIA_JSON, ready, sizeof(ready) - 1);
}

void api_openapi(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    const struct embedded_file *f = embedded_find("config/openapi.json");
    char digest[DIGEST_LEN + 1];
    struct err e = {0};

    (void)ctx;
    (void)rq;
    if (!f) {
        err_set(&e, ST_INTERNAL, "this build carries no OpenAPI document");
        http_res_err(rs, &e);
        return;
    }
    digest_hex(digest, f->data, f->size);
    http_res_copy(rs, 200, MEDIA_JSON, (const char *)f->data, f->size);
    http_res_etag(rs, digest);
}

void api_version(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    cJSON *o = cJSON_CreateObject();
    char arithmetic[ARITHMETIC_LEN_MAX + 1];
    int schema = 0;

    (void)rq;
    arithmetic_name(arithmetic);
    o = json_put_text(o, "name", "lstmd");
    o = json_put_text(o, "version", LSTMD_VERSION);
    o = json_put_text(o, "compiler", __VERSION__);
    o = json_put_text(o, "arithmetic", arithmetic);
    if (store_schema_version(&schema, app->store, &e) == ST_OK)
        o = json_put_number(o, "schema_version", schema);
    o = api_put_time(o, "started_at", app->started_at);
    api_send_json(rs, 200, o);
}

/* For admins only: paths and limits are not for others, and secrets are shown to nobody. */
void api_config(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    const struct app *app = ctx;
    struct buf b;

    (void)rq;
    http_res_open(rs, &b, 1 << 20);
    config_render(&b, app->config);
    http_res_buf(rs, 200, MEDIA_JSON, &b);
}
