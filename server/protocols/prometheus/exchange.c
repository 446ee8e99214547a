/* exchange.c - see exchange.h. */
#include "server/protocols/prometheus/exchange.h"

#include "server/base/clock.h"
#include "server/formats/json.h"

#include <lstm/utf8.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { RESPONSE_BYTES_MAX = 64 << 20, DEPTH_MAX = 32, WARNING_BYTES_MAX = 600 };

void exchange_begin(struct exchange *x, void *app, const struct http_req *rq, struct http_res *rs)
{
    *x = (struct exchange){.app = app, .rq = rq, .rs = rs};
    buf_init(&x->warning, 8 * EXCHANGE_WARNINGS_MAX * WARNING_BYTES_MAX);
}

void exchange_end(struct exchange *x)
{
    buf_release(&x->warning);
}

/* ---- errors ---- */

/* The kind of an error, as Prometheus names it. */
static const char *kind_of(int status)
{
    switch (status) {
    case 400:
        return "bad_data";
    case 404:
        return "not_found";
    case 503:
        return "timeout";
    default:
        return "execution";
    }
}

static void send_error(struct exchange *x, int status, const char *text, const char *after)
{
    struct buf b;

    x->over = true;
    buf_init(&b, 16384);
    buf_printf(&b, "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":", kind_of(status));
    buf_put_json_string(&b, text);
    buf_puts(&b, "}\n");
    http_res_buf(x->rs, status, "application/json", &b);
    if (after)
        http_res_header(x->rs, "Retry-After", after);
}

void exchange_refuse(struct exchange *x, const struct err *e)
{
    int status = http_status_code(e->status);

    if (e->status == ST_INVALID) /* what a client writes wrongly is 400 there */
        status = 400;
    if (status >= 500 && e->status != ST_BUSY) {
        x->over = true;
        http_res_err(x->rs, e); /* logs it, and hides what is not for clients */
    } else {
        send_error(x, status, e->message, e->status == ST_BUSY ? "1" : NULL);
    }
}

void exchange_warn(struct exchange *x, const char *format, ...)
{
    char text[WARNING_BYTES_MAX];
    va_list args;

    if (x->num_warnings++ >= EXCHANGE_WARNINGS_MAX)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    utf8_scrub(text); /* it may be cut inside of a character */
    buf_puts(&x->warning, x->num_warnings > 1 ? "," : "");
    buf_put_json_string(&x->warning, text);
}

bool exchange_goes_on(struct exchange *x)
{
    struct err e = {0};

    if (x->over)
        return false;
    if (http_go_on(x->rq, &e)) {
        exchange_refuse(x, &e);
    } else if (x->deadline && clock_monotonic_ms() > x->deadline) {
        err_set(&e, ST_BUSY, "the query took longer than its timeout");
        exchange_refuse(x, &e);
    }
    return !x->over;
}

/* ---- requests to the API ---- */

static void handle_refusal(struct exchange *x, const struct http_reply *a, enum exchange_care care)
{
    cJSON *problem = cJSON_ParseWithLength(a->data, a->len);
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(problem, "detail");
    const char *text = cJSON_IsString(detail) ? detail->valuestring : "an error";
    const char *after = http_reply_header(a, "Retry-After");
    bool all = a->status == 401 || a->status == 429 || a->status >= 500;

    if (care == CARE_STOP || all)
        send_error(x, a->status, text, after);
    else if (care == CARE_WARN)
        exchange_warn(x, "%s", text);
    cJSON_Delete(problem);
}

bool exchange_ask(struct http_reply *out, struct exchange *x, const struct http_inner *in,
                  enum exchange_care care)
{
    if (!exchange_goes_on(x))
        return false;
    if (!http_inner_ask(out, x->app, x->rq, x->rs, in)) {
        x->over = true;
        return false;
    }
    if (out->status == 200)
        return true;
    handle_refusal(x, out, care);
    return false;
}

cJSON *exchange_json(struct exchange *x, const struct http_inner *in, enum exchange_care care)
{
    struct http_reply a = {0};
    struct err e = {0};
    cJSON *json = NULL;

    if (exchange_ask(&a, x, in, care) && json_read(&json, a.data, a.len, DEPTH_MAX, &e))
        exchange_refuse(x, &e);
    http_reply_release(&a);
    return json;
}

/* ---- success ---- */

void exchange_open(struct exchange *x, struct buf *b)
{
    http_res_open(x->rs, b, RESPONSE_BYTES_MAX);
    buf_puts(b, "{\"status\":\"success\",\"data\":");
}

void exchange_send(struct exchange *x, struct buf *b)
{
    if (x->over) {
        buf_release(b);
        return;
    }
    if (x->warning.len) {
        buf_puts(b, ",\"warnings\":[");
        buf_add(b, x->warning.data, x->warning.len);
        buf_puts(b, "]");
    }
    buf_puts(b, "}\n");
    x->over = true;
    http_res_buf(x->rs, 200, "application/json", b);
}
