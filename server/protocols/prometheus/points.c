/* points.c - see points.h. */
#include "server/protocols/prometheus/points.h"

#include "server/api/api.h"
#include "server/protocols/api_route.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The stored rows of one series of a data set. */
struct history {
    struct http_reply reply; /* JSON, which the API reads as a history too */
    struct series_set set;
    const struct series *series; /* the only one of set; NULL: there are no rows with times */
};

/* ---- adding ---- */

static int64_t time_of(const struct timeline *t, int64_t row)
{
    return timeline_stamp(t, row).seconds * 1000;
}

static int64_t end_of(const struct timeline *t, int64_t row)
{
    int64_t lookback = time_of(t, row) + LOOKBACK_MS, next = time_of(t, row + 1);

    return next > lookback ? next : lookback;
}

static void add(struct points *s, struct exchange *x, enum forecast_part part,
                const struct timeline *t, int64_t row, double value)
{
    const struct point one = {time_of(t, row), end_of(t, row), value};
    struct err e = {0};

    if (isnan(value) || one.until <= s->from || one.at > s->to || x->over)
        return;
    if (s->count[part] == s->cap[part]) {
        int cap = s->cap[part] ? 2 * s->cap[part] : 256;
        struct point *more = realloc(s->list[part], (size_t)cap * sizeof(*more));

        if (!more) {
            err_nomem(&e, (size_t)cap * sizeof(*more));
            exchange_refuse(x, &e);
            return;
        }
        s->list[part] = more;
        s->cap[part] = cap;
    }
    s->list[part][s->count[part]++] = one;
}

/* ---- the history ---- */

static void history_release(struct history *h)
{
    http_reply_release(&h->reply);
    series_set_release(&h->set);
}

static void parse_history(struct history *h, struct exchange *x, const struct catalog_entry *c)
{
    const struct app *app = x->app;
    const struct json_body_options options = {.default_id = c->row, .limits = &app->limits};
    struct json_body body = {0};
    struct err e = {0};
    enum status st = json_body_read(&body, &options, h->reply.data, h->reply.len, &e);

    if (!st)
        st = json_body_series(&h->set, &body, &e);
    json_body_release(&body);
    if (st) {
        exchange_refuse(x, &e);
        return;
    }
    if (h->set.count == 1 && h->set.items[0].length > 0 &&
        h->set.items[0].time.frequency.unit != FREQ_INDEX)
        h->series = &h->set.items[0];
    else
        exchange_warn(x, "series '%.100s' of data set '%s' has no rows with times", c->row,
                      c->dataset);
}

static void read_history(struct history *h, struct exchange *x, const struct catalog_entry *c)
{
    const struct http_pair query = {"series", c->row};
    const struct http_inner in = {.route = api_route(HTTP_GET, "/v1/datasets/{name}/data"),
                                  .param = {c->dataset},
                                  .query = &query,
                                  .num_query = 1,
                                  .accept = "application/json"};

    if (exchange_ask(&h->reply, x, &in, CARE_WARN))
        parse_history(h, x, c);
}

static void add_actual(struct points *s, struct exchange *x, const struct history *h, int column)
{
    const struct series *rows = h->series;

    for (int i = 0; i < rows->length; i++)
        add(s, x, PART_MEAN, &rows->time, i,
            rows->values[(size_t)i * (size_t)h->set.num_columns + (size_t)column]);
}

/* ---- responses of models ---- */

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* The object of the series in a response, or NULL. */
static const cJSON *find_series(const cJSON *response, const char *id)
{
    const cJSON *one;

    cJSON_ArrayForEach(one, member(response, "series"))
    {
        const cJSON *its = member(one, "id");

        if (cJSON_IsString(its) && strcmp(its->valuestring, id) == 0)
            return one;
    }
    return NULL;
}

static double number_of(const cJSON *v)
{
    return v && cJSON_IsNumber(v) ? v->valuedouble : NAN;
}

/* The row of the first time of a response, which is written as the data set's times are. At most
 * the first one after the history; -1: it is none of them. */
static int64_t first_row(const struct history *h, const cJSON *series)
{
    const cJSON *first = cJSON_GetArrayItem(member(series, "time"), 0);
    char text[TIME_TEXT_MAX];

    for (int64_t row = h->series->length; cJSON_IsString(first) && row >= 0; row--)
        if (strcmp(timeline_text(text, &h->series->time, row), first->valuestring) == 0)
            return row;
    return -1;
}

/* Adds three lists as the parts of a forecast, of rows before `end`. */
static void add_parts(struct points *s, struct exchange *x, const struct history *h, int64_t row,
                      int64_t end, const cJSON *const lists[FORECAST_PARTS])
{
    for (int p = 0; p < FORECAST_PARTS; p++) {
        const cJSON *v;
        int64_t at = row;

        cJSON_ArrayForEach(v, lists[p])
        {
            if (at < end)
                add(s, x, (enum forecast_part)p, &h->series->time, at, number_of(v));
            at++;
        }
    }
}

/* ---- anomalies: each recent row beside its forecast of one step ---- */

/* How many rows at the end of the history are asked about: those that count in the range, but not
 * more than the API answers at once. */
static int64_t rows_asked(const struct points *s, const struct history *h)
{
    int64_t n = 0, length = h->series->length, most = HISTORY_VALUES_MAX / length;

    most = most < ANOMALIES_MAX ? most : ANOMALIES_MAX;
    while (n < most && n < length && end_of(&h->series->time, length - 1 - n) > s->from)
        n++;
    return time_of(&h->series->time, length - n) > s->to ? 0 : n;
}

/* Makes the request of the history's JSON, whose last brace is replaced. */
static enum status anomalies_body(struct buf *b, const struct history *h, int64_t last,
                                  struct err *e)
{
    const char *end = memrchr(h->reply.data, '}', h->reply.len);

    buf_init(b, h->reply.len + 100);
    buf_add(b, h->reply.data, end ? (size_t)(end - h->reply.data) : 0);
    buf_printf(b, ",\"level\":95,\"last\":%lld}", (long long)last);
    return buf_status(b, e);
}

static cJSON *ask_anomalies(struct exchange *x, const struct history *h,
                            const struct catalog_entry *c, int64_t last)
{
    struct http_inner in = {.route = api_route(HTTP_POST, "/v1/models/{name}/anomalies"),
                            .param = {c->model},
                            .content_type = "application/json"};
    struct buf b;
    struct err e = {0};
    cJSON *found = NULL;

    if (anomalies_body(&b, h, last, &e)) {
        exchange_refuse(x, &e);
    } else {
        in.body = b.data;
        in.body_len = b.len;
        found = exchange_json(x, &in, CARE_WARN);
    }
    buf_release(&b);
    return found;
}

static void add_flags(struct points *s, struct exchange *x, const struct history *h,
                      const cJSON *series, int64_t row)
{
    const cJSON *value, *lower = member(series, "lower"), *upper = member(series, "upper");

    lower = lower ? lower->child : NULL;
    upper = upper ? upper->child : NULL;
    cJSON_ArrayForEach(value, member(series, "value"))
    {
        double v = number_of(value), low = number_of(lower), high = number_of(upper);

        if (!isnan(v) && !isnan(low) && !isnan(high))
            add(s, x, PART_MEAN, &h->series->time, row, v < low ? -1 : v > high);
        row++;
        lower = lower ? lower->next : NULL;
        upper = upper ? upper->next : NULL;
    }
}

/* Adds the forecasts of one step, up to row `end`, or what lies outside of them. */
static void add_recent(struct points *s, struct exchange *x, const struct history *h,
                       const struct catalog_entry *c, int64_t end)
{
    int64_t last = rows_asked(s, h), row;
    cJSON *found;
    const cJSON *series;

    if (last == 0)
        return;
    found = ask_anomalies(x, h, c, last);
    series = find_series(found, c->id);
    row = series ? first_row(h, series) : -1;
    if (row >= 0 && c->kind == METRIC_ANOMALOUS) {
        add_flags(s, x, h, series, row);
    } else if (row >= 0) {
        const cJSON *const lists[] = {member(series, "expected"), member(series, "lower"),
                                      member(series, "upper")};

        add_parts(s, x, h, row, end, lists);
    }
    cJSON_Delete(found);
}

/* ---- forecasts ---- */

static cJSON *ask_forecast(struct exchange *x, const struct catalog_entry *c)
{
    const struct http_pair query[] = {{"series", c->id}, {"level", "95"}};
    const struct http_inner in = {.route = api_route(HTTP_GET, "/v1/models/{name}/forecast"),
                                  .param = {c->model},
                                  .query = query,
                                  .num_query = 2,
                                  .accept = "application/json"};

    return exchange_json(x, &in, CARE_WARN);
}

static void add_forecast(struct points *s, struct exchange *x, const struct history *h,
                         const struct catalog_entry *c)
{
    cJSON *found = ask_forecast(x, c);
    const cJSON *series = find_series(found, c->id);
    int64_t row = series ? first_row(h, series) : -1;
    const cJSON *const lists[] = {member(series, "mean"), member(member(series, "lower"), "95"),
                                  member(member(series, "upper"), "95")};

    if (series && row < 0)
        exchange_warn(x, "the forecast of model '%s' does not continue series '%.100s'", c->model,
                      c->row);
    if (!x->over)
        add_recent(s, x, h, c, row < 0 ? h->series->length : row);
    if (row >= 0)
        add_parts(s, x, h, row, INT64_MAX, lists);
    cJSON_Delete(found);
}

/* ---- the whole ---- */

static bool is_same(const struct points *s, const struct catalog_entry *c)
{
    return s->is_read && strcmp(s->of.metric, c->metric) == 0 &&
           strcmp(s->of.dataset, c->dataset) == 0 && strcmp(s->of.id, c->id) == 0;
}

void points_read(struct points *s, struct exchange *x, const struct catalog_entry *c)
{
    struct history h = {0};

    if (is_same(s, c))
        return;
    memset(s->count, 0, sizeof(s->count));
    s->of = *c;
    s->is_read = true;
    series_set_init(&h.set);
    read_history(&h, x, c);
    if (h.series && c->kind == METRIC_ACTUAL)
        add_actual(s, x, &h, c->column);
    else if (h.series && c->kind == METRIC_ANOMALOUS)
        add_recent(s, x, &h, c, h.series->length);
    else if (h.series)
        add_forecast(s, x, &h, c);
    history_release(&h);
}

void points_release(struct points *s)
{
    for (int p = 0; p < FORECAST_PARTS; p++)
        free(s->list[p]);
    *s = (struct points){0};
}

const struct point *points_at(const struct points *s, enum forecast_part part, int64_t ms,
                              int *next)
{
    const struct point *list = s->list[part], *last;

    while (*next < s->count[part] && list[*next].at <= ms)
        (*next)++;
    if (*next == 0)
        return NULL;
    last = &list[*next - 1];
    return ms < last->until ? last : NULL;
}
