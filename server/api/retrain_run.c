/* retrain_run.c - see retrain_run.h.
 *
 * A rule is looked at when its time has come, and with "drift" every CHECK_MS. A job is submitted
 * by the code of POST /v1/jobs, with the rights of the key that set the rule. Its Idempotency-Key
 * is made of the model and what the look was for, so that a look that is cut off and done again
 * submits nothing twice. */
#include "server/api/retrain_run.h"

#include "server/api/common.h"
#include "server/api/resources.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/sources/fetch.h"
#include "server/tasks/drift.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_MS = 300000,  /* a look that is under way for longer counts as dead */
    CHECK_MS = 600000, /* between two looks for drift, and for a first version */
    BUSY_MS = 60000,   /* after a look at a model in training, or a full queue */
    TROUBLE_MS = 5000, /* after an error of the store */
    NOTE_MAX = 300
};

/* One look. */
struct look {
    struct app *app;
    struct retrain *r;
    const struct fetch_stop *stop;
    struct access access;     /* of the key that set the rule */
    const struct access *key; /* it, or NULL: that of the configuration, or none */
    int64_t now;
    bool timed; /* the time of a training has come */
    struct dataset data;
};

/* ---- results ---- */

static void set_text(char **to, char *text)
{
    free(*to);
    *to = text;
}

__attribute__((format(printf, 2, 3))) static void note(struct retrain *r, const char *format, ...)
{
    char text[NOTE_MAX];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    set_text(&r->note, strdup(text));
    set_text(&r->error, NULL);
}

static void fail(struct retrain *r, const struct err *e)
{
    set_text(&r->note, NULL);
    set_text(&r->error, http_problem_text(e, NULL));
}

/* The next look is when the rule says so. */
static void move_on(const struct look *l)
{
    struct retrain *r = l->r;
    int64_t check = r->drift > 0 ? l->now + fetch_spread(CHECK_MS) : 0;

    if (l->timed)
        r->next_at = l->now + fetch_spread(r->every);
    r->due_at = check && (!r->next_at || check < r->next_at) ? check : r->next_at;
}

/* The next look is soon, and for the same training. */
static void look_again(const struct look *l, int64_t ms)
{
    l->r->due_at = l->now + fetch_spread(ms);
}

/* ---- what to train ---- */

static cJSON *move_member(cJSON *to, cJSON *from, const char *name)
{
    cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(from, name);

    return item ? json_put(to, name, item) : to;
}

enum status retrain_request(char **out, struct store *s, const struct job *j, struct err *e)
{
    struct model_version v = {0};
    struct err ignored = {0};
    bool made =
        j->model_version && store_model_get(&v, s, j->model, j->model_version, &ignored) == ST_OK;
    cJSON *params = cJSON_Parse(made && v.params ? v.params : j->params);
    cJSON *o = json_put_text(cJSON_CreateObject(), "task", j->task);

    model_version_release(&v);
    o = json_put_text(o, "dataset", j->dataset);
    o = json_put_text(o, "model", j->model);
    o = move_member(o, params, "recipe");
    o = move_member(o, params, "future_covariates");
    if (j->validation_dataset) {
        o = json_put_text(o, "validation_dataset", j->validation_dataset);
        cJSON_DeleteItemFromObjectCaseSensitive(params, "test_size"); /* all of it is held out */
    }
    if (j->promote)
        o = json_put_text(o, "promote", j->promote);
    o = params ? json_put(o, "params", params) : o;
    *out = o && params ? json_print(o) : NULL;
    cJSON_Delete(o);
    return *out ? ST_OK : err_nomem(e, 0);
}

/* Sets r->request to that of the last job that succeeded, unless that is gone. */
static enum status read_request(const struct look *l, const struct retrain_jobs *jobs,
                                struct err *e)
{
    struct job j = {0};
    char *request = NULL;
    enum status st = ST_OK;

    if (!jobs->last[0])
        return ST_OK;
    st = store_job_get(&j, l->app->store, jobs->last, e);
    if (st == ST_NOT_FOUND) /* deleted in between */
        return ST_OK;
    if (!st)
        st = retrain_request(&request, l->app->store, &j, e);
    if (!st)
        set_text(&l->r->request, request);
    job_release(&j);
    return st;
}

static enum status read_key(struct look *l, struct err *e)
{
    struct key k = {0};
    enum status st;

    if (!l->r->api_key)
        return ST_OK;
    st = store_key_get(&k, l->app->store, l->r->key, e);
    if (st && st != ST_NOT_FOUND)
        return st;
    if (st || k.access.id != l->r->api_key || key_state(&k, l->now) != KEY_ACTIVE)
        return err_set(e, ST_FORBIDDEN,
                       "the key '%s', which set the rule, is not in force any more; PUT the rule "
                       "with another key",
                       l->r->key);
    l->access = k.access;
    l->key = &l->access;
    return ST_OK;
}

static enum status read_data(struct look *l, struct err *e)
{
    cJSON *tree = cJSON_Parse(l->r->request);
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "dataset"));
    enum status st = name ? store_dataset_get(&l->data, l->app->store, name, e)
                          : err_set(e, ST_CORRUPT, "the stored request has no data set");

    cJSON_Delete(tree);
    return st;
}

/* *version: the newest one, if it has learnt the present data; otherwise 0. */
static enum status find_learnt(int64_t *version, const struct look *l, struct err *e)
{
    struct model_version v = {0};
    const struct version_ref newest = {.alias = ALIAS_LATEST};
    enum status st = store_model_find(&v, l->app->store, l->r->model, newest, e);
    cJSON *details = !st && v.details ? cJSON_Parse(v.details) : NULL;
    const char *learnt = cJSON_GetStringValue(cJSON_GetObjectItem(details, "dataset_digest"));

    *version = learnt && strcmp(learnt, l->data.digest) == 0 ? v.version : 0;
    cJSON_Delete(details);
    model_version_release(&v);
    return st;
}

/* ---- drift ---- */

static enum status measure(struct drift *d, const struct look *l, struct err *e)
{
    const struct stop_flag stop = {.ctx = l->stop->ctx, .asked = l->stop->over};
    const struct model *m = NULL;
    char *json = NULL;
    cJSON *evaluation = NULL;
    enum status st = model_cache_acquire(&m, l->app->cache, l->r->model, version_number(0), e);

    if (!st)
        st = store_model_evaluation(&json, l->app->store, m->name, m->version, e);
    evaluation = json ? cJSON_Parse(json) : NULL;
    if (!st && (m->task != TASK_FORECAST || !drift_possible(evaluation)))
        st = err_set(e, ST_CONFLICT,
                     "model %s version %lld has no errors on held-out observations that a drift "
                     "could be compared with",
                     m->name, (long long)m->version);
    if (!st && l->data.kind != DATA_SERIES)
        st = err_set(e, ST_CONFLICT, "dataset '%s' holds no series any more", l->data.name);
    if (!st)
        st = drift_measure(d, l->app->store, m, evaluation, l->data.id, &stop, e);
    cJSON_Delete(evaluation);
    free(json);
    model_cache_release(l->app->cache, m);
    return st;
}

/* *trains: whether the errors have grown that much. The same data are measured once. */
static enum status check_drift(bool *trains, const struct look *l, struct err *e)
{
    struct retrain *r = l->r;
    struct drift d = {0};
    enum status st = ST_OK;

    *trains = false;
    if (strcmp(r->measured, l->data.digest) == 0)
        return ST_OK;
    st = measure(&d, l, e);
    if (st)
        return st;
    *trains = d.ratio >= r->drift;
    if (!isnan(d.ratio)) {
        r->last_drift = d.ratio;
        r->drift_at = l->now;
    }
    if (*trains)
        return ST_OK; /* measured again until the job is in the queue */
    memcpy(r->measured, l->data.digest, sizeof(r->measured));
    if (isnan(d.ratio))
        note(r, "drift needs %d new rows of a series, and there are %d", d.need, d.rows);
    else
        note(r, "the drift of %d series is %.3g, and %g trains", d.series, d.ratio, r->drift);
    return ST_OK;
}

/* ---- submitting ---- */

/* Returns the status of the response. */
static int ask(const struct look *l, const char *idempotency_key, char **answer)
{
    const struct http_pair list[] = {{"Idempotency-Key", idempotency_key}};
    const struct http_fields fields = {list, 1};
    const struct http_req rq = {.method = HTTP_POST,
                                .path = "/v1/jobs",
                                .body = l->r->request,
                                .body_len = strlen(l->r->request),
                                .request_id = "",
                                .content_type = MEDIA_JSON,
                                .fields = &fields,
                                .key = l->key};
    struct http_res *rs = http_res_new(&rq);
    const char *type, *data = NULL;
    size_t len = 0;
    int status;

    *answer = NULL;
    if (!rs)
        return 503;
    api_job_create(l->app, &rq, rs);
    status = http_res_get(rs, &type, &data, &len);
    *answer = data ? strndup(data, len) : NULL;
    http_res_free(rs);
    return status;
}

static void take_job(struct retrain *r, const char *answer)
{
    cJSON *tree = answer ? cJSON_Parse(answer) : NULL;
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tree, "id"));

    (void)snprintf(r->last_job, sizeof(r->last_job), "%s", id ? id : "");
    cJSON_Delete(tree);
}

static void submit(const struct look *l)
{
    struct retrain *r = l->r;
    struct err e = {0}, ignored = {0};
    char key[NAME_MAX_LEN + DIGEST_LEN + 48], *answer = NULL;
    int status;

    if (l->timed)
        (void)snprintf(key, sizeof(key), "retrain %s %lld at %lld", r->model, (long long)r->token,
                       (long long)r->next_at);
    else
        (void)snprintf(key, sizeof(key), "retrain %s %lld of %s", r->model, (long long)r->token,
                       l->data.digest);
    if (store_act_for(l->app->store, l->key, &e)) {
        fail(r, &e);
        look_again(l, BUSY_MS);
        return;
    }
    status = ask(l, key, &answer);
    (void)store_act_for(l->app->store, NULL, &ignored);
    set_text(&r->note, NULL);
    set_text(&r->error, NULL);
    if (status / 100 == 2) {
        take_job(r, answer);
        memcpy(r->measured, l->data.digest, sizeof(r->measured));
        free(answer);
    } else {
        r->error = answer;
    }
    if (status == 503)
        look_again(l, BUSY_MS);
    else
        move_on(l);
}

/* ---- the look ---- */

/* Whether there is a reason to look any further; if not, when to look again is set. */
static enum status prepare(bool *ready, struct look *l, struct err *e)
{
    struct retrain_jobs jobs;
    enum status st = store_retrain_jobs(&jobs, l->app->store, l->r->model, e);

    *ready = false;
    if (!st && jobs.busy) {
        note(l->r, "waits for a job that trains the model");
        look_again(l, BUSY_MS);
        return ST_OK;
    }
    if (!st)
        st = read_request(l, &jobs, e);
    if (!st && !l->r->request) {
        note(l->r, "waits for a job of the model that succeeds");
        look_again(l, CHECK_MS);
        return ST_OK;
    }
    if (!st)
        st = read_key(l, e);
    if (!st)
        st = read_data(l, e);
    *ready = !st;
    return st;
}

static enum status decide(struct look *l, struct err *e)
{
    int64_t learnt = 0;
    bool trains = l->timed;
    enum status st = find_learnt(&learnt, l, e);

    if (!st && learnt)
        note(l->r, "the dataset has not changed since version %lld learnt from it",
             (long long)learnt);
    else if (!st && !l->timed && l->r->drift > 0)
        st = check_drift(&trains, l, e);
    if (st)
        return st;
    if (trains && !learnt)
        submit(l);
    else
        move_on(l);
    return ST_OK;
}

void retrain_run(struct app *app, struct retrain *r, const struct fetch_stop *stop)
{
    struct look l = {.app = app, .r = r, .stop = stop, .now = clock_ms()};
    struct err e = {0};
    bool ready = false;
    enum status st;

    l.timed = r->every > 0 && r->next_at <= l.now;
    st = prepare(&ready, &l, &e);
    if (!st && ready)
        st = decide(&l, &e);
    r->checked_at = l.now;
    if (st == ST_CANCELLED) {
        r->due_at = l.now; /* goes on at the next start */
    } else if (st) {
        fail(r, &e);
        if (st == ST_BUSY || st == ST_NOMEM)
            look_again(&l, BUSY_MS);
        else
            move_on(&l);
    }
    dataset_release(&l.data);
}

static void tell(const struct retrain *r, const char *before)
{
    bool submitted = strcmp(before, r->last_job) != 0;
    const struct log_field f[] = {log_str("model", r->model),
                                  log_str("result", r->error    ? "failed"
                                                    : submitted ? "submitted"
                                                                : "waits"),
                                  log_str("job", r->last_job)};

    log_event(r->error ? LOG_WARN : LOG_INFO, "retrain", f, (int)(sizeof(f) / sizeof(f[0])));
}

int64_t api_retrain_look(void *ctx, const struct fetch_stop *stop)
{
    struct app *app = ctx;
    struct retrain r = {0};
    struct err e = {0};
    char before[JOB_ID_LEN + 1];
    bool found = false;
    int64_t next = INT64_MAX, now;
    enum status st = store_retrain_claim(&r, &found, &next, app->store, LOOK_MS, &e);

    if (st) {
        if (st != ST_BUSY)
            log_msg(LOG_WARN, "retrain", "the rules cannot be read: %s", e.message);
        return TROUBLE_MS;
    }
    if (found) {
        memcpy(before, r.last_job, sizeof(before));
        retrain_run(app, &r, stop);
        tell(&r, before);
        if (store_retrain_finish(app->store, &r, &e))
            log_msg(LOG_WARN, "retrain", "the look at model %s cannot be stored: %s", r.model,
                    e.message);
    }
    retrain_release(&r);
    now = clock_ms();
    return found || next <= now ? 0 : next - now;
}
