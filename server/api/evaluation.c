/* evaluation.c - GET /v1/models/{name}/evaluation: what was measured on the held-out end, as
 * numbers or drawn; POST /v1/models/{name}/evaluate: the same of a tagger on other data. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/render.h"
#include "server/formats/svg.h"
#include "server/models/model_cache.h"
#include "server/tasks/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHARTS_MAX = 20,
    CHART_BYTES_MAX = 64 << 20,
    EVALUATE_TOKENS_MAX = 1000000,
    HISTORY_SHOWN = 48,  /* steps before the held-out end, or */
    HISTORY_HORIZONS = 4 /* as many times its length */
};

/* One series of the evaluation as a chart needs it: (n) each, in one block. */
struct chart {
    double *block;
    int n;
    struct svg_band bands[2];
};

static void numbers_of(double *out, const cJSON *list, int n)
{
    const cJSON *item = list ? list->child : NULL;

    for (int i = 0; i < n; i++) {
        out[i] = item && cJSON_IsNumber(item) ? item->valuedouble : NAN;
        item = item ? item->next : NULL;
    }
}

static const cJSON *bound_of(const cJSON *series, const char *side, const char *level)
{
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(series, side);

    return cJSON_GetObjectItemCaseSensitive(o, level);
}

static enum status read_chart(struct chart *c, const cJSON *series, struct err *e)
{
    const cJSON *truth = cJSON_GetObjectItemCaseSensitive(series, "truth");
    int n = cJSON_GetArraySize(truth);

    *c = (struct chart){.n = n, .block = malloc(6 * ((size_t)n + 1) * sizeof(double))};
    if (!c->block)
        return err_nomem(e, 6 * (size_t)n * sizeof(double));
    numbers_of(c->block, truth, n);
    numbers_of(c->block + n, cJSON_GetObjectItemCaseSensitive(series, "forecast"), n);
    numbers_of(c->block + 2 * n, bound_of(series, "lower", "95"), n);
    numbers_of(c->block + 3 * n, bound_of(series, "upper", "95"), n);
    numbers_of(c->block + 4 * n, bound_of(series, "lower", "80"), n);
    numbers_of(c->block + 5 * n, bound_of(series, "upper", "80"), n);
    c->bands[0] = (struct svg_band){95, c->block + 2 * n, c->block + 3 * n};
    c->bands[1] = (struct svg_band){80, c->block + 4 * n, c->block + 5 * n};
    return ST_OK;
}

/* What the model remembers of the series before the held-out end is the history of the drawing. */
static void place_chart(struct svg_forecast *out, const struct chart *c, const cJSON *series,
                        const struct model *m)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(series, "id");
    int at = cJSON_IsString(id) ? forecaster_find_series(m->forecaster, id->valuestring) : -1;
    int64_t skipped = 0;
    int length = 0, shown;

    *out = (struct svg_forecast){.title = at < 0 ? "" : id->valuestring,
                                 .time = m->time[at < 0 ? 0 : at],
                                 .mean = c->block + c->n,
                                 .horizon = c->n,
                                 .truth = c->block,
                                 .bands = c->bands,
                                 .num_bands = c->n && isnan(c->block[2 * c->n]) ? 0 : 2};
    if (at < 0)
        return;
    forecaster_series(m->forecaster, at, &out->history, &length, &skipped);
    out->history_length = length > c->n ? length - c->n : 0;
    shown = c->n > HISTORY_SHOWN / HISTORY_HORIZONS ? HISTORY_HORIZONS * c->n : HISTORY_SHOWN;
    if (out->history_length > shown) { /* the held-out end is what is to be seen */
        out->history += out->history_length - shown;
        skipped += out->history_length - shown;
        out->history_length = shown;
    }
    timeline_skip(&out->time, skipped);
}

static enum status draw(struct buf *b, const cJSON *evaluation, const struct model *m,
                        struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(evaluation, "series"), *item;
    struct svg_forecast drawn[CHARTS_MAX];
    struct chart charts[CHARTS_MAX] = {0};
    enum status st = ST_OK;
    int n = 0;

    cJSON_ArrayForEach(item, list)
    {
        if (st || n == CHARTS_MAX)
            break;
        st = read_chart(&charts[n], item, e);
        if (!st)
            place_chart(&drawn[n], &charts[n], item, m);
        n++;
    }
    if (!st && !n)
        st = err_set(e, ST_NOT_FOUND,
                     "nothing was held out when model %s version %lld was trained (test_size is "
                     "0), so there is nothing to draw",
                     m->name, (long long)m->version);
    if (!st)
        svg_write_forecasts(b, drawn, n);
    for (int i = 0; i < n; i++)
        free(charts[i].block);
    return st;
}

static enum status send_drawing(struct http_res *rs, struct app *app, const struct model_version *v,
                                const char *json, struct err *e)
{
    const struct model *m = NULL;
    cJSON *tree = cJSON_Parse(json);
    struct buf b;
    enum status st =
        tree ? model_cache_acquire(&m, app->cache, v->name, v->version, e) : err_nomem(e, 0);

    buf_init(&b, CHART_BYTES_MAX);
    if (!st)
        st = draw(&b, tree, m, e);
    if (!st)
        st = buf_status(&b, e);
    if (!st)
        http_res_buf(rs, 200, MEDIA_SVG, &b);
    buf_release(&b);
    cJSON_Delete(tree);
    model_cache_release(app->cache, m);
    return st;
}

static void send_numbers(struct http_res *rs, const struct model_version *m, const char *json)
{
    cJSON *o = json_put_text(cJSON_CreateObject(), "model", m->name);

    o = json_put_number(o, "version", (double)m->version);
    o = json_put_text(o, "dataset", m->dataset);
    api_send_resource(rs, render_spread(o, json));
}

/* GET ?version=&format= -> 200 as JSON, of a forecaster as SVG too. 404; 406. */
void api_model_evaluation(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const both[] = {MEDIA_JSON, MEDIA_SVG, NULL};
    static const char *const numbers[] = {MEDIA_JSON, NULL};
    struct app *app = ctx;
    struct err e = {0};
    struct model_version m = {0};
    const char *type = NULL;
    char *json = NULL;
    enum status st = store_model_get(&m, app->store, rq->param[0], api_version_asked(rq), &e);

    if (!st)
        st = http_accept(&type, rq, strcmp(m.task, "forecast") ? numbers : both, &e);
    if (!st)
        st = store_model_evaluation(&json, app->store, m.name, m.version, &e);
    if (!st && !json)
        st = err_set(&e, ST_NOT_FOUND,
                     "model %s version %lld was imported and has no evaluation of its own", m.name,
                     (long long)m.version);
    if (!st && strcmp(type, MEDIA_SVG) == 0)
        st = send_drawing(rs, app, &m, json, &e);
    else if (!st)
        send_numbers(rs, &m, json);
    if (st)
        http_res_err(rs, &e);
    free(json);
    model_version_release(&m);
}

/* ---- on other data ---- */

static enum status find_sentences(struct dataset *d, struct app *app, const cJSON *body,
                                  struct err *e)
{
    static const char *const members[] = {"dataset", NULL};
    const char *name = NULL;
    enum status st = json_only(body, "", members, e);

    if (!st)
        st = json_get_string(&name, body, "", "dataset", true, e);
    if (!st)
        st = store_dataset_get(d, app->store, name, e);
    if (!st && d->kind != DATA_TAGGED)
        st = err_set(e, ST_INVALID, "dataset '%s' holds series, not tagged sentences", name);
    if (!st && d->tokens > EVALUATE_TOKENS_MAX)
        st = err_set(e, ST_TOO_LARGE,
                     "dataset '%s' has %lld tokens; one request evaluates at most %d", name,
                     (long long)d->tokens, EVALUATE_TOKENS_MAX);
    return st ? err_at(e, "/dataset") : ST_OK;
}

/* The last result of http_go_on(), for work that checks it within a batch. */
struct going {
    const struct http_req *rq;
    enum status st;
    struct err why;
};

static bool must_stop(void *ctx)
{
    struct going *g = ctx;

    if (!g->st)
        g->st = http_go_on(g->rq, &g->why);
    return g->st != ST_OK;
}

/* On this thread alone, so that must_stop() needs no lock. */
static enum status evaluate(char **json, const struct http_req *rq, const struct tagger *t,
                            struct store *s, int64_t dataset_id, struct err *e)
{
    struct going g = {.rq = rq};
    const struct stop_flag stop = {.ctx = &g, .asked = must_stop};
    enum status st = evaluate_tagger(json, t, s, dataset_id, &stop, e);

    if (st != ST_CANCELLED || !g.st)
        return st;
    *e = g.why;
    return g.st;
}

/* POST {"dataset":"name"} -> 200: the evaluation of a tagger on these sentences. 404; 409 a
 * forecaster; 413; 422. */
void api_model_evaluate(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct dataset d = {0};
    const struct model *m = NULL;
    cJSON *body = NULL;
    char *json = NULL;
    enum status st = model_cache_acquire(&m, app->cache, rq->param[0], api_version_asked(rq), &e);

    if (!st && m->task != TASK_TAG)
        st = err_set(&e, ST_CONFLICT,
                     "model %s is a forecaster; a job of task 'backtest' measures its recipe on "
                     "other data",
                     m->name);
    if (!st)
        st = api_read_json(&body, app, rq, &e);
    if (!st)
        st = find_sentences(&d, app, body, &e);
    if (!st)
        st = evaluate(&json, rq, m->tagger, app->store, d.id, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        cJSON *o = json_put_text(cJSON_CreateObject(), "model", m->name);

        o = json_put_number(o, "version", (double)m->version);
        o = json_put_text(o, "dataset", d.name);
        api_send_json(rs, 200, render_spread(o, json));
    }
    free(json);
    cJSON_Delete(body);
    dataset_release(&d);
    model_cache_release(app->cache, m);
}
