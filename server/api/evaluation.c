/* evaluation.c - GET /v1/models/{name}/evaluation: errors on the held-out end, as numbers or drawn.
 * POST /v1/models/{name}/evaluate: evaluates a tagger on other data. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/api/evaluation_charts.h"
#include "server/api/render.h"
#include "server/models/model_cache.h"
#include "server/tasks/evaluate.h"

#include <stdlib.h>
#include <string.h>

enum {
    EVALUATE_TOKENS_MAX = 1000000,
};

static enum status draw_forecasts(struct buf *b, const cJSON *evaluation,
                                  const struct model_version *v, const struct model *m,
                                  struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(evaluation, "series");

    if (cJSON_GetArraySize(list) < 1)
        return err_set(e, ST_NOT_FOUND,
                       "nothing was held out when model %s version %lld was trained (test_size is "
                       "0), so there is nothing to draw",
                       v->name, (long long)v->version);
    return evaluation_charts_write(b, list, m, e);
}

static enum status send_drawing(struct http_res *rs, struct app *app, const struct model_version *v,
                                const char *json, struct err *e)
{
    const struct model *m = NULL;
    cJSON *tree = cJSON_Parse(json);
    bool forecasts = strcmp(v->task, "forecast") == 0;
    struct buf b;
    enum status st = tree ? ST_OK : err_nomem(e, 0);

    buf_init(&b, CHART_BYTES_MAX);
    if (!st && forecasts)
        st = model_cache_acquire(&m, app->cache, v->name, version_number(v->version), e);
    if (!st)
        st = forecasts ? draw_forecasts(&b, tree, v, m, e)
                       : evaluation_confusion_write(&b, tree, v->name, e);
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

/* Removes all series except that of this id from an evaluation, and prints its text again. */
static enum status select_series(char **json, const char *id, struct err *e)
{
    cJSON *tree = cJSON_Parse(*json), *item, *next;
    cJSON *list = cJSON_GetObjectItemCaseSensitive(tree, "series");

    if (!tree)
        return err_nomem(e, strlen(*json));
    for (item = list ? list->child : NULL; item; item = next) {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "id");

        next = item->next;
        if (!cJSON_IsString(name) || strcmp(name->valuestring, id) != 0)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
    }
    if (cJSON_GetArraySize(list) < 1) {
        cJSON_Delete(tree);
        return err_set(e, ST_NOT_FOUND, "the evaluation has no series '%.80s'", id);
    }
    free(*json);
    *json = json_print(tree);
    cJSON_Delete(tree);
    return *json ? ST_OK : err_nomem(e, 0);
}

/* GET ?version=&format=&series= -> 200 as JSON or SVG. 404; 406. */
void api_model_evaluation(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const offered[] = {MEDIA_JSON, MEDIA_SVG, NULL};
    struct app *app = ctx;
    struct err e = {0};
    struct model_version m = {0};
    const char *type = NULL;
    char *json = NULL;
    enum status st = store_model_find(&m, app->store, rq->param[0], api_version_asked(rq), &e);

    if (!st)
        st = http_accept(&type, rq, rs, offered, &e);
    if (!st)
        st = store_model_evaluation(&json, app->store, m.name, m.version, &e);
    if (!st && !json)
        st = err_set(&e, ST_NOT_FOUND,
                     "model %s version %lld was imported and has no evaluation of its own", m.name,
                     (long long)m.version);
    if (!st && http_query(rq, "series"))
        st = select_series(&json, http_query(rq, "series"), &e);
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

static enum status find_sentences(struct dataset *d, struct app *app, const struct http_req *rq,
                                  const cJSON *body, struct err *e)
{
    static const char *const members[] = {"dataset", NULL};
    const char *name = NULL;
    enum status st = json_only(body, "", members, e);

    if (!st)
        st = json_get_string(&name, body, "", "dataset", true, e);
    if (!st)
        st = api_check_covered(rq, name, NULL, e);
    if (!st)
        st = store_dataset_get(d, app->store, name, e);
    if (!st && d->kind != DATA_TAGGED)
        st = err_set(e, ST_INVALID, "dataset '%s' holds %s, not tagged sentences", name,
                     data_kind_words(d->kind));
    if (!st && d->tokens > EVALUATE_TOKENS_MAX)
        st = err_set(e, ST_TOO_LARGE,
                     "dataset '%s' has %lld tokens; one request evaluates at most %d", name,
                     (long long)d->tokens, EVALUATE_TOKENS_MAX);
    return st ? err_at(e, "/dataset") : ST_OK;
}

/* Runs on this thread alone, so must_stop() needs no lock. */
static enum status evaluate(char **json, const struct http_req *rq, const struct tagger *t,
                            struct store *s, int64_t dataset_id, struct err *e)
{
    struct api_going g = {.rq = rq};
    const struct stop_flag stop = {.ctx = &g, .asked = api_must_stop};
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
        st = find_sentences(&d, app, rq, body, &e);
    if (!st)
        st = evaluate(&json, rq, m->tagger, app->store, d.id, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        cJSON *o = json_put_text(cJSON_CreateObject(), "model", m->name);

        o = json_put_number(o, "version", (double)m->version);
        o = json_put_text(o, "dataset", d.name);
        api_send_json(rs, 200, render_spread(o, json));
        model_cache_count_use(app->cache, m->name);
    }
    free(json);
    cJSON_Delete(body);
    dataset_release(&d);
    model_cache_release(app->cache, m);
}
