/* influx.c - see influx.h. */
#include "server/protocols/influx/influx.h"

#include "server/api/api.h"
#include "server/base/clock.h"
#include "server/base/version.h"
#include "server/formats/json.h"
#include "server/http/inner.h"
#include "server/protocols/api_route.h"
#include "server/protocols/influx/feed.h"

#include <lstm/utf8.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 32, BODY_BYTES_MAX = 64 << 20, MESSAGE_BYTES_MAX = 8192 };
static const char new_column[] = "value";

/* A request to write. */
struct writing {
    struct app *app;
    const struct http_req *rq;
    struct http_res *rs;
    bool v1;
    bool over; /* the response was made, or comes later */
    struct feed feed;
    int made; /* new data sets */
};

/* A data set that rows go to. */
struct target {
    const char *name;
    bool exists;
    char column[256];
    char frequency[24]; /* of a new one */
    int64_t step, phase;
    bool days;
};

/* ---- responses ---- */

/* InfluxDB's name of a status. */
static const char *code_of(int status)
{
    switch (status) {
    case 401:
        return "unauthorized";
    case 403:
        return "forbidden";
    case 404:
        return "not found";
    case 413:
        return "request too large";
    case 429:
        return "too many requests";
    case 503:
        return "unavailable";
    default:
        return "invalid";
    }
}

/* Sends an error; line 0: of no line. text need not be UTF-8. */
static void send_error(struct writing *w, int status, const char *text, long line,
                       const char *after)
{
    char *clean = strdup(text);
    struct err e = {0};
    struct buf b;

    w->over = true;
    if (!clean) {
        err_nomem(&e, strlen(text));
        http_res_err(w->rs, &e);
        return;
    }
    utf8_scrub(clean);
    buf_init(&b, 8 * MESSAGE_BYTES_MAX);
    buf_printf(&b, w->v1 ? "{\"error\":" : "{\"code\":\"%s\",\"message\":", code_of(status));
    buf_put_json_string(&b, clean);
    if (!w->v1 && line)
        buf_printf(&b, ",\"line\":%ld", line);
    buf_puts(&b, "}\n");
    free(clean);
    http_res_buf(w->rs, status, "application/json", &b);
    http_res_header(w->rs, "X-Influxdb-Version", LSTMD_VERSION);
    if (after)
        http_res_header(w->rs, "Retry-After", after);
}

static void refuse(struct writing *w, const struct err *e)
{
    int status = http_status_code(e->status);

    if (e->status == ST_INVALID)
        status = 400;
    if (status >= 500) {
        w->over = true;
        http_res_err(w->rs, e); /* logs it and hides what is not for clients */
    } else {
        send_error(w, status, e->message, 0, NULL);
    }
}

/* Sends the result: everything was written, or which lines were not. */
static void send_result(struct writing *w)
{
    const struct feed *b = &w->feed;
    char text[MESSAGE_BYTES_MAX];

    if (w->over)
        return;
    if (!b->faults) {
        http_res_status(w->rs, 204);
        http_res_header(w->rs, "X-Influxdb-Version", LSTMD_VERSION);
        return;
    }
    (void)snprintf(text, sizeof(text), "partial write: %ld of %ld lines: %s%s", b->faults, b->lines,
                   b->fault_text.data ? b->fault_text.data : "",
                   b->faults > FEED_FAULTS_SHOWN ? "; and others" : "");
    send_error(w, 400, text, b->first_fault, NULL);
}

/* ---- requests to the API ---- */

static void note(struct writing *w, int from, int end, const char *name, const char *reason)
{
    char text[600];
    long first = w->feed.rows[from].line;

    for (int i = from; i < end; i++)
        if (w->feed.rows[i].line < first)
            first = w->feed.rows[i].line;
    (void)snprintf(text, sizeof(text), "data set '%s': %s", name, reason);
    feed_fault(&w->feed, first, end - from, text);
}

/* Handles a refusal of the API: one of the data set is noted; others end the request, which the
 * client may send again. */
static void handle_refusal(struct writing *w, const struct http_reply *a, const char *name,
                           int from, int end)
{
    cJSON *problem = cJSON_ParseWithLength(a->data, a->len);
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(problem, "detail");
    const char *text = cJSON_IsString(detail) ? detail->valuestring : "an error";
    const char *after = http_reply_header(a, "Retry-After");

    if (a->status == 401 || a->status == 403 || a->status == 429 || a->status >= 500)
        send_error(w, a->status, text, 0, after);
    else
        note(w, from, end, name, text);
    cJSON_Delete(problem);
}

/* Asks; false: it comes later, or the request has no more time. */
static bool ask(struct http_reply *out, struct writing *w, const struct http_inner *in)
{
    struct err e = {0};

    if (http_go_on(w->rq, &e)) {
        refuse(w, &e);
        return false;
    }
    if (http_inner_ask(out, w->app, w->rq, w->rs, in))
        return true;
    w->over = true;
    return false;
}

/* ---- the data set of rows ---- */

/* Sets step and phase by the data set's series. Returns why lines cannot be aligned, or NULL. */
static const char *align(struct target *t, const cJSON *series)
{
    const cJSON *frequency = cJSON_GetObjectItemCaseSensitive(series, "frequency");
    const cJSON *start = cJSON_GetObjectItemCaseSensitive(series, "start");
    struct frequency f = {FREQ_INDEX, 1};
    struct timestamp first;

    if (cJSON_IsString(frequency) && frequency_parse(&f, frequency->valuestring, NULL))
        f.unit = FREQ_INDEX;
    if (f.unit != FREQ_S && f.unit != FREQ_MIN && f.unit != FREQ_H && f.unit != FREQ_D)
        return "lines are written only into data sets of seconds, minutes, hours or days";
    t->days = f.unit == FREQ_D;
    t->step = frequency_step(f) * (t->days ? 86400 : 1);
    if (cJSON_IsString(start) &&
        !timestamp_parse(&first, start->valuestring, strlen(start->valuestring), NULL))
        t->phase = first.seconds;
    return NULL;
}

/* Reads the description of a data set that exists. Returns why lines cannot be written, or NULL. */
static const char *describe(struct target *t, const cJSON *d)
{
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(d, "kind");
    const cJSON *columns = cJSON_GetObjectItemCaseSensitive(d, "columns");
    const cJSON *covariates = cJSON_GetObjectItemCaseSensitive(d, "covariates");
    const cJSON *column = cJSON_GetArrayItem(columns, 0);

    if (!cJSON_IsString(kind) || strcmp(kind->valuestring, "series") != 0)
        return "it holds no series";
    if (cJSON_GetArraySize(columns) != 1 || cJSON_GetArraySize(covariates) != 0 ||
        !cJSON_IsString(column))
        return "it has several columns";
    t->exists = true;
    (void)snprintf(t->column, sizeof(t->column), "%s", column->valuestring);
    return align(t, cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(d, "series"), 0));
}

static void plan_new(struct writing *w, struct target *t)
{
    int64_t step = w->app->config->influx_step_seconds;
    const char *unit = step % 3600 == 0 ? "h" : step % 60 == 0 ? "min" : "s";

    t->step = step;
    (void)snprintf(t->column, sizeof(t->column), "%s", new_column);
    (void)snprintf(t->frequency, sizeof(t->frequency), "%lld%s",
                   (long long)(step % 3600 == 0 ? step / 3600
                               : step % 60 == 0 ? step / 60
                                                : step),
                   unit);
}

/* Finds out about the data set; false: its rows are not written. */
static bool find_target(struct writing *w, struct target *t, int from, int end)
{
    const struct http_pair limit = {"series_limit", "1"};
    const struct http_inner in = {.route = api_route(HTTP_GET, "/v1/datasets/{name}"),
                                  .param = {t->name},
                                  .query = &limit,
                                  .num_query = 1};
    struct http_reply a = {0};
    const char *reason = NULL;
    struct err e = {0};
    cJSON *d = NULL;
    bool fine = false;

    if (ask(&a, w, &in)) {
        if (a.status == 404) {
            plan_new(w, t);
            reason =
                w->made < INFLUX_NEW_MAX ? NULL : "one request makes at most 100 new data sets";
            fine = true;
        } else if (a.status != 200) {
            handle_refusal(w, &a, t->name, from, end);
        } else if (json_read(&d, a.data, a.len, DEPTH_MAX, &e)) {
            refuse(w, &e);
        } else {
            reason = describe(t, d);
            fine = true;
        }
    }
    if (reason)
        note(w, from, end, t->name, reason);
    cJSON_Delete(d);
    http_reply_release(&a);
    return fine && !reason;
}

/* ---- rows ---- */

static void send_rows(struct writing *w, struct target *t, const struct buf *body, int from,
                      int end)
{
    const struct http_pair query[] = {
        {"time", "time"},
        {"id", "series"},
        {"target", t->column},
        {t->exists ? "on_conflict" : "frequency", t->exists ? "replace" : t->frequency}};
    const struct http_inner in = {
        .route =
            api_route(HTTP_POST, t->exists ? "/v1/datasets/{name}/rows" : "/v1/datasets/{name}"),
        .param = {t->name},
        .query = query,
        .num_query = 4,
        .body = body->data,
        .body_len = body->len,
        .content_type = "application/jsonl"};
    struct http_reply a = {0};
    bool again = false;

    if (ask(&a, w, &in)) {
        again = a.status == 409 && !t->exists; /* another request has just made it */
        w->made += a.status == 201;
        if (a.status != 200 && a.status != 201 && !again)
            handle_refusal(w, &a, t->name, from, end);
    }
    http_reply_release(&a);
    if (again) {
        t->exists = true;
        send_rows(w, t, body, from, end);
    }
}

/* Writes the rows of one data set. */
static void write_rows(struct writing *w, int from, int end)
{
    struct target t = {.name = feed_text(&w->feed, w->feed.rows[from].dataset)};
    struct err e = {0};
    struct buf body;

    if (!find_target(w, &t, from, end))
        return;
    buf_init(&body, BODY_BYTES_MAX);
    feed_put(&body, &w->feed, from, end, t.step, t.phase, t.days, t.column, t.name);
    if (buf_status(&body, &e))
        refuse(w, &e);
    else
        send_rows(w, &t, &body, from, end);
    buf_release(&body);
}

/* ---- the request ---- */

static enum status read_precision(enum influx_precision *out, const struct http_req *rq,
                                  struct err *e)
{
    static const struct {
        const char *name;
        enum influx_precision means;
    } names[] = {{"ns", PRECISION_NS}, {"n", PRECISION_NS},  {"us", PRECISION_US},
                 {"u", PRECISION_US},  {"ms", PRECISION_MS}, {"s", PRECISION_S},
                 {"m", PRECISION_MIN}, {"h", PRECISION_H}};
    const char *text = http_query(rq, "precision");

    *out = PRECISION_NS;
    for (size_t i = 0; text && *text && i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(text, names[i].name) == 0) {
            *out = names[i].means;
            return ST_OK;
        }
    if (!text || !*text)
        return ST_OK;
    return err_set(e, ST_INVALID, "precision is '%.20s'; it is ns, us, ms or s", text);
}

static void write_all(struct writing *w, const char *bucket)
{
    enum influx_precision precision;
    struct err e = {0};
    enum status st = read_precision(&precision, w->rq, &e);

    if (!st && (!bucket || !*bucket))
        st = err_set(&e, ST_INVALID, "the parameter '%s' is needed", w->v1 ? "db" : "bucket");
    if (!st)
        st = feed_read(&w->feed, w->rq->body, w->rq->body_len, bucket, precision, clock_ms() / 1000,
                       &e);
    if (st) {
        refuse(w, &e);
        return;
    }
    feed_sort(&w->feed);
    for (int from = 0, end; from < w->feed.count && !w->over; from = end) {
        end = feed_end(&w->feed, from);
        write_rows(w, from, end);
    }
    send_result(w);
}

static void answer_write(void *app, const struct http_req *rq, struct http_res *rs, bool v1)
{
    struct writing w = {.app = app, .rq = rq, .rs = rs, .v1 = v1};

    feed_init(&w.feed);
    write_all(&w, http_query(rq, v1 ? "db" : "bucket"));
    feed_release(&w.feed);
}

void influx_write_v2(void *app, const struct http_req *rq, struct http_res *rs)
{
    answer_write(app, rq, rs, false);
}

void influx_write_v1(void *app, const struct http_req *rq, struct http_res *rs)
{
    answer_write(app, rq, rs, true);
}

void influx_ping(void *app, const struct http_req *rq, struct http_res *rs)
{
    (void)app;
    (void)rq;
    http_res_status(rs, 204);
    http_res_header(rs, "X-Influxdb-Version", LSTMD_VERSION);
}

void influx_health(void *app, const struct http_req *rq, struct http_res *rs)
{
    static const char text[] = "{\"name\":\"lstmd\",\"message\":\"ready for writes\",\"status\":"
                               "\"pass\",\"checks\":[],\"version\":\"" LSTMD_VERSION "\"}\n";

    (void)app;
    (void)rq;
    http_res_copy(rs, 200, "application/json", text, strlen(text));
}
