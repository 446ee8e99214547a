/* jobs.c - /v1/jobs: submit, list, follow, cancel, delete. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/api/cost.h"
#include "server/api/evaluation_charts.h"
#include "server/api/render.h"
#include "server/api/retrain_rule.h"
#include "server/base/clock.h"
#include "server/data/text_check.h"
#include "server/formats/chart/loss_chart.h"
#include "server/tasks/promotion.h"

#include <limits.h>
#include <lstm/search.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDEMPOTENCY_KEY_MAX = 255 };

/* ---- the request ---- */

static enum status set_param(struct params *p, enum task task, const cJSON *member, struct err *e)
{
    const struct param_spec *spec = params_find(task, member->string);

    switch (spec->type) {
    case PARAM_BOOL:
        if (cJSON_IsBool(member))
            return params_set_bool(p, spec, cJSON_IsTrue(member), e);
        err_set(e, ST_INVALID, "%s must be true or false", spec->name);
        break;
    case PARAM_ENUM:
        if (cJSON_IsString(member))
            return params_set_text(p, spec, member->valuestring, e);
        err_set(e, ST_INVALID, "%s must be a string, such as \"%s\"", spec->name, spec->choices[0]);
        break;
    case PARAM_INT:
    case PARAM_INT64:
    case PARAM_NUMBER:
        if (cJSON_IsNumber(member))
            return params_set_number(p, spec, member->valuedouble, e);
        err_set(e, ST_INVALID, "%s must be a number from %g to %g", spec->name, spec->min,
                spec->max);
        break;
    }
    return err_at(e, "/params/%s", spec->name);
}

/* Lists the names that a task's params may have, NULL-terminated; at most cap - 1 of them. */
static void param_names(const char **names, int cap, enum task task)
{
    int count = 0, n = 0;
    const struct param_spec *table = params_table(&count);

    for (int i = 0; i < count && n < cap - 1; i++)
        if (task == TASK_FORECAST ? table[i].forecast : table[i].tag)
            names[n++] = table[i].name;
    names[n] = NULL;
}

static enum status read_params(struct job_request *r, const cJSON *body, struct err *e)
{
    const char *names[64];
    const cJSON *obj = cJSON_GetObjectItemCaseSensitive(body, "params");
    const cJSON *member;
    enum status st;
    int n = 0;
    const struct param_spec *table = params_table(&n);

    if (!obj || cJSON_IsNull(obj))
        return ST_OK;
    param_names(names, 64, r->task);
    st = json_only(obj, "/params", names, e);
    cJSON_ArrayForEach(member, obj)
    {
        if (!st)
            st = set_param(&r->params, r->task, member, e);
    }
    for (int i = 0; i < n && i < SEARCH_PARAMS_MAX; i++)
        r->given[i] = cJSON_GetObjectItemCaseSensitive(obj, table[i].name) != NULL;
    return st;
}

static enum status read_task(enum task *task, bool *backtest, const cJSON *body, struct err *e)
{
    const char *name = NULL;
    enum status st = json_get_string(&name, body, "", "task", true, e);

    *backtest = !st && strcmp(name, "backtest") == 0;
    if (*backtest)
        *task = TASK_FORECAST;
    if (st || *backtest || task_from_name(task, name))
        return st;
    err_set(e, ST_INVALID, "task is '%.40s'; it must be 'forecast', 'tag' or 'backtest'", name);
    return err_at(e, "/task");
}

static enum status read_whole(int *out, const cJSON *body, const char *name, int max, struct err *e)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(body, name);

    if (!v)
        return ST_OK;
    if (cJSON_IsNumber(v) && v->valuedouble >= 1 && v->valuedouble <= max &&
        v->valuedouble == floor(v->valuedouble)) {
        *out = (int)v->valuedouble;
        return ST_OK;
    }
    err_set(e, ST_INVALID, "%s must be an integer from 1 to %d", name, max);
    return err_at(e, "/%s", name);
}

static enum status read_plan(struct backtest_plan *p, const cJSON *body, struct err *e)
{
    enum status st = read_whole(&p->windows, body, "windows", BACKTEST_WINDOWS_MAX, e);

    if (!st)
        st = read_whole(&p->step, body, "step", INT32_MAX, e);
    return st ? st : read_whole(&p->horizon, body, "horizon", HORIZON_MAX, e);
}

/* Reads "search": {"trials", "time_limit_seconds"}. Parameters given in "params" are not
 * searched. */
static enum status read_search(struct job_request *r, struct search_request *s, const cJSON *body,
                               struct err *e)
{
    static const char *const members[] = {"trials", "time_limit_seconds", NULL};
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(body, "search");
    int64_t trials = 20, limit = 3600;
    enum status st;

    if (!o || cJSON_IsNull(o))
        return ST_OK;
    st = json_only(o, "/search", members, e);
    if (!st)
        st = json_get_int(&trials, o, "/search", "trials", 1, SEARCH_TRIALS_MAX, false, e);
    if (!st)
        st = json_get_int(&limit, o, "/search", "time_limit_seconds", 1, 7 * 86400, false, e);
    s->trials = (int)trials;
    s->time_limit_seconds = (int)limit;
    memcpy(s->fixed, r->given, sizeof(s->fixed));
    r->search = s;
    return st;
}

/* Reads "future_covariates": names of covariates of the data set that are known in advance. */
static enum status read_known(struct params *p, const cJSON *body, struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "future_covariates"), *name;
    enum status st = ST_OK;
    int i = 0;

    if (!list || cJSON_IsNull(list))
        return ST_OK;
    if (!cJSON_IsArray(list)) {
        err_set(e, ST_INVALID, "future_covariates must be a list of names");
        return err_at(e, "/future_covariates");
    }
    cJSON_ArrayForEach(name, list)
    {
        const char *text = cJSON_IsString(name) ? name->valuestring : "";

        if (!st)
            st = text_check(text, strlen(text), COLUMN_NAME_MAX, "covariate", e);
        if (!st && params_known_in_advance(p, text))
            st = err_set(e, ST_INVALID, "'%.80s' is there twice", text);
        if (!st)
            st = params_add_known_in_advance(p, text, e);
        if (st)
            return err_at(e, "/future_covariates/%d", i);
        i++;
    }
    return ST_OK;
}

static enum status read_promote(struct job_request *r, const cJSON *body, struct err *e)
{
    enum promote known;
    enum status st = json_get_string(&r->promote, body, "", "promote", false, e);

    if (st || !r->promote || promote_from_name(&known, r->promote))
        return st;
    err_set(e, ST_INVALID, "promote is '%.40s'; it must be 'always', 'if_better' or 'never'",
            r->promote);
    return err_at(e, "/promote");
}

/* Strings in r are borrowed from body. For a backtest, the model is only a label and may be
 * missing. */
static enum status read_request(struct job_request *r, struct backtest_plan *plan,
                                struct search_request *search, const cJSON *body, struct err *e)
{
    static const char *const of_backtest[] = {
        "task",    "dataset",           "model", "recipe", "params", "windows", "step",
        "horizon", "future_covariates", NULL};
    static const char *const of_forecast[] = {
        "task",   "dataset",           "model",           "recipe",  "params",
        "search", "future_covariates", "warm_start_from", "promote", "retrain",
        NULL};
    static const char *const of_tag[] = {"task",    "dataset", "validation_dataset", "model",
                                         "recipe",  "params",  "warm_start_from",    "promote",
                                         "retrain", NULL};
    const char *recipe = NULL;
    bool backtest = false;
    enum status st = read_task(&r->task, &backtest, body, e);

    if (!st)
        st = json_only(body, "",
                       backtest                   ? of_backtest
                       : r->task == TASK_FORECAST ? of_forecast
                                                  : of_tag,
                       e);
    if (!st && backtest) {
        r->backtest = plan;
        st = read_plan(plan, body, e);
    }
    if (!st)
        st = json_get_string(&r->dataset, body, "", "dataset", true, e);
    if (!st)
        st = api_check_name(r->dataset, "dataset", "/dataset", e);
    if (!st)
        st = json_get_string(&r->validation_dataset, body, "", "validation_dataset", false, e);
    if (!st && r->validation_dataset)
        st = api_check_name(r->validation_dataset, "dataset", "/validation_dataset", e);
    if (!st)
        st = json_get_string(&r->model, body, "", "model", !backtest, e);
    if (!st && r->model)
        st = api_check_name(r->model, "model", "/model", e);
    if (!r->model)
        r->model = "";
    if (!st)
        st = json_get_string(&recipe, body, "", "recipe", false, e);
    if (!st) {
        st = params_defaults(&r->params, r->task, recipe, e);
        if (st)
            err_at(e, "/recipe");
    }
    if (!st)
        st = read_params(r, body, e);
    r->recipe_given = recipe != NULL;
    if (!st)
        st = json_get_string(&r->warm_start_from, body, "", "warm_start_from", false, e);
    if (!st)
        st = read_promote(r, body, e);
    if (!st)
        st = read_search(r, search, body, e);
    if (!st && r->task == TASK_FORECAST)
        st = read_known(&r->params, body, e);
    return st;
}

static enum status read_idempotency_key(struct job_request *r, const struct http_req *rq,
                                        struct err *e)
{
    const char *key = http_header(rq, "Idempotency-Key");

    if (!key)
        return ST_OK;
    for (const char *p = key; *p; p++)
        if (*p < 0x20 || *p > 0x7e)
            return err_set(e, ST_MALFORMED, "Idempotency-Key must be printable ASCII");
    if (!key[0] || strlen(key) > IDEMPOTENCY_KEY_MAX)
        return err_set(e, ST_MALFORMED, "Idempotency-Key must have 1 to %d characters",
                       IDEMPOTENCY_KEY_MAX);
    r->idempotency_key = key;
    return ST_OK;
}

/* ---- handlers ---- */

/* POST /v1/jobs -> 202 with Location. 404 dataset; 409 idempotency; 422 params; 503 queue full. */
void api_job_create(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct job_request r = {0};
    struct backtest_plan plan = {0};
    struct search_request search = {0};
    struct retrain_rule rule = {0};
    struct job job = {0};
    char digest[DIGEST_LEN + 1], location[64];
    bool existing = false;
    cJSON *body = NULL;
    enum status st = api_read_json(&body, app, rq, &e);

    /* parameters are resolved against the data set */
    if (!st && http_move(rs, rq, cost_lane_of_dataset(app->store, body))) {
        cJSON_Delete(body);
        return;
    }
    if (!st)
        st = read_request(&r, &plan, &search, body, &e);
    if (!st)
        st = retrain_rule_of_job(&rule, &r, body, rq->key, &e);
    if (!st)
        st = api_check_request_covered(rq, &r, &e);
    if (!st)
        st = read_idempotency_key(&r, rq, &e);
    if (!st) {
        digest_hex(digest, rq->body, rq->body_len);
        r.request_digest = digest;
        r.api_key = rq->key ? rq->key->id : 0;
        st = jobs_submit(&job, &existing, app->jobs, &r, &e);
    }
    if (st) {
        http_res_err(rs, &e);
    } else {
        if (r.retrain)
            sources_wake(app->sources);
        jobs_overlay_progress(app->jobs, &job);
        api_send_json(rs, 202, render_job(&job));
        snprintf(location, sizeof(location), "/v1/jobs/%s", job.id);
        http_res_header(rs, "Location", location);
    }
    job_release(&job);
    cJSON_Delete(body);
}

/* The value of ?state=; -1 for any. */
static int state_asked(const struct http_req *rq)
{
    const char *name = http_query(rq, "state");
    enum job_state state;

    return name && job_state_from_name(&state, name) ? (int)state : -1;
}

void api_job_list(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct job_list list = {0};
    cJSON *items = cJSON_CreateArray();
    int limit = api_limit(rq);
    enum status st = store_job_list(&list, app->store, state_asked(rq), http_query(rq, "model"),
                                    api_names(rq), api_cursor(rq), limit + 1, &e);

    for (int i = 0; !st && i < list.count && i < limit; i++) {
        jobs_overlay_progress(app->jobs, &list.items[i]);
        items = json_push(items, render_job(&list.items[i]));
    }
    if (st) {
        cJSON_Delete(items);
        http_res_err(rs, &e);
    } else {
        api_send_list(rs, items, list.count > limit ? list.items[limit - 1].id : NULL);
    }
    job_list_release(&list);
}

/* GET /v1/jobs/{id}?wait=SECONDS: responds when the job has ended or the time is over. */
void api_job_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct job job = {0};
    char topic[64];
    int64_t wait = http_query_number(rq, "wait", 0);

    if (api_find_job(&job, app, rq, &e)) {
        http_res_err(rs, &e);
    } else if (wait > 0 && !job_state_final(job.state) && !rq->wait_over &&
               !atomic_load(&app->draining)) {
        snprintf(topic, sizeof(topic), "job/%s", job.id);
        http_res_wait(rs, topic, clock_monotonic_ms() + wait * 1000);
    } else {
        jobs_overlay_progress(app->jobs, &job);
        api_send_resource(rs, render_job(&job));
    }
    job_release(&job);
}

static void send_history_csv(struct http_res *rs, const double *loss, const double *validation,
                             int n)
{
    struct buf b;

    buf_init(&b, (size_t)n * 80 + 64);
    buf_puts(&b, "epoch,loss,validation_loss\n");
    for (int i = 0; i < n; i++) {
        buf_printf(&b, "%d,", i + 1);
        buf_put_f64(&b, loss[i]);
        buf_puts(&b, ",");
        buf_put_f64(&b, validation[i]);
        buf_puts(&b, "\n");
    }
    http_res_buf(rs, 200, MEDIA_CSV, &b);
}

static void send_history_json(struct http_res *rs, const double *loss, const double *validation,
                              int n)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *epochs = cJSON_CreateArray();

    for (int i = 0; i < n; i++)
        epochs = json_push(epochs, cJSON_CreateNumber(i + 1));
    o = json_put(o, "epoch", epochs);
    o = json_put(o, "loss", json_numbers(loss, n));
    api_send_json(rs, 200, json_put(o, "validation_loss", json_numbers(validation, n)));
}

static void send_history_svg(struct http_res *rs, const struct job *j, const double *loss,
                             const double *validation, int n)
{
    char title[160];
    struct loss_chart chart = {title, loss, validation, n};
    struct buf b;

    if (j->backtest)
        snprintf(title, sizeof(title), "Backtest of %s", j->dataset);
    else
        snprintf(title, sizeof(title), "Training of %s", j->model);
    buf_init(&b, (size_t)n * 64 + (64 << 10));
    loss_chart_write(&b, &chart);
    http_res_buf(rs, 200, MEDIA_SVG, &b);
}

/* GET /v1/jobs/{id}/history, as JSON, CSV or SVG. */
void api_job_history(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const offered[] = {MEDIA_JSON, MEDIA_CSV, MEDIA_SVG, NULL};
    struct app *app = ctx;
    struct err e = {0};
    struct job job = {0};
    double *loss = NULL, *validation = NULL;
    const char *type = NULL;
    int n = 0;
    enum status st = http_accept(&type, rq, rs, offered, &e);

    if (!st)
        st = api_find_job(&job, app, rq, &e);
    if (!st)
        st = jobs_history(&loss, &validation, &n, app->jobs, job.id, 1, INT_MAX, &e);
    if (st)
        http_res_err(rs, &e);
    else if (strcmp(type, MEDIA_CSV) == 0)
        send_history_csv(rs, loss, validation, n);
    else if (strcmp(type, MEDIA_SVG) == 0)
        send_history_svg(rs, &job, loss, validation, n);
    else
        send_history_json(rs, loss, validation, n);
    free(loss);
    free(validation);
    job_release(&job);
}

/* POST /v1/jobs/{id}/cancel -> 202. 404; 409 when it has ended. */
void api_job_cancel(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct job job = {0};
    enum status st = api_check_empty(app, rq, &e);

    if (!st)
        st = api_find_job(&job, app, rq, &e);
    job_release(&job);
    if (!st)
        st = jobs_cancel(&job, app->jobs, rq->param[0], &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        jobs_overlay_progress(app->jobs, &job);
        api_send_json(rs, 202, render_job(&job));
    }
    job_release(&job);
}

/* DELETE /v1/jobs/{id} -> 204. 404; 409 while it is queued or running. */
void api_job_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct job job = {0};
    enum status st = api_find_job(&job, app, rq, &e);

    job_release(&job);
    if (!st)
        st = store_job_delete(app->store, rq->param[0], &e);
    if (st)
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
}

static enum status send_backtest_svg(struct http_res *rs, const char *json, struct err *e)
{
    cJSON *tree = cJSON_Parse(json);
    struct buf b;
    enum status st = tree ? ST_OK : err_nomem(e, strlen(json));

    buf_init(&b, CHART_BYTES_MAX);
    if (!st)
        st = evaluation_charts_write(&b, cJSON_GetObjectItemCaseSensitive(tree, "forecasts"), NULL,
                                     e);
    if (!st)
        st = buf_status(&b, e);
    if (!st)
        http_res_buf(rs, 200, MEDIA_SVG, &b);
    buf_release(&b);
    cJSON_Delete(tree);
    return st;
}

/* GET /v1/jobs/{id}/backtest -> 200 as JSON or SVG. 404 also when the job is not a backtest; 409
 * until it has succeeded. */
void api_job_backtest(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct job job = {0};
    static const char *const offered[] = {MEDIA_JSON, MEDIA_SVG, NULL};
    const char *type = NULL;
    char *json = NULL;
    enum status st = http_accept(&type, rq, rs, offered, &e);

    if (!st)
        st = api_find_job(&job, app, rq, &e);
    if (!st && !job.backtest)
        st = err_set(&e, ST_NOT_FOUND,
                     "job %s trained a model; its evaluation is at /v1/models/%s/evaluation",
                     job.id, job.model);
    if (!st && job.state != JOB_SUCCEEDED)
        st = err_set(&e, ST_CONFLICT,
                     "job %s is %s; a backtest's result is there once it has succeeded", job.id,
                     job_state_name(job.state));
    if (!st)
        st = store_job_result(&json, app->store, job.id, &e);
    if (!st && !json)
        st = err_set(&e, ST_CORRUPT, "the result of job %s is not there", job.id);
    if (!st && strcmp(type, MEDIA_JSON) == 0) {
        http_res_body(rs, 200, MEDIA_JSON, json, strlen(json)); /* takes it */
        json = NULL;
    } else if (!st) {
        st = send_backtest_svg(rs, json, &e);
    }
    if (st)
        http_res_err(rs, &e);
    free(json);
    job_release(&job);
}
