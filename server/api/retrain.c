/* retrain.c - /v1/models/{name}/retrain: when the daemon trains a model again itself. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/retrain_rule.h"
#include "server/tasks/drift.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Errors of forecasts can be watched only where some were measured in training. */
static enum status check_drift(struct app *app, const struct model_version *v, struct err *e)
{
    char *json = NULL;
    cJSON *evaluation = NULL;
    enum status st = store_model_evaluation(&json, app->store, v->name, v->version, e);

    if (!st && json) {
        evaluation = cJSON_Parse(json);
        st = evaluation ? ST_OK : err_nomem(e, strlen(json));
    }
    if (!st && !drift_possible(evaluation)) {
        err_set(e, ST_INVALID,
                "model %s version %lld has no errors on held-out observations that a drift could "
                "be compared with (it was imported, or test_size was 0); use \"every\"",
                v->name, (long long)v->version);
        st = err_at(e, "/drift");
    }
    cJSON_Delete(evaluation);
    free(json);
    return st;
}

static enum status check_rule(struct app *app, const char *model, const struct retrain_rule *rule,
                              struct err *e)
{
    struct model_version v = {0};
    enum task task = TASK_FORECAST;
    enum status st = store_model_get(&v, app->store, model, 0, e);

    if (!st && !task_from_name(&task, v.task))
        st = err_set(e, ST_CORRUPT, "model %s has the unknown task '%.40s'", v.name, v.task);
    if (!st)
        st = retrain_rule_check_task(rule, task, "", e);
    if (!st && rule->drift > 0)
        st = check_drift(app, &v, e);
    model_version_release(&v);
    return st;
}

/* PUT {"every":"7d"} | {"drift":2} | both -> 201 | 200. 404 no such model; 422. */
void api_retrain_put(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct retrain r = {0};
    struct retrain_rule rule = {0};
    bool created = false;
    cJSON *body = NULL;
    enum status st = api_read_json(&body, app, rq, &e);

    if (!st)
        st = retrain_rule_read(&rule, body, "", &e);
    if (!st)
        st = check_rule(app, rq->param[0], &rule, &e);
    rule.key = rq->key;
    if (!st)
        st = store_retrain_put(&r, &created, app->store, rq->param[0], &rule, &e);
    if (st) {
        http_res_err(rs, &e);
    } else {
        sources_wake(app->sources);
        api_send_json(rs, created ? 201 : 200, retrain_render(&r));
        if (created)
            http_res_header(rs, "Location", rq->path);
    }
    retrain_release(&r);
    cJSON_Delete(body);
}

void api_retrain_get(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct retrain r = {0};

    if (store_retrain_get(&r, app->store, rq->param[0], &e))
        http_res_err(rs, &e);
    else
        api_send_resource(rs, retrain_render(&r));
    retrain_release(&r);
}

/* DELETE -> 204. A job that the rule submitted goes on. */
void api_retrain_delete(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};

    if (store_retrain_delete(app->store, rq->param[0], &e))
        http_res_err(rs, &e);
    else
        http_res_status(rs, 204);
}
