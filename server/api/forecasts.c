/* forecasts.c - GET and POST /v1/models/{name}/forecast.
 *
 * GET continues the newest observations of the model's data set, POST continues histories in the
 * body. Both make a list of struct forecast_series, forecast them one after the other, and render
 * them as JSON, CSV or SVG. Responses to GET are cached with the model until the data set
 * changes. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/ask.h"
#include "server/api/common.h"
#include "server/api/cost.h"
#include "server/api/forecast_render.h"
#include "server/api/future.h"
#include "server/api/histories.h"
#include "server/api/newest.h"

#include <lstm/cpu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Limit of series * horizon * ask_numbers(), which limits the memory of one request. */
enum { ANSWER_NUMBERS_MAX = 4800000, HORIZON_DEFAULT = 12, ETAG_LEN = 32, SAMPLES_A_FORECAST = 20 };

/* ---- what to forecast ---- */

static int default_horizon(const struct params *p)
{
    if (p->horizon > 1)
        return p->horizon;
    return p->test_size > 0 && p->test_size < HORIZON_MAX ? p->test_size : HORIZON_DEFAULT;
}

static enum status bound_answer(const struct ask *a, int horizon, int64_t series, struct err *e)
{
    int64_t numbers = series * horizon * ask_numbers(a);

    if (numbers <= ANSWER_NUMBERS_MAX)
        return ST_OK;
    return err_set(e, ST_TOO_LARGE,
                   "%lld series of %d steps with %d levels, %d quantiles and %d samples are %lld "
                   "numbers; one answer holds at most %d: ask for one series (?series=ID), fewer "
                   "steps, levels or samples",
                   (long long)series, horizon, a->num_levels, a->num_quantiles, a->num_samples,
                   (long long)numbers, ANSWER_NUMBERS_MAX);
}

static enum status no_such_series(const struct forecaster *f, const char *id, struct err *e)
{
    int n = forecaster_num_series(f), length;
    const char **ids = calloc((size_t)n + 1, sizeof(*ids));
    const double *values;
    char near[DID_YOU_MEAN_MAX] = "";
    int64_t skipped;

    for (int i = 0; ids && i < n; i++)
        ids[i] = forecaster_series(f, i, &values, &length, &skipped);
    if (ids)
        (void)did_you_mean_clause(near, id, ids, (size_t)n);
    err_set(e, ST_NOT_FOUND, "the model was not trained on a series '%.80s'%s", id, near);
    free(ids);
    return err_at(e, "?series");
}

/* A model that was trained with keep_history false has no observations of its own. */
static enum status remembered_series(struct forecast_series *out, const struct model *m, int i,
                                     struct err *e)
{
    int64_t skipped = 0;

    out->id = forecaster_series(m->forecaster, i, &out->history, &out->history_length, &skipped);
    out->time = m->time[i];
    timeline_skip(&out->time, skipped);
    if (out->history_length)
        return ST_OK;
    return err_set(e, ST_CONFLICT,
                   "the model keeps no history (keep_history=false), and there is no data set with "
                   "series '%.80s' here that it could go on from; POST its history",
                   out->id);
}

/* ST_INVALID when the last step is beyond the years that can be written. */
static enum status check_calendar(const struct forecast_series *s, int horizon, struct err *e)
{
    int64_t left = timeline_rows_most(&s->time) - s->history_length;
    char end[40];

    if (horizon <= left)
        return ST_OK;
    err_set(e, ST_INVALID,
            "series '%.80s' ends at %s, and %d steps from there end after the year 9999: a "
            "horizon of up to %lld steps does not",
            s->id, timeline_text(end, &s->time, s->history_length - 1), horizon,
            (long long)(left > 0 ? left : 0));
    return ST_INVALID;
}

static enum status from_panel(struct forecast_series *s, const struct forecast_response *ans,
                              const struct panel_data *p, int i, struct err *e)
{
    s->id = p->ids[i];
    s->time = p->time[i];
    s->history = p->views[i].values;
    s->history_length = p->views[i].length;
    return panel_covariates(&s->covariates, &s->rows, ans->model->forecaster, p, i, ans->horizon,
                            e);
}

/* Takes the series of the model, each from its newest observation, or from the end of the training
 * when newest has none. */
static enum status from_newest(struct forecast_response *ans, const struct ask *a,
                               const struct newest *newest, struct err *e)
{
    const struct forecaster *f = ans->model->forecaster;
    int first = 0, count = forecaster_num_series(f);
    enum status st;

    if (a->series) {
        first = forecaster_find_series(f, a->series);
        if (first < 0)
            return no_such_series(f, a->series, e);
        count = 1;
    }
    st = bound_answer(a, ans->horizon, count, e);
    if (!st)
        st = forecast_response_room(ans, count, e);
    for (int i = 0; !st && i < count; i++) {
        struct forecast_series *s = &ans->series[i];
        int at = newest->at ? newest->at[first + i] : -1;

        if (at >= 0)
            st = from_panel(s, ans, &newest->panel, at, e);
        else
            st = remembered_series(s, ans->model, first + i, e);
        s->apart = newest->at && at < 0;
        if (!st)
            st = check_calendar(s, ans->horizon, e);
    }
    return st;
}

static enum status from_histories(struct forecast_response *ans, const struct ask *a,
                                  const struct panel_data *p, struct err *e)
{
    int count = p->panel.count;
    enum status st = bound_answer(a, ans->horizon, count, e);

    if (!st)
        st = forecast_response_room(ans, count, e);
    for (int i = 0; !st && i < count; i++) {
        st = api_check_history(ans->model, p, i, e);
        if (!st)
            st = from_panel(&ans->series[i], ans, p, i, e);
        if (!st)
            st = check_calendar(&ans->series[i], ans->horizon, e);
    }
    return st;
}

/* Forecasts every series of the response. place: prefix of JSON pointers in errors, or NULL. */
static enum status predict_all(struct forecast_response *ans, const struct http_req *rq,
                               const char *place, struct err *e)
{
    const struct ask *a = &ans->ask;
    const struct forecast_request q = {.steps = ans->horizon,
                                       .levels = a->levels,
                                       .num_levels = a->num_levels,
                                       .quantiles = a->quantiles,
                                       .num_quantiles = a->num_quantiles,
                                       .num_samples = a->num_samples,
                                       .seed = a->seed};
    enum status st = ST_OK;

    for (int i = 0; !st && i < ans->count; i++) {
        struct forecast_series *s = &ans->series[i];
        const struct forecaster *f = ans->model->forecaster;
        const struct series_view history = {.id = s->id,
                                            .values = s->history,
                                            .length = s->history_length,
                                            .covariates = s->covariates,
                                            .rows = s->rows,
                                            .calendar = panel_calendar(&s->time)};
        int known = forecaster_find_series(f, s->id);

        st = http_go_on(rq, e);
        if (st)
            return st;
        st = forecaster_predict_request(&s->forecast, f, &history, &q, e);
        if (st == ST_INVALID && !place && known >= 0 && forecaster_uses_covariates(f, known)) {
            err_wrap(e, "a GET has no future_covariates, POST them");
        }
        if (st && place) {
            e->pointer[0] = '\0';
            err_at(e, "%s/%d", place, i);
        }
    }
    return st;
}

/* The lane for these forecasts. */
static enum http_lane lane_of(const struct forecast_response *ans)
{
    int64_t values = 0;
    int paths = ans->ask.num_samples / SAMPLES_A_FORECAST; /* so many take as long as a forecast */

    for (int i = 0; i < ans->count; i++)
        values += ans->series[i].history_length;
    return cost_lane(cost_of_forecasts(ans->model->forecaster, ans->count, ans->horizon, values) *
                     (1 + paths + ans->ask.explain));
}

/* ---- the two requests ---- */

static void response_init(struct forecast_response *ans, const struct model *m, const struct ask *a)
{
    *ans = (struct forecast_response){.model = m, .ask = *a};
    ans->horizon = a->horizon ? a->horizon : default_horizon(forecaster_params(m->forecaster));
}

/* ---- GET: equal requests have equal responses until the model or its data set changes ---- */

/* The key of the cache is the query as it was sent. Two spellings of one query have two keys, which
 * only costs space. Returns false when it is too long for the cache. */
static bool response_key(char key[RESPONSE_KEY_MAX + 1], const struct http_req *rq,
                         const char *type)
{
    static const char *const names[] = {"horizon", "level", "series",  "quantiles",
                                        "samples", "seed",  "explain", "from"};
    size_t used = 0;

    for (size_t i = 0; i <= sizeof(names) / sizeof(names[0]) + 1; i++) {
        const char *part = i == 0   ? type
                           : i == 1 ? api_names(rq) /* decides whether the data set may be read */
                                    : http_query(rq, names[i - 2]);
        size_t n = part ? strlen(part) : 0;

        if (used + n + 2 > RESPONSE_KEY_MAX)
            return false;
        key[used++] = part ? '=' : '-';
        if (n)
            memcpy(key + used, part, n);
        used += n;
        key[used++] = '\n'; /* no id of a series contains one */
    }
    key[used] = '\0';
    return true;
}

static void release_response(void *response)
{
    response_release(response);
}

/* Sends a cached response; a is consumed. */
static void send_answer(struct http_res *rs, const struct cached_response *a)
{
    http_res_shared(rs, 200, a->type, a->data, a->len, release_response, (void *)a);
    http_res_etag(rs, a->etag);
}

/* The ETag of a computed response: a hash of text, which distinguishes the response from others,
 * and the name of the arithmetic. */
static void name_answer(char etag[RESPONSE_ETAG_MAX + 1], const char *text, size_t len)
{
    char digest[DIGEST_LEN + 1], arithmetic[ARITHMETIC_LEN_MAX + 1];

    digest_hex(digest, text, len);
    arithmetic_name(arithmetic);
    snprintf(etag, RESPONSE_ETAG_MAX + 1, "%.*s-%s", ETAG_LEN, digest, arithmetic);
}

/* Sends a response that is too large for the cache. Its ETag is a hash of the request and the
 * data. */
static void send_large_answer(struct http_res *rs, const struct forecast_response *ans,
                              const char *type, const char *key, struct buf *b)
{
    char etag[RESPONSE_ETAG_MAX + 1], text[2 * DIGEST_LEN + RESPONSE_KEY_MAX + 3];
    int n = snprintf(text, sizeof(text), "%s\n%s\n%s", ans->model->digest, ans->data_digest, key);

    http_res_buf(rs, 200, type, b);
    if (!key[0])
        return;
    name_answer(etag, text, (size_t)n);
    http_res_etag(rs, etag);
}

/* Renders, caches and sends. key: "" for a response that is not cached; stamp: of the data set. */
static enum status finish_response(struct http_res *rs, struct app *app,
                                   const struct forecast_response *ans, const char *type,
                                   const char *key, uint64_t stamp, struct err *e)
{
    char etag[RESPONSE_ETAG_MAX + 1];
    struct cached_response *a = NULL;
    struct buf b;
    enum status st;

    http_res_open(rs, &b, RESPONSE_BYTES_MAX);
    forecast_response_write(&b, ans, type);
    st = buf_status(&b, e);
    if (!st && b.drained) {
        send_large_answer(rs, ans, type, key, &b);
        return ST_OK;
    }
    if (!st) {
        name_answer(etag, b.data, b.len);
        a = response_new(key, etag, type, b.data, b.len);
    }
    buf_release(&b);
    if (!a)
        return st ? st : err_nomem(e, 0);
    if (key[0])
        model_cache_keep_response(app->cache, ans->model, stamp, a);
    send_answer(rs, a);
    return ST_OK;
}

/* Sets the series to forecast; *newest holds what they borrow. Sets *moves instead when another
 * thread must do it. */
static enum status begin(struct forecast_response *ans, struct newest *newest, bool *moves,
                         struct app *app, const struct http_req *rq, struct http_res *rs,
                         const struct ask *a, struct err *e)
{
    enum status st = ST_OK;

    if (!a->from_training && ans->model->dataset[0]) {
        /* Even the size of the data set is read from the store, where a reader may have to wait. */
        *moves =
            http_move(rs, rq, HTTP_WORK) || http_move(rs, rq, newest_lane(app->store, ans->model));
        if (*moves)
            return ST_OK;
        st = newest_read(newest, app, rq, ans->model, e);
    }
    memcpy(ans->data_digest, newest->digest, sizeof(ans->data_digest));
    return st ? st : from_newest(ans, a, newest, e);
}

static enum status work_out(struct http_res *rs, struct app *app, const struct http_req *rq,
                            const char *type, const char *key, struct err *e)
{
    struct ask a = {0};
    struct forecast_response ans = {0};
    struct newest newest = {0};
    const struct model *m = NULL; /* a reference; released on every path below */
    uint64_t stamp = 0;
    bool moves = false;
    enum status st = ask_read_query(&a, rq, e);

    if (!st)
        st = api_acquire_forecaster(&m, app, rq, e);
    if (!st) {
        stamp = model_cache_data_stamp(app->cache, m);
        response_init(&ans, m, &a);
        st = begin(&ans, &newest, &moves, app, rq, rs, &a, e);
    }
    if (!st && !moves)
        moves = http_move(rs, rq, lane_of(&ans));
    if (!st && !moves)
        st = predict_all(&ans, rq, NULL, e);
    if (!st && !moves)
        st = finish_response(rs, app, &ans, type, key, stamp, e);
    if (!st && !moves)
        model_cache_count_use(app->cache, m->name);
    forecast_response_release(&ans);
    newest_release(&newest);
    model_cache_release(app->cache, m);
    return st;
}

/* GET ?horizon=&level=&quantiles=&samples=&seed=&explain=&series=&from=&version=&format= */
void api_forecast_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    char key[RESPONSE_KEY_MAX + 1] = "";
    const struct cached_response *ready = NULL;
    const char *type = NULL;
    enum status st = http_accept(&type, rq, rs, forecast_media_types, &e);

    if (!st && response_key(key, rq, type))
        ready = model_cache_response(app->cache, rq->param[0], api_version_asked(rq), key);
    if (!st && !ready && http_move(rs, rq, HTTP_WORK))
        return;
    if (!st && !ready)
        st = work_out(rs, app, rq, type, key, &e);
    if (st) {
        http_res_err(rs, &e);
    } else if (ready) {
        send_answer(rs, ready);
        model_cache_count_use(app->cache, rq->param[0]);
    }
}

/* ---- POST ---- */

/* Whether a body contains histories. Without them, but with the future of covariates, the forecast
 * starts where that of a GET does. */
static bool has_histories(const cJSON *body)
{
    return cJSON_HasObjectItem(body, "series") || cJSON_HasObjectItem(body, "values") ||
           cJSON_HasObjectItem(body, "dataset");
}

/* Reads options, histories and the future of covariates, and removes them from the body. *future is
 * new. */
static enum status read_body(struct ask *a, struct series_set *set, cJSON **future,
                             const struct app *app, const struct http_req *rq, struct json_body *b,
                             struct err *e)
{
    static const char *const members[] = {
        "series",  "values", "start",       "frequency", "id",         "dataset",
        "open",    "anchor", "date_format", "horizon",   "level",      "quantiles",
        "samples", "seed",   "explain",     "from",      "covariates", "future_covariates",
        NULL};
    cJSON *body = b->tree;
    enum status st = json_only(body, "", members, e);

    if (!st)
        st = ask_take_members(a, body, e);
    if (st)
        return st;
    *future = cJSON_DetachItemFromObjectCaseSensitive(body, "future_covariates");
    if (*future && !has_histories(body))
        return ST_OK;
    return api_read_histories(set, app, rq, b, e);
}

/* Takes the series of the body, with their covariates. */
static enum status from_body(struct forecast_response *ans, const struct ask *a,
                             const struct series_set *set, struct panel_data *panel, struct err *e)
{
    bool multivariate = forecaster_params(ans->model->forecaster)->multivariate;
    enum status st = panel_data_init(panel, set, multivariate, e);

    return st ? st : from_histories(ans, a, panel, e);
}

/* POST {"series":[...],"horizon","level"}, {"values":[...],"start","frequency","horizon","level"},
 * or {"dataset":"name","horizon","level"}, which continues the present end of the data set. */
void api_forecast_post(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const others[] = {"horizon", "level", "quantiles",         "samples", "seed",
                                         "explain", "from",  "future_covariates", NULL};
    struct app *app = ctx;
    struct err e = {0};
    struct ask a = {0};
    struct series_set set = {0};
    struct panel_data panel = {0};
    struct newest newest = {0};
    cJSON *future = NULL;
    struct forecast_response ans = {0};
    const struct model *m = NULL;
    const char *type = NULL;
    struct buf text;
    struct json_body body = {0};
    bool moves = false;
    enum status st = http_accept(&type, rq, rs, forecast_media_types, &e);

    if (!st && !api_stays_inline(rs, app, rq))
        return;
    if (!st)
        st = api_acquire_forecaster(&m, app, rq, &e);
    if (!st)
        st = api_read_body(&body, app, rq, others, &e);
    if (!st && cJSON_HasObjectItem(body.tree, "dataset"))
        moves = http_move(rs, rq, HTTP_WORK) ||
                http_move(rs, rq, cost_lane_of_dataset(app->store, body.tree));
    if (!st && !moves)
        st = read_body(&a, &set, &future, app, rq, &body, &e);
    if (!st && !moves) {
        response_init(&ans, m, &a);
        st = set.count > 0 ? from_body(&ans, &a, &set, &panel, &e)
                           : begin(&ans, &newest, &moves, app, rq, rs, &a, &e);
    }
    if (!st && !moves)
        st = api_future_covariates(&ans, future, set.count == 0, &e);
    if (!st && !moves)
        moves = http_move(rs, rq, lane_of(&ans));
    if (!st && !moves)
        st = predict_all(&ans, rq, "/series", &e);
    if (st) {
        http_res_err(rs, &e);
    } else if (!moves) {
        http_res_open(rs, &text, RESPONSE_BYTES_MAX);
        forecast_response_write(&text, &ans, type);
        http_res_buf(rs, 200, type, &text);
        model_cache_count_use(app->cache, m->name);
    }
    forecast_response_release(&ans);
    newest_release(&newest);
    panel_data_release(&panel);
    series_set_release(&set);
    cJSON_Delete(future);
    json_body_release(&body);
    model_cache_release(app->cache, m);
}
