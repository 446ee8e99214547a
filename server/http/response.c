/* response.c - see response.h. When memory runs out for any part of a response, the whole response
 * becomes that error, so handlers need not check. */
#include "server/http/response.h"

#include "server/base/log.h"
#include "server/http/etag.h"
#include "server/http/go_on.h"
#include "server/http/http.h"
#include "server/http/problem.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct http_res *http_res_new(const struct http_req *rq)
{
    struct http_res *rs = malloc(sizeof(*rs));

    if (rs) {
        memset(rs, 0, offsetof(struct http_res, header));
        rs->rq = rq;
        rs->status = 200;
    }
    return rs;
}

static void drop_body(struct http_res *rs)
{
    if (rs->release)
        rs->release(rs->release_ctx);
    if (rs->kind == RESPONSE_STREAM && rs->stream.free_ctx)
        rs->stream.free_ctx(rs->stream.ctx);
    spool_close(&rs->file);
    rs->kind = RESPONSE_BODY;
    rs->data = NULL;
    rs->len = 0;
    rs->release = NULL;
    rs->release_ctx = NULL;
    rs->shared = false;
    rs->stream = (struct http_stream){0};
}

/* Returns n bytes from the room of the response, or from malloc() when the room is used up. */
static char *header_room(struct http_res *rs, size_t n)
{
    char *p = rs->room + rs->room_used;

    if (n > sizeof(rs->room) - rs->room_used)
        return malloc(n);
    rs->room_used += n;
    return p;
}

static void free_header(struct http_res *rs, const struct http_pair *p)
{
    if (p->name < rs->room || p->name >= rs->room + sizeof(rs->room))
        free((void *)p->name);
}

static void drop_headers(struct http_res *rs)
{
    for (int i = 0; i < rs->num_headers; i++)
        free_header(rs, &rs->header[i]);
    rs->num_headers = 0;
    rs->room_used = 0;
    rs->not_modified = false;
    rs->not_modified_gzip = false;
}

void http_res_free(struct http_res *rs)
{
    if (!rs)
        return;
    drop_body(rs);
    drop_headers(rs);
    free(rs);
}

void http_res_status(struct http_res *rs, int status)
{
    rs->status = status;
}

static bool printable(const char *value)
{
    for (; *value; value++)
        if (((unsigned char)*value < 0x20 && *value != '\t') || *value == 0x7f)
            return false;
    return true;
}

void http_res_header(struct http_res *rs, const char *name, const char *value)
{
    size_t n = strlen(name) + 1, m = strlen(value) + 1;
    int at = rs->num_headers;
    char *copy;

    for (int i = 0; i < rs->num_headers; i++)
        if (strcasecmp(rs->header[i].name, name) == 0)
            at = i;
    if (!printable(value) || at == RESPONSE_HEADERS_MAX) {
        log_msg(LOG_WARN, "response_header_dropped", "%s: %s", name,
                at == RESPONSE_HEADERS_MAX ? "too many headers" : "control characters");
        return;
    }
    copy = header_room(rs, n + m);
    if (!copy) {
        rs->no_memory = true;
        return;
    }
    memcpy(copy, name, n);
    memcpy(copy + n, value, m);
    if (at == rs->num_headers) {
        rs->header[rs->num_headers++] = (struct http_pair){copy, copy + n};
    } else {
        struct http_pair old = rs->header[at];

        rs->header[at] = (struct http_pair){copy, copy + n};
        free_header(rs, &old);
    }
}

const char *http_res_get_header(const struct http_res *rs, const char *name)
{
    for (int i = 0; i < rs->num_headers; i++)
        if (strcasecmp(rs->header[i].name, name) == 0)
            return rs->header[i].value;
    return NULL;
}

static void set_type(struct http_res *rs, const char *type)
{
    size_t n = strnlen(type, sizeof(rs->content_type) - 1);

    memcpy(rs->content_type, type, n);
    rs->content_type[n] = '\0';
}

static void set_body(struct http_res *rs, int status, const char *content_type, const char *data,
                     size_t len, void (*release)(void *ctx), void *ctx)
{
    drop_body(rs);
    if (status)
        rs->status = status;
    set_type(rs, content_type);
    rs->data = data;
    rs->len = len;
    rs->release = release;
    rs->release_ctx = ctx;
}

void http_res_shared(struct http_res *rs, int status, const char *content_type, const char *data,
                     size_t len, void (*release)(void *ctx), void *ctx)
{
    set_body(rs, status, content_type, data, len, release, ctx);
    rs->shared = true;
}

void http_res_body(struct http_res *rs, int status, const char *content_type, char *data,
                   size_t len)
{
    set_body(rs, status, content_type, data, len, free, data);
}

void http_res_copy(struct http_res *rs, int status, const char *content_type, const char *data,
                   size_t len)
{
    char *copy = malloc(len + 1);

    if (!copy) {
        rs->no_memory = true;
        return;
    }
    if (len)
        memcpy(copy, data, len);
    copy[len] = '\0';
    http_res_body(rs, status, content_type, copy, len);
}

/* ---- large bodies ---- */

static struct spool *spool_of(const struct http_res *rs)
{
    return rs->rq && rs->rq->work ? go_on_spool(rs->rq->work) : NULL;
}

static enum status drain_to_file(void *ctx, const void *data, size_t n)
{
    struct http_res *rs = ctx;
    struct err e = {0};
    enum status st = ST_OK;

    if (!rs->file.spool)
        st = spool_open(&rs->file, spool_of(rs), &e);
    if (!st)
        st = spool_write(&rs->file, data, n, &e);
    if (st == ST_IO)
        log_msg(LOG_ERROR, "spool", "%s", e.message);
    return st;
}

void http_res_open(struct http_res *rs, struct buf *b, size_t max)
{
    buf_init(b, max);
    if (!spool_of(rs))
        return;
    b->drain = drain_to_file;
    b->drain_ctx = rs;
}

/* Appends the rest of b to the file. */
static void send_file(struct http_res *rs, int status, const char *content_type, struct buf *b)
{
    struct spool_file file;
    struct err e = {0};

    if (!b->st)
        b->st = drain_to_file(rs, b->data, b->len);
    file = rs->file;
    rs->file = (struct spool_file){0}; /* so that dropping the body does not close it */
    if (buf_status(b, &e)) {
        spool_close(&file);
        http_res_err(rs, &e);
    } else {
        set_body(rs, status, content_type, NULL, file.len, NULL, NULL);
        rs->kind = RESPONSE_FILE;
        rs->file = file;
    }
    buf_release(b);
}

void response_spool(struct http_res *rs, struct spool *s)
{
    struct spool_file file = {0};
    struct err e = {0};
    int status = rs->status;
    enum status st;

    if (rs->kind != RESPONSE_BODY || rs->shared || rs->no_memory || rs->len < SPOOL_FROM ||
        !rs->release)
        return;
    st = spool_open(&file, s, &e);
    if (!st)
        st = spool_write(&file, rs->data, rs->len, &e);
    if (st) {
        spool_close(&file);
        http_res_err(rs, &e);
        return;
    }
    drop_body(rs);
    rs->status = status;
    rs->kind = RESPONSE_FILE;
    rs->len = file.len;
    rs->file = file;
}

void http_res_buf(struct http_res *rs, int status, const char *content_type, struct buf *b)
{
    struct err e = {0};
    char *data = NULL;
    size_t len = 0;

    if (rs->file.spool && b->drain_ctx == rs) {
        send_file(rs, status, content_type, b);
        return;
    }
    if (buf_take(b, &data, &len, &e))
        http_res_err(rs, &e);
    else
        http_res_body(rs, status, content_type, data, len);
}

void http_res_etag(struct http_res *rs, const char *etag)
{
    const struct http_fields *f = rs->rq ? rs->rq->fields : NULL;
    char quoted[160];

    if (snprintf(quoted, sizeof(quoted), "\"%s\"", etag) >= (int)sizeof(quoted))
        return;
    http_res_header(rs, "ETag", quoted);
    if (!f || (rs->rq->method != HTTP_GET && rs->rq->method != HTTP_HEAD))
        return;
    for (int i = 0; i < f->count; i++)
        if (strcasecmp(f->list[i].name, "If-None-Match") == 0) {
            rs->not_modified |= etag_listed(f->list[i].value, etag, false);
            rs->not_modified_gzip |= etag_listed(f->list[i].value, etag, true);
        }
}

/* Whether the list contains the name as a whole word. */
static bool has_word(const char *list, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = list; (at = strcasestr(at, name)) != NULL; at += n)
        if ((at == list || at[-1] == ' ' || at[-1] == ',') && strchr(", ", at[n]))
            return true;
    return false;
}

void http_res_vary(struct http_res *rs, const char *field)
{
    const char *is = http_res_get_header(rs, "Vary");
    char text[160];

    if (!is)
        http_res_header(rs, "Vary", field);
    else if (!has_word(is, field) &&
             snprintf(text, sizeof(text), "%s, %s", is, field) < (int)sizeof(text))
        http_res_header(rs, "Vary", text);
}

int response_status(const struct http_res *rs)
{
    if (rs->no_memory)
        return 503;
    return rs->not_modified && rs->status == 200 ? 304 : rs->status;
}

int http_res_get(const struct http_res *rs, const char **content_type, const char **data,
                 size_t *len)
{
    int status = response_status(rs);

    *content_type = rs->no_memory ? PROBLEM_MEDIA_TYPE : rs->content_type;
    *data = rs->no_memory ? problem_no_memory : (rs->data && status != 304 ? rs->data : "");
    *len = rs->no_memory ? strlen(problem_no_memory) : (status != 304 ? rs->len : 0);
    return (rs->kind == RESPONSE_WAIT || rs->kind == RESPONSE_MOVE) && !rs->no_memory ? 0 : status;
}

/* ---- errors ---- */

void response_problem(struct http_res *rs, int kind, const char *detail, const struct err *e)
{
    const struct http_req *rq = rs->rq;
    const char *was = http_res_get_header(rs, "Vary");
    char vary[160];
    size_t len = 0;
    char *text =
        problem_text(&len, kind, detail, e, rq ? rq->path : NULL, rq ? rq->request_id : NULL);

    snprintf(vary, sizeof(vary), "%s", was ? was : "");
    drop_headers(rs);
    drop_body(rs);
    if (vary[0]) /* with another Accept there may be no error */
        http_res_header(rs, "Vary", vary);
    rs->no_memory = !text;
    if (!text)
        return;
    http_res_body(rs, problem_code(kind), PROBLEM_MEDIA_TYPE, text, len);
    http_res_header(rs, "Cache-Control", "no-store");
    if (kind == ST_QUOTA) /* unless a better time is known */
        http_res_header(rs, "Retry-After", "60");
    if (problem_code(kind) == 503)
        http_res_header(rs, "Retry-After", kind == ST_BUSY ? "2" : "5");
}

/* Removes a suggested name that the key must not know about. */
static void hide_suggestion(struct err *e, const struct http_req *rq)
{
    char *clause = strstr(e->message, "; did you mean '");

    if (clause && e->status == ST_NOT_FOUND && rq && rq->key && rq->key->names[0])
        *clause = '\0';
}

void http_res_err(struct http_res *rs, const struct err *error)
{
    struct err copy = *error, *e = &copy;
    const struct http_req *rq = rs->rq;
    const struct log_field fields[] = {
        log_str("status", status_name(e->status)),
        log_str("message", e->message),
        log_str("path", rq ? rq->path : NULL),
        log_str("request_id", rq ? rq->request_id : NULL),
    };

    hide_suggestion(e, rq);
    if (e->status == ST_FULL || e->status == ST_READONLY ||
        e->status == ST_UNAVAILABLE) /* for the client and the operator */
        log_event(LOG_ERROR, "storage", fields, 4);
    if (e->status != ST_NOMEM && e->status != ST_IO && e->status != ST_INTERNAL &&
        e->status != ST_OK) {
        response_problem(rs, (int)e->status, e->message, e);
        return;
    }
    log_event(LOG_ERROR, "fault", fields, 4);
    response_problem(rs, (int)e->status,
                     e->status == ST_NOMEM
                         ? "the server is out of memory; try again later"
                         : "a fault of the server; its log tells more under this request_id",
                     NULL);
}

/* ---- responses that come later ---- */

bool http_move(struct http_res *rs, const struct http_req *rq, enum http_lane lane)
{
    if (!rq->work || lane >= rq->lane)
        return false;
    drop_body(rs);
    rs->kind = RESPONSE_MOVE;
    rs->lane = lane;
    return true;
}

void http_res_wait(struct http_res *rs, const char *topic, int64_t deadline_ms)
{
    drop_body(rs);
    rs->kind = RESPONSE_WAIT;
    rs->deadline_ms = deadline_ms;
    (void)snprintf(rs->topic, sizeof(rs->topic), "%s", topic);
}

void http_res_stream(struct http_res *rs, const char *topic, const struct http_stream *s)
{
    drop_body(rs);
    rs->kind = RESPONSE_STREAM;
    rs->stream = *s;
    (void)snprintf(rs->topic, sizeof(rs->topic), "%s", topic);
    set_type(rs, "text/event-stream");
    http_res_header(rs, "Cache-Control", "no-cache");
    http_res_header(rs, "X-Accel-Buffering", "no");
}
