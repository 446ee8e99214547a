/* udpipe.c - see udpipe.h. */
#include "server/protocols/udpipe/udpipe.h"

#include "server/formats/json.h"
#include "server/http/inner.h"
#include "server/protocols/api_route.h"
#include "server/protocols/udpipe/model_choice.h"
#include "server/protocols/udpipe/process_result.h"

#include <stdio.h>
#include <string.h>

enum { RESPONSE_BYTES_MAX = 256 << 20, DEPTH_MAX = 32, NAME_BYTES_MAX = 128 };
#define MODELS_AT_ONCE "100"

struct service {
    void *app;
    const struct http_req *rq;
    struct http_res *rs;
    bool later; /* the response comes later */
    bool done;  /* it was made */
};

/* ---- errors: a text, as clients of the service show it ---- */

static void send_text(struct http_res *rs, int status, const char *text)
{
    struct buf b;

    buf_init(&b, 4096);
    buf_puts(&b, text);
    buf_puts(&b, "\n");
    http_res_buf(rs, status, "text/plain; charset=utf-8", &b);
}

static void refuse(struct service *s, const struct err *e)
{
    char text[sizeof(e->message) + 32];
    int status = http_status_code(e->status);

    s->done = true;
    if (status >= 500) { /* logs it and hides what is not for clients */
        http_res_err(s->rs, e);
        return;
    }
    (void)snprintf(text, sizeof(text), "%s", e->message);
    send_text(s->rs, status, text);
}

/* Sends the problem of a reply. */
static void pass_on(struct service *s, const struct http_reply *a)
{
    cJSON *problem = cJSON_ParseWithLength(a->data, a->len);
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(problem, "detail");
    const char *after = http_reply_header(a, "Retry-After");
    char room[16];

    (void)snprintf(room, sizeof(room), "%s", after ? after : "");
    send_text(s->rs, a->status, cJSON_IsString(detail) ? detail->valuestring : "an error");
    if (after)
        http_res_header(s->rs, "Retry-After", room);
    s->done = true;
    cJSON_Delete(problem);
}

/* ---- models ---- */

/* Reads one page; *next ("" at first) becomes the cursor of the next one, or "". */
static void read_page(struct service *s, struct model_choice *c, char next[NAME_BYTES_MAX])
{
    const struct http_pair query[] = {{"limit", MODELS_AT_ONCE}, {"cursor", next}};
    const struct http_inner in = {
        .route = api_route(HTTP_GET, "/v1/models"), .query = query, .num_query = next[0] ? 2 : 1};
    struct http_reply a = {0};
    struct err e = {0};
    cJSON *page = NULL;
    const cJSON *cursor;

    s->later = !http_inner_ask(&a, s->app, s->rq, s->rs, &in);
    if (!s->later && a.status != 200)
        pass_on(s, &a);
    if (!s->later && !s->done && json_read(&page, a.data, a.len, DEPTH_MAX, &e))
        refuse(s, &e);
    if (!s->later && !s->done) {
        model_choice_add(c, page);
        cursor = cJSON_GetObjectItemCaseSensitive(page, "next");
        (void)snprintf(next, NAME_BYTES_MAX, "%s",
                       cJSON_IsString(cursor) ? cursor->valuestring : "");
    }
    cJSON_Delete(page);
    http_reply_release(&a);
}

static void read_models(struct service *s, struct model_choice *c)
{
    char next[NAME_BYTES_MAX] = "";
    struct err e = {0};

    do {
        read_page(s, c, next);
        if (!s->later && !s->done && http_go_on(s->rq, &e))
            refuse(s, &e);
    } while (!s->later && !s->done && next[0]);
}

void udpipe_models(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct service s = {ctx, rq, rs, false, false};
    struct model_choice c = {0};
    struct buf b;

    read_models(&s, &c);
    if (!s.later && !s.done) {
        buf_init(&b, RESPONSE_BYTES_MAX);
        buf_puts(&b, "{\"models\":");
        buf_puts(&b, c.list.data ? c.list.data : "{");
        buf_puts(&b, "},\"default_model\":");
        buf_put_json_string(&b, c.newest);
        buf_puts(&b, "}\n");
        if (c.list.st)
            b.st = c.list.st;
        http_res_buf(rs, 200, "application/json", &b);
    }
    model_choice_release(&c);
}

/* ---- process ---- */

static void ask_tags(struct service *s, struct http_reply *a, const struct process_request *q,
                     const char *model)
{
    const struct http_inner in = {.route = api_route(HTTP_POST, "/v1/models/{name}/tag"),
                                  .param = {model},
                                  .body = q->body,
                                  .body_len = q->body_len,
                                  .content_type = q->type,
                                  .accept = "text/x-conllu"};

    s->later = !http_inner_ask(a, s->app, s->rq, s->rs, &in);
}

/* Finds the model that the client means by the beginning of its name, or by no name. */
static void choose(struct service *s, char model[NAME_BYTES_MAX], const char *wanted)
{
    struct model_choice c = {.wanted = wanted};
    struct err e = {0};

    read_models(s, &c);
    (void)snprintf(model, NAME_BYTES_MAX, "%s", wanted ? c.found : c.newest);
    model_choice_release(&c);
    if (s->later || s->done || model[0])
        return;
    if (wanted)
        err_set(&e, ST_NOT_FOUND,
                "no tagger has the name '%.80s', nor one that begins with it and '-'; /models "
                "lists them",
                wanted);
    else
        err_set(&e, ST_NOT_FOUND, "no tagger was trained here yet");
    refuse(s, &e);
}

static void send_result(struct service *s, const struct process_request *q, const char *model,
                        const struct http_reply *a)
{
    struct buf b;

    http_res_open(s->rs, &b, RESPONSE_BYTES_MAX);
    process_result_put(&b, q, model, a->data, a->len);
    http_res_buf(s->rs, 200, "application/json", &b);
}

static void process(struct service *s, const struct process_request *q)
{
    char model[NAME_BYTES_MAX] = "";
    struct http_reply a = {0};
    bool fits = q->model && strlen(q->model) < NAME_BYTES_MAX;

    if (fits)
        (void)snprintf(model, sizeof(model), "%s", q->model);
    else
        choose(s, model, q->model);
    if (!s->later && !s->done)
        ask_tags(s, &a, q, model);
    if (!s->later && !s->done && fits && a.status == 404) {
        http_reply_release(&a);
        choose(s, model, q->model);
        if (!s->later && !s->done)
            ask_tags(s, &a, q, model);
    }
    if (!s->later && !s->done && a.status != 200)
        pass_on(s, &a);
    else if (!s->later && !s->done)
        send_result(s, q, model, &a);
    http_reply_release(&a);
}

void udpipe_process(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct service s = {ctx, rq, rs, false, false};
    struct process_request q = {0};
    struct err e = {0};

    if (process_request_read(&q, rq, &e))
        refuse(&s, &e);
    else
        process(&s, &q);
    process_request_release(&q);
}
