/* sources.c - /v1/datasets/{name}/source and /fetch, and PUT /v1/datasets/{name}, whose body is the
 * content or says where it comes from. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/dataset_render.h"
#include "server/api/dataset_upload.h"
#include "server/api/source_render.h"
#include "server/base/clock.h"
#include "server/sources/source_spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_BODY_MAX = 32 << 10, WAIT_DEFAULT = 10 };

struct outbound_rules api_outbound_rules(const struct config *c)
{
    return (struct outbound_rules){
        .http = c->fetch_http, .allow = c->fetch_allow, .cacert = c->fetch_ca_file};
}

static void topic_of(char topic[HTTP_TOPIC_MAX], const char *name)
{
    (void)snprintf(topic, HTTP_TOPIC_MAX, "source/%s", name);
}

void api_source_changed(void *ctx, const char *name)
{
    struct app *app = ctx;
    char topic[HTTP_TOPIC_MAX];

    topic_of(topic, name);
    http_notify(app->http, topic);
}

/* ---- responses ---- */

/* Fetches under way are not in the ETag of the data set, so the response has none of its own. */
static void send_source(struct http_res *rs, int status, const struct http_req *rq,
                        const struct source *s)
{
    char location[NAME_MAX_LEN + 40];

    api_send_json(rs, status, source_render(s));
    (void)snprintf(location, sizeof(location), "/v1/datasets/%s/source", rq->param[0]);
    if (status == 202)
        http_res_header(rs, "Location", location);
}

/* Sends the data set after a fetch. */
static void send_dataset(struct app *app, const struct http_req *rq, struct http_res *rs,
                         const struct source *s)
{
    const struct dataset_page page = dataset_page_of(rq);
    struct dataset d = {0};
    struct err e = {0};
    cJSON *o = NULL;
    enum status st = store_dataset_get(&d, app->store, rq->param[0], &e);

    if (!st)
        st = dataset_render(&o, app->store, &d, &page, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        bool created = rq->method == HTTP_PUT && d.created_at >= s->requested_at;

        o = json_put_raw(o, "notes", s->notes ? s->notes : "[]");
        api_send_json(rs, created ? 201 : 200, o);
        dataset_send_etag(rs, app->store, &d);
        if (created)
            http_res_header(rs, "Location", rq->path);
    }
    dataset_release(&d);
}

/* Sends the problem of a fetch that failed. */
static void send_problem(struct http_res *rs, const struct source *s)
{
    cJSON *problem = cJSON_Parse(s->error);
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(problem, "status");
    int code = cJSON_IsNumber(status) ? status->valueint : 422;

    http_res_copy(rs, code >= 400 && code < 600 ? code : 422, "application/problem+json", s->error,
                  strlen(s->error));
    cJSON_Delete(problem);
}

/* Waits for the end of the fetch that was asked for; false: it has ended, or the wait is over. */
static bool waits(struct app *app, const struct http_req *rq, struct http_res *rs,
                  const struct source *s)
{
    int64_t wait = http_query_number(rq, "wait", WAIT_DEFAULT);
    char topic[HTTP_TOPIC_MAX];

    if (s->fetched_at >= s->requested_at || wait == 0 || rq->wait_over ||
        atomic_load(&app->draining))
        return false;
    topic_of(topic, rq->param[0]);
    http_res_wait(rs, topic, clock_monotonic_ms() + wait * 1000);
    return true;
}

/* Answers a request for a fetch, once it has ended or the wait is over. undo: a source whose first
 * fetch failed goes again. */
static void answer_fetch(struct app *app, const struct http_req *rq, struct http_res *rs,
                         const struct source *s, bool undo)
{
    struct err e = {0};

    if (waits(app, rq, rs, s))
        return;
    if (s->fetched_at < s->requested_at)
        send_source(rs, 202, rq, s);
    else if (!s->error)
        send_dataset(app, rq, rs, s);
    else if (undo && store_source_undo(app->store, s->name, s->token, &e))
        http_res_err(rs, &e);
    else
        send_problem(rs, s);
}

/* ---- PUT ---- */

/* Whether the body says where the content comes from. *out is the document then. */
static bool is_source(cJSON **out, const struct app *app, const struct http_req *rq)
{
    struct err ignored = {0};

    *out = NULL;
    if (rq->body_len > SOURCE_BODY_MAX || strcmp(http_body_type(rq), MEDIA_JSON) != 0 ||
        json_read(out, rq->body, rq->body_len, app->limits.max_json_depth, &ignored))
        return false;
    if (cJSON_IsObject(*out) && cJSON_HasObjectItem(*out, "source"))
        return true;
    cJSON_Delete(*out);
    *out = NULL;
    return false;
}

/* The parameters that a later upload gets, as a JSON object; malloc'ed. */
static enum status keep_parameters(char **out, const struct http_req *rq, struct err *e)
{
    static const char *const others[] = {"wait", "series_offset", "series_limit", "dry_run"};
    cJSON *o = cJSON_CreateObject();

    for (int i = 0; i < rq->num_query; i++) {
        bool keep = true;

        for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
            keep = keep && strcmp(rq->query[i].name, others[k]) != 0;
        if (keep)
            o = json_put_text(o, rq->query[i].name, rq->query[i].value);
    }
    *out = o ? json_print(o) : NULL;
    cJSON_Delete(o);
    return *out ? ST_OK : err_nomem(e, 0);
}

/* A digest of what is fetched and how it is read, whatever the schedule. */
static enum status identify(char out[DIGEST_LEN + 1], const struct source_spec *s,
                            const char *parameters, struct err *e)
{
    struct buf b;
    enum status st;

    buf_init(&b, OUTBOUND_URL_MAX + SOURCE_QUERY_MAX + (64 << 10));
    buf_printf(&b, "%d\n%s\n%s\n%lld\n%s", s->prometheus, s->url, s->query ? s->query : "",
               (long long)s->step, parameters);
    st = buf_status(&b, e);
    if (!st)
        digest_hex(out, b.data, b.len);
    buf_release(&b);
    return st;
}

static enum status read_source(struct source_spec *spec, char **text, const struct app *app,
                               const struct http_req *rq, const cJSON *body, struct err *e)
{
    static const char *const members[] = {"source", NULL};
    const struct outbound_rules rules = api_outbound_rules(app->config);
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(body, "source");
    enum status st = api_check_name(rq->param[0], "dataset", NULL, e);

    if (!st)
        st = json_only(body, "", members, e);
    if (!st && http_query(rq, "dry_run")) {
        err_set(e, ST_MALFORMED, "dry_run= goes with content; a source is fetched at once");
        st = err_at(e, "?dry_run");
    }
    if (!st)
        st = source_spec_read(spec, o, "/source", &rules, e);
    if (!st) {
        *text = json_print(o);
        st = *text ? ST_OK : err_nomem(e, 0);
    }
    return st;
}

static enum status put_source(struct source *out, struct app *app, const struct http_req *rq,
                              const cJSON *body, struct err *e)
{
    struct source_spec spec;
    struct precondition pre = {0};
    struct source_submission sub = {.name = rq->param[0], .key = rq->key, .precondition = &pre};
    char identity[DIGEST_LEN + 1], *text = NULL, *parameters = NULL;
    enum status st = read_source(&spec, &text, app, rq, body, e);

    if (!st)
        st = keep_parameters(&parameters, rq, e);
    if (!st)
        st = identify(identity, &spec, parameters, e);
    if (!st)
        st = api_read_precondition(&pre, rq, e);
    if (!st) {
        sub.spec = text;
        sub.parameters = parameters;
        sub.identity = identity;
        sub.every = spec.every * 1000;
        st = store_source_put(out, app->store, &sub, e);
    }
    if (!st)
        sources_wake(app->sources);
    precondition_release(&pre);
    free(parameters);
    free(text);
    return st;
}

/* PUT /v1/datasets/{name} -> 201 | 200: the body is the content, or a source whose first fetch has
 * succeeded. 202: a source whose first fetch goes on. 400 body; 412 precondition; 413; 415; 422
 * values, or a first fetch that failed: the source is then as it was before. */
void api_dataset_put(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct source s = {0};
    cJSON *body = NULL;
    bool is = is_source(&body, app, rq);
    enum status st = ST_OK;

    if (!is && http_query(rq, "wait")) {
        err_set(&e, ST_MALFORMED, "wait= goes with a source; content is stored at once");
        st = err_at(&e, "?wait");
    } else if (is) {
        st = rq->waited ? store_source_get(&s, app->store, rq->param[0], &e)
                        : put_source(&s, app, rq, body, &e);
    }
    if (st)
        http_res_err(rs, &e);
    else if (is)
        answer_fetch(app, rq, rs, &s, true);
    else
        dataset_upload_put(app, rq, rs, false);
    source_release(&s);
    cJSON_Delete(body);
}

/* POST /v1/datasets/{name} -> 201, for clients that cannot PUT, such as forms of browsers. 409 when
 * it exists, so that a client that meant to append does not replace it. */
void api_dataset_create(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    dataset_upload_put(ctx, rq, rs, true);
}

/* ---- others ---- */

/* POST /v1/datasets/{name}/fetch -> 200 when the fetch has succeeded, 202 while it goes on. 404: no
 * source; 422 and others: why it failed. */
void api_source_fetch(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct source s = {0};
    enum status st = rq->waited ? store_source_get(&s, app->store, rq->param[0], &e)
                                : store_source_request(&s, app->store, rq->param[0], &e);

    if (!st && !rq->waited)
        sources_wake(app->sources);
    if (st)
        http_res_err(rs, &e);
    else
        answer_fetch(app, rq, rs, &s, false);
    source_release(&s);
}

void api_source_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct source s = {0};

    if (store_source_get(&s, app->store, rq->param[0], &e))
        http_res_err(rs, &e);
    else
        api_send_resource(rs, source_render(&s));
    source_release(&s);
}

/* DELETE /v1/datasets/{name}/source -> 204. The data set stays as it is. */
void api_source_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};

    if (store_source_delete(app->store, rq->param[0], &e))
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
}
