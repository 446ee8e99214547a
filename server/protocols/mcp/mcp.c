/* mcp.c - see mcp.h. */
#include "server/protocols/mcp/mcp.h"

#include "server/api/api.h"
#include "server/base/embedded.h"
#include "server/base/version.h"
#include "server/formats/json.h"
#include "server/protocols/mcp/jsonrpc.h"
#include "server/protocols/mcp/tool_result.h"

#include <stdio.h>
#include <string.h>

/* BATCH_BYTES_MAX: when the results of a batch are longer, its further calls are refused. */
enum { BATCH_MAX = 100, BATCH_BYTES_MAX = 16 << 20, BODY_BYTES_MAX = 128 << 20 };

/* The revisions, the newest first. Batches were a part of one of them only. */
static const struct revision {
    const char *name;
    bool batches;
} revisions[] = {{"2025-11-25", false}, {"2025-06-18", false}, {"2025-03-26", true}};
enum { REVISIONS = sizeof(revisions) / sizeof(revisions[0]) };
/* A client that sends no header speaks this one: the specification asks servers to assume so. */
#define REVISION_ASSUMED "2025-03-26"

static const char instructions[] =
    "Forecasts of time series and part-of-speech tags, by models that this server trains. Upload "
    "the history with upload_series, start train, follow it with job_status until the state is "
    "succeeded, then call forecast or detect_anomalies with the name of the model. list_datasets "
    "and list_models show what is there already. tag_text needs a model whose task is tag.";

struct exchange {
    struct app *app;
    const struct http_req *rq;
    struct http_res *rs;
    struct buf out;
    bool several; /* the request is a batch of more than one message */
    bool later;   /* the response comes later; out is of no use */
    int calls;    /* of tools, so far */
    int answers;  /* in out */
};

static const struct revision *find_revision(const char *name)
{
    for (int i = 0; i < REVISIONS; i++)
        if (strcmp(revisions[i].name, name) == 0)
            return &revisions[i];
    return NULL;
}

/* ---- methods ---- */

static void initialize(struct exchange *x, const struct rpc_message *m)
{
    const cJSON *asked = cJSON_GetObjectItemCaseSensitive(m->params, "protocolVersion");
    const struct revision *r;

    if (x->several || !cJSON_IsString(asked)) {
        rpc_put_error(&x->out, m->id, x->several ? RPC_INVALID_REQUEST : RPC_INVALID_PARAMS,
                      x->several ? "initialize is not part of a batch"
                                 : "initialize needs params.protocolVersion, a text");
        return;
    }
    r = find_revision(asked->valuestring);
    rpc_put_begin(&x->out, m->id);
    buf_printf(&x->out,
               "{\"protocolVersion\":\"%s\",\"capabilities\":{\"tools\":{\"listChanged\":false}},"
               "\"serverInfo\":{\"name\":\"lstmd\",\"title\":\"lstmd\",\"version\":\"%s\"},"
               "\"instructions\":",
               r ? r->name : revisions[0].name, LSTMD_VERSION);
    buf_put_json_string(&x->out, instructions);
    buf_puts(&x->out, "}");
    rpc_put_end(&x->out);
}

static void ping(struct exchange *x, const struct rpc_message *m)
{
    rpc_put_begin(&x->out, m->id);
    buf_puts(&x->out, "{}");
    rpc_put_end(&x->out);
}

static void list_tools(struct exchange *x, const struct rpc_message *m)
{
    const struct embedded_file *f = embedded_find("config/mcp_tools.json");
    const cJSON *cursor = cJSON_GetObjectItemCaseSensitive(m->params, "cursor");

    if (cursor && !cJSON_IsNull(cursor)) {
        rpc_put_error(&x->out, m->id, RPC_INVALID_PARAMS,
                      "the tools are one page; no cursor came from this server");
    } else if (!f) {
        rpc_put_error(&x->out, m->id, RPC_INTERNAL_ERROR, "this build carries no tools");
    } else {
        rpc_put_begin(&x->out, m->id);
        buf_add(&x->out, f->data, f->size);
        rpc_put_end(&x->out);
    }
}

/* Asks the API once or, with a chart, twice. Both only read then, so that asking again after a move
 * changes nothing. */
static void ask_api(struct exchange *x, const struct rpc_message *m, struct tool_call *c)
{
    struct http_reply reply = {0}, chart = {0};

    c->request.counts = x->calls++ > 0;
    x->later = !http_inner_ask(&reply, x->app, x->rq, x->rs, &c->request);
    if (!x->later && c->chart) {
        c->request.accept = "image/svg+xml";
        c->request.counts = false;
        x->later = !http_inner_ask(&chart, x->app, x->rq, x->rs, &c->request);
    }
    if (!x->later) {
        rpc_put_begin(&x->out, m->id);
        tool_result_put(&x->out, c->tool, &reply, c->chart ? &chart : NULL);
        rpc_put_end(&x->out);
    }
    http_reply_release(&chart);
    http_reply_release(&reply);
}

static void refuse_arguments(struct exchange *x, const struct rpc_message *m, const struct err *e)
{
    rpc_put_begin(&x->out, m->id);
    tool_result_put_err(&x->out, e);
    rpc_put_end(&x->out);
}

static void call_tool(struct exchange *x, const struct rpc_message *m)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(m->params, "name"),
                *arguments = cJSON_GetObjectItemCaseSensitive(m->params, "arguments");
    const struct tool *tool = cJSON_IsString(name) ? tool_find(name->valuestring) : NULL;
    struct tool_call c = {0};
    struct err e = {0};
    char text[160];

    if (!tool || (arguments && !cJSON_IsObject(arguments))) {
        (void)snprintf(text, sizeof(text), "%s: %.80s; tools/list names the tools",
                       tool                   ? "arguments are an object"
                       : cJSON_IsString(name) ? "unknown tool"
                                              : "params.name is the name of a tool",
                       tool                   ? tool->name
                       : cJSON_IsString(name) ? name->valuestring
                                              : "no text");
        rpc_put_error(&x->out, m->id, RPC_INVALID_PARAMS, text);
    } else if (x->out.len + x->out.drained > BATCH_BYTES_MAX) {
        rpc_put_error(&x->out, m->id, RPC_INTERNAL_ERROR,
                      "not called: the results of this batch are too long already; send fewer "
                      "calls at once");
    } else if (tool_call_read(&c, tool, arguments, x->several, &e)) {
        refuse_arguments(x, m, &e);
    } else {
        ask_api(x, m, &c);
    }
    tool_call_release(&c);
}

static const struct {
    const char *name;
    void (*answer)(struct exchange *x, const struct rpc_message *m);
} methods[] = {
    {"initialize", initialize},
    {"ping", ping},
    {"tools/list", list_tools},
    {"tools/call", call_tool},
};

static void answer_request(struct exchange *x, const struct rpc_message *m)
{
    char text[160];

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (strcmp(methods[i].name, m->method) == 0) {
            methods[i].answer(x, m);
            return;
        }
    (void)snprintf(text, sizeof(text),
                   "there is no method '%.60s'; initialize, ping, tools/list and tools/call are",
                   m->method);
    rpc_put_error(&x->out, m->id, RPC_METHOD_NOT_FOUND, text);
}

/* Appends the answer, if the message has one. Nothing is to be done for a notification: of a
 * cancelled call the client closes the connection, which ends its work. */
static void answer(struct exchange *x, const struct rpc_message *m)
{
    if (m->kind != RPC_REQUEST && m->kind != RPC_INVALID)
        return;
    if (x->several && x->answers > 0)
        buf_puts(&x->out, ",");
    x->answers++;
    if (m->kind == RPC_REQUEST)
        answer_request(x, m);
    else
        rpc_put_error(&x->out, m->id, RPC_INVALID_REQUEST, m->fault);
}

/* ---- HTTP ---- */

/* Sends an error that concerns the whole request. */
static void refuse(struct http_res *rs, int status, const cJSON *id, int code, const char *message)
{
    struct buf b;

    buf_init(&b, 4096);
    rpc_put_error(&b, id, code, message);
    buf_puts(&b, "\n");
    http_res_buf(rs, status, "application/json", &b);
}

static void send(struct exchange *x, int status)
{
    if (x->later) {
        buf_release(&x->out);
    } else if (x->answers == 0) {
        buf_release(&x->out);
        http_res_status(x->rs, 202);
    } else {
        buf_puts(&x->out, "\n");
        http_res_buf(x->rs, status, "application/json", &x->out);
    }
}

static void answer_one(struct exchange *x, const cJSON *json)
{
    struct rpc_message m;

    rpc_read(&m, json);
    answer(x, &m);
    send(x, m.kind == RPC_INVALID ? 400 : 200);
}

/* Answers a batch, in order. It runs where no call moves to another lane, so each is made once. */
static void answer_several(struct exchange *x, const cJSON *list)
{
    const cJSON *json;
    struct err e = {0};
    struct rpc_message m;
    enum status st = ST_OK;

    if (http_move(x->rs, x->rq, HTTP_BULK)) {
        buf_release(&x->out);
        return;
    }
    x->several = true;
    buf_puts(&x->out, "[");
    cJSON_ArrayForEach(json, list)
    {
        if (!st)
            st = http_go_on(x->rq, &e);
        if (st || x->later)
            continue;
        rpc_read(&m, json);
        answer(x, &m);
    }
    buf_puts(&x->out, "]");
    if (st) {
        buf_release(&x->out);
        http_res_err(x->rs, &e);
        return;
    }
    send(x, 200);
}

static void answer_body(struct exchange *x, const struct revision *r, const cJSON *body)
{
    int n = cJSON_IsArray(body) ? cJSON_GetArraySize(body) : 0;
    char text[120];

    if (!cJSON_IsArray(body)) {
        answer_one(x, body);
    } else if (!r->batches || n == 0 || n > BATCH_MAX) {
        buf_release(&x->out);
        (void)snprintf(text, sizeof(text),
                       r->batches ? "a batch has 1 to %d messages, not %d"
                                  : "the revision in MCP-Protocol-Version has no batches; send one "
                                    "message",
                       BATCH_MAX, n);
        refuse(x->rs, 400, NULL, RPC_INVALID_REQUEST, text);
    } else {
        answer_several(x, body);
    }
}

/* Finds the revision that the client speaks; NULL: none of ours, and a response was made. */
static const struct revision *read_revision(const struct http_req *rq, struct http_res *rs)
{
    const char *name = http_header(rq, "MCP-Protocol-Version");
    const struct revision *r = find_revision(name ? name : REVISION_ASSUMED);
    char text[160];

    if (r)
        return r;
    (void)snprintf(text, sizeof(text),
                   "unsupported protocol version '%.40s' in MCP-Protocol-Version; this server "
                   "speaks %s, %s and %s",
                   name ? name : "", revisions[0].name, revisions[1].name, revisions[2].name);
    refuse(rs, 400, NULL, RPC_INVALID_REQUEST, text);
    return NULL;
}

void mcp_post(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const offered[] = {"application/json", NULL};
    struct exchange x = {.app = ctx, .rq = rq, .rs = rs};
    struct err e = {0};
    const char *type = NULL;
    const struct revision *r;
    cJSON *body = NULL;
    enum status st = http_accept(&type, rq, rs, offered, &e);

    if (!st && rq->body_len > 0 && strcmp(http_body_type(rq), "application/json") != 0)
        st = err_set(&e, ST_UNSUPPORTED, "Content-Type is '%.80s'; send application/json",
                     http_body_type(rq));
    if (st) {
        http_res_err(rs, &e);
        return;
    }
    r = read_revision(rq, rs);
    if (!r)
        return;
    st = json_read(&body, rq->body, rq->body_len, x.app->limits.max_json_depth, &e);
    if (st == ST_MALFORMED) {
        refuse(rs, 400, NULL, RPC_PARSE_ERROR, e.message);
    } else if (st) {
        http_res_err(rs, &e);
    } else {
        http_res_open(rs, &x.out, BODY_BYTES_MAX);
        answer_body(&x, r, body);
    }
    cJSON_Delete(body);
}
