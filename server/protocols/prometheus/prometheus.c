/* prometheus.c - see prometheus.h. */
#include "server/protocols/prometheus/prometheus.h"

#include "server/base/clock.h"
#include "server/base/version.h"
#include "server/http/form_fields.h"
#include "server/protocols/prometheus/instant.h"
#include "server/protocols/prometheus/points.h"

#include <lstm/number.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SELECTORS_MAX = 64 };

/* A request for the values of an expression. */
struct query {
    struct exchange x;
    struct form_fields fields;
    struct expression what;
    bool range;
    int64_t start, end, step; /* ms; an instant has start = end */
};

/* ---- writing ---- */

static void put_value(struct buf *b, double v)
{
    char text[NUMBER_TEXT_MAX];

    if (isnan(v) || isinf(v)) {
        buf_puts(b, isnan(v) ? "\"NaN\"" : v > 0 ? "\"+Inf\"" : "\"-Inf\"");
        return;
    }
    (void)number_text(text, v);
    buf_printf(b, "\"%s\"", text);
}

static void put_point(struct buf *b, int64_t ms, double v)
{
    buf_puts(b, "[");
    instant_put(b, ms);
    buf_puts(b, ",");
    put_value(b, v);
    buf_puts(b, "]");
}

static void put_labels(struct buf *b, const struct catalog_entry *c)
{
    bool first = true;

    buf_puts(b, "{");
    for (const char *const *l = catalog_labels; *l; l++) {
        const char *value = catalog_label(c, *l);

        if (!value[0])
            continue;
        buf_printf(b, "%s\"%s\":", first ? "" : ",", *l);
        buf_put_json_string(b, value);
        first = false;
    }
    buf_puts(b, "}");
}

/* ---- query, query_range ---- */

/* A field that must be there, unless it has a default. */
static enum status need(const char **out, const struct form_fields *f, const char *name,
                        struct err *e)
{
    *out = form_field(f, name);
    if (*out && **out)
        return ST_OK;
    err_set(e, ST_INVALID, "the parameter '%s' is needed", name);
    return err_at(e, "?%s", name);
}

static enum status read_timeout(struct query *q, struct err *e)
{
    const char *text = form_field(&q->fields, "timeout");
    int64_t ms = 0;
    enum status st = text && *text ? duration_read(&ms, text, "timeout", e) : ST_OK;

    q->x.deadline = ms ? clock_monotonic_ms() + ms : 0;
    return st;
}

static enum status read_instant(struct query *q, struct err *e)
{
    const char *text = form_field(&q->fields, "time");
    enum status st = ST_OK;

    q->start = clock_ms();
    if (text && *text)
        st = instant_read(&q->start, text, "time", e);
    q->end = q->start;
    q->step = 1;
    return st;
}

static enum status read_range(struct query *q, struct err *e)
{
    const char *start, *end, *step;
    enum status st = need(&start, &q->fields, "start", e);

    if (!st)
        st = need(&end, &q->fields, "end", e);
    if (!st)
        st = need(&step, &q->fields, "step", e);
    if (!st)
        st = instant_read(&q->start, start, "start", e);
    if (!st)
        st = instant_read(&q->end, end, "end", e);
    if (!st)
        st = duration_read(&q->step, step, "step", e);
    if (!st && q->end < q->start)
        return err_set(e, ST_INVALID, "the end is before the start");
    if (!st && (q->end - q->start) / q->step > PROMETHEUS_POINTS_MAX)
        return err_set(e, ST_INVALID,
                       "the range has %lld points; a series has at most %d: choose a longer step",
                       (long long)((q->end - q->start) / q->step), PROMETHEUS_POINTS_MAX);
    return st;
}

/* Begins a request; false when it is refused. */
static bool query_begin(struct query *q, void *app, const struct http_req *rq, struct http_res *rs,
                        bool range)
{
    struct err e = {0};
    const char *text;
    enum status st;

    memset(q, 0, sizeof(*q));
    exchange_begin(&q->x, app, rq, rs);
    q->range = range;
    st = form_fields_read(&q->fields, rq, &e);
    if (!st)
        st = need(&text, &q->fields, "query", &e);
    if (!st)
        st = range ? read_range(q, &e) : read_instant(q, &e);
    if (!st)
        st = read_timeout(q, &e);
    if (!st)
        st = expression_read(&q->what, text, &e);
    if (st)
        exchange_refuse(&q->x, &e);
    return !st;
}

static void query_end(struct query *q)
{
    selector_release(&q->what.selector);
    form_fields_release(&q->fields);
    exchange_end(&q->x);
}

static void send_number(struct query *q)
{
    struct buf b;

    exchange_open(&q->x, &b);
    if (!q->range) {
        buf_puts(&b, "{\"resultType\":\"scalar\",\"result\":");
        put_point(&b, q->start, q->what.number);
    } else {
        buf_puts(&b, "{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[");
        for (int64_t t = q->start; t <= q->end; t += q->step) {
            buf_puts(&b, t > q->start ? "," : "");
            put_point(&b, t, q->what.number);
        }
        buf_puts(&b, "]}]");
    }
    buf_puts(&b, "}");
    exchange_send(&q->x, &b);
}

/* Appends the values of one series, if there are any; returns whether. */
static bool put_series(struct buf *b, const struct query *q, const struct points *s,
                       const struct catalog_entry *c, bool first)
{
    enum forecast_part part = c->kind == METRIC_PREDICTED ? c->part : PART_MEAN;
    bool any = false;
    int next = 0;

    for (int64_t t = q->start; t <= q->end; t += q->step) {
        const struct point *at = points_at(s, part, t, &next);

        if (!at)
            continue;
        if (!any) {
            buf_puts(b, first ? "{\"metric\":" : ",{\"metric\":");
            put_labels(b, c);
            buf_puts(b, q->range ? ",\"values\":[" : ",\"value\":");
        } else {
            buf_puts(b, ",");
        }
        put_point(b, t, at->value);
        any = true;
    }
    if (any)
        buf_puts(b, q->range ? "]}" : "}");
    return any;
}

static void send_catalog(struct query *q, const struct catalog *c)
{
    struct points s = {.from = q->start, .to = q->end};
    bool first = true;
    struct buf b;

    exchange_open(&q->x, &b);
    buf_printf(&b, "{\"resultType\":\"%s\",\"result\":[", q->range ? "matrix" : "vector");
    for (int i = 0; i < c->count && exchange_goes_on(&q->x); i++) {
        points_read(&s, &q->x, &c->items[i]);
        if (!q->x.over && put_series(&b, q, &s, &c->items[i], first))
            first = false;
    }
    buf_puts(&b, "]}");
    exchange_send(&q->x, &b);
    points_release(&s);
}

static void send_selected(struct query *q)
{
    struct catalog c = {0};
    struct err e = {0};

    catalog_read(&c, &q->x, &q->what.selector, 1, true);
    if (!q->x.over && c.count > PROMETHEUS_QUERY_SERIES_MAX) {
        err_set(&e, ST_INVALID,
                "the selector chooses %d series; a query reads at most %d: name the metric, or "
                "the series",
                c.count, PROMETHEUS_QUERY_SERIES_MAX);
        exchange_refuse(&q->x, &e);
    }
    if (!q->x.over)
        send_catalog(q, &c);
    catalog_release(&c);
}

static void answer_query(void *app, const struct http_req *rq, struct http_res *rs, bool range)
{
    struct query q;

    if (query_begin(&q, app, rq, rs, range)) {
        if (q.what.is_number)
            send_number(&q);
        else
            send_selected(&q);
    }
    query_end(&q);
}

void prometheus_query(void *app, const struct http_req *rq, struct http_res *rs)
{
    answer_query(app, rq, rs, false);
}

void prometheus_query_range(void *app, const struct http_req *rq, struct http_res *rs)
{
    answer_query(app, rq, rs, true);
}

/* ---- series, labels, values of a label ---- */

/* A request about what there is. */
struct survey {
    struct exchange x;
    struct form_fields fields;
    struct selector list[SELECTORS_MAX];
    int n;
    int64_t limit; /* most items of the response */
    struct catalog found;
};

static enum status read_limit(struct survey *s, struct err *e)
{
    const char *text = form_field(&s->fields, "limit");
    char *end;
    long long n = 0;

    s->limit = INT64_MAX;
    if (!text || !*text)
        return ST_OK;
    n = strtoll(text, &end, 10);
    if (*end || n < 0) {
        err_set(e, ST_MALFORMED, "limit is '%.40s'; it is a whole number, and 0 is none", text);
        return err_at(e, "?limit");
    }
    s->limit = n ? n : INT64_MAX;
    return ST_OK;
}

static enum status read_selectors(struct survey *s, struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->fields.count; i++)
        if (strcmp(s->fields.list[i].name, "match[]") == 0)
            st = selector_read(&s->list[s->n++], s->fields.list[i].value, e);
    return st;
}

/* Begins a request, and finds what it is about. Without selectors, that is everything, unless one
 * is needed. series: the series are needed too. False when it is over. */
static bool survey_begin(struct survey *s, void *app, const struct http_req *rq,
                         struct http_res *rs, bool needs_selector, bool series)
{
    struct err e = {0};
    enum status st;

    memset(s, 0, sizeof(*s));
    exchange_begin(&s->x, app, rq, rs);
    st = form_fields_read(&s->fields, rq, &e);
    if (!st)
        st = read_limit(s, &e);
    if (!st)
        st = read_selectors(s, &e);
    if (!st && !s->n && needs_selector)
        st = err_set(&e, ST_INVALID, "the parameter 'match[]' is needed: a selector");
    if (!st && !s->n)
        st = selector_read(&s->list[s->n++], "{__name__=~\".+\"}", &e);
    if (st) {
        exchange_refuse(&s->x, &e);
        return false;
    }
    for (int i = 0; i < s->n; i++)
        series = series || selector_names(&s->list[i], "series");
    catalog_read(&s->found, &s->x, s->list, s->n, series);
    return !s->x.over;
}

static void survey_end(struct survey *s)
{
    for (int i = 0; i < s->n; i++)
        selector_release(&s->list[i]);
    catalog_release(&s->found);
    form_fields_release(&s->fields);
    exchange_end(&s->x);
}

void prometheus_series(void *app, const struct http_req *rq, struct http_res *rs)
{
    struct survey *s = malloc(sizeof(*s));
    struct err e = {0};
    struct buf b;

    if (!s) {
        err_nomem(&e, sizeof(*s));
        http_res_err(rs, &e);
        return;
    }
    if (survey_begin(s, app, rq, rs, true, true)) {
        exchange_open(&s->x, &b);
        buf_puts(&b, "[");
        for (int i = 0; i < s->found.count && i < s->limit; i++) {
            buf_puts(&b, i ? "," : "");
            put_labels(&b, &s->found.items[i]);
        }
        buf_puts(&b, "]");
        exchange_send(&s->x, &b);
    }
    survey_end(s);
    free(s);
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sends texts, sorted and each once; the empty one is left out. */
static void send_texts(struct survey *s, const char **texts, int n)
{
    const char *before = "";
    int64_t sent = 0;
    struct buf b;

    qsort(texts, (size_t)n, sizeof(*texts), compare_texts);
    exchange_open(&s->x, &b);
    buf_puts(&b, "[");
    for (int i = 0; i < n && sent < s->limit; i++) {
        if (strcmp(texts[i], before) == 0)
            continue;
        buf_puts(&b, sent++ ? "," : "");
        buf_put_json_string(&b, texts[i]);
        before = texts[i];
    }
    buf_puts(&b, "]");
    exchange_send(&s->x, &b);
}

/* Answers with the values of the label, or with label NULL by the names of labels. */
static void send_labels(void *app, const struct http_req *rq, struct http_res *rs,
                        const char *label)
{
    struct survey *s = malloc(sizeof(*s));
    const char **texts = NULL;
    bool series = label && strcmp(label, "series") == 0;
    struct err e = {0};
    int n = 0;

    if (!s) {
        err_nomem(&e, sizeof(*s));
        http_res_err(rs, &e);
        return;
    }
    if (survey_begin(s, app, rq, rs, false, series))
        texts = calloc((size_t)s->found.count * 5 + 1, sizeof(*texts));
    if (!texts && !s->x.over) {
        err_nomem(&e, 0);
        exchange_refuse(&s->x, &e);
    }
    for (int i = 0; texts && i < s->found.count; i++) {
        const struct catalog_entry *c = &s->found.items[i];

        if (label)
            texts[n++] = catalog_label(c, label);
        for (const char *const *l = catalog_labels; !label && *l; l++)
            if (catalog_label(c, *l)[0] || strcmp(*l, "series") == 0)
                texts[n++] = *l;
    }
    if (texts)
        send_texts(s, texts, n);
    free(texts);
    survey_end(s);
    free(s);
}

void prometheus_labels(void *app, const struct http_req *rq, struct http_res *rs)
{
    send_labels(app, rq, rs, NULL);
}

void prometheus_label_values(void *app, const struct http_req *rq, struct http_res *rs)
{
    send_labels(app, rq, rs, rq->param[0]);
}

/* ---- the server ---- */

static void send_data(void *app, const struct http_req *rq, struct http_res *rs, const char *data)
{
    struct exchange x;
    struct buf b;

    exchange_begin(&x, app, rq, rs);
    exchange_open(&x, &b);
    buf_puts(&b, data);
    exchange_send(&x, &b);
    exchange_end(&x);
}

void prometheus_exemplars(void *app, const struct http_req *rq, struct http_res *rs)
{
    send_data(app, rq, rs, "[]");
}

void prometheus_metadata(void *app, const struct http_req *rq, struct http_res *rs)
{
    send_data(app, rq, rs, "{}");
}

void prometheus_buildinfo(void *app, const struct http_req *rq, struct http_res *rs)
{
    send_data(app, rq, rs,
              "{\"application\":\"lstmd\",\"version\":\"" LSTMD_VERSION "\",\"revision\":\"\","
              "\"branch\":\"\",\"buildUser\":\"\",\"buildDate\":\"\",\"goVersion\":\"\"}");
}
