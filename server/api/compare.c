/* compare.c - GET /v1/models/{name}/compare: compares versions on the same held-out data, which is
 * that of the newest version that has any. */
#include "server/api/resources.h"

#include "server/api/allowed.h"
#include "server/api/common.h"
#include "server/tasks/measure_versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSIONS_MAX = 10, COMPARED_TOKENS_MAX = 1000000 };

/* One of the versions. */
struct side {
    struct model_version v;
    const struct model *m;
    cJSON *details, *params, *evaluation; /* NULL: it has none */
};

struct compared {
    int count;
    struct side side[VERSIONS_MAX];
    struct measured_version measured[VERSIONS_MAX];
    struct dataset data, validation;
    struct measured_data on;
};

static void release(struct compared *c, struct app *app)
{
    for (int i = 0; i < c->count; i++) {
        measured_version_release(&c->measured[i]);
        model_cache_release(app->cache, c->side[i].m);
        cJSON_Delete(c->side[i].details);
        cJSON_Delete(c->side[i].params);
        cJSON_Delete(c->side[i].evaluation);
        model_version_release(&c->side[i].v);
    }
    dataset_release(&c->data);
    dataset_release(&c->validation);
    measured_data_release(&c->on);
}

/* ---- the request ---- */

enum status api_check_versions(const char *text, struct err *e)
{
    int count = 0;
    enum status st = ST_OK;

    for (const char *at = text; !st && at; count++) {
        char name[NAME_MAX_LEN + 1] = "";
        size_t n = strcspn(at, ",");

        if (n <= NAME_MAX_LEN)
            memcpy(name, at, n);
        st = api_check_version(name, e);
        at = at[n] ? at + n + 1 : NULL;
    }
    if (!st && (count < 2 || count > VERSIONS_MAX))
        st = err_set(e, ST_MALFORMED, "versions names %d; it must name 2 to %d, as in 3,4", count,
                     VERSIONS_MAX);
    return st;
}

static enum status parse(cJSON **out, const char *text, struct err *e)
{
    *out = text ? cJSON_Parse(text) : NULL;
    return !text || *out ? ST_OK : err_nomem(e, strlen(text));
}

static enum status read_side(struct side *s, struct app *app, const char *model, const char *name,
                             struct err *e)
{
    struct version_ref ref = {0};
    char *evaluation = NULL;
    enum status st = api_read_version_ref(&ref, name, e);

    if (!st)
        st = store_model_find(&s->v, app->store, model, ref, e);
    if (!st)
        st = store_model_evaluation(&evaluation, app->store, model, s->v.version, e);
    if (!st)
        st = parse(&s->evaluation, evaluation, e);
    if (!st)
        st = parse(&s->details, s->v.details, e);
    if (!st)
        st = parse(&s->params, s->v.params, e);
    if (!st)
        st = model_cache_acquire(&s->m, app->cache, model, version_number(s->v.version), e);
    free(evaluation);
    return st;
}

static enum status read_sides(struct compared *c, struct app *app, const struct http_req *rq,
                              struct err *e)
{
    enum status st = ST_OK;

    for (const char *at = http_query(rq, "versions"); !st && at;) {
        char name[NAME_MAX_LEN + 1] = "";
        size_t n = strcspn(at, ",");
        struct side *s = &c->side[c->count];

        memcpy(name, at, n);
        at = at[n] ? at + n + 1 : NULL;
        c->count++; /* what it holds so far is released, after an error too */
        st = read_side(s, app, rq->param[0], name, e);
        for (int i = 0; !st && i < c->count - 1; i++)
            if (c->side[i].v.version == s->v.version) {
                err_set(e, ST_INVALID, "versions names version %lld twice",
                        (long long)s->v.version);
                st = err_at(e, "?versions");
            }
    }
    return st;
}

/* ---- the held-out data ---- */

static bool held_out(const struct side *s)
{
    const cJSON *series = cJSON_GetObjectItemCaseSensitive(s->evaluation, "series");

    if (s->m->task == TASK_TAG)
        return s->v.dataset && tagger_params(s->m->tagger)->test_size > 0;
    return s->v.dataset && cJSON_GetArraySize(series) > 0;
}

/* The newest version that held data out; -1: none did. */
static int find_base(const struct compared *c)
{
    int base = -1;

    for (int i = 0; i < c->count; i++)
        if (held_out(&c->side[i]) && (base < 0 || c->side[i].v.version > c->side[base].v.version))
            base = i;
    return base;
}

/* *found false: it was deleted. */
static enum status find_dataset(struct dataset *d, bool *found, struct app *app,
                                const struct http_req *rq, const char *name, struct err *e)
{
    struct err why = {0};
    enum status st = api_check_covered(rq, name, NULL, e);

    *found = false;
    if (st)
        return st;
    st = store_dataset_get(d, app->store, name, &why);
    *found = st == ST_OK;
    if (st && st != ST_NOT_FOUND) {
        *e = why;
        return st;
    }
    return ST_OK;
}

static enum status check_tokens(const struct dataset *d, struct err *e)
{
    if (d->kind != DATA_TAGGED || d->tokens <= COMPARED_TOKENS_MAX)
        return ST_OK;
    return err_set(e, ST_TOO_LARGE,
                   "dataset '%s' has %lld tokens; versions are compared on at most %d", d->name,
                   (long long)d->tokens, COMPARED_TOKENS_MAX);
}

static enum status find_data(struct compared *c, struct app *app, const struct http_req *rq,
                             struct err *e)
{
    const struct side *base = &c->side[c->on.base];
    const char *validation =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(base->details, "validation_dataset"));
    enum data_kind kind = base->m->task == TASK_TAG ? DATA_TAGGED : DATA_SERIES;
    bool found = false, also = true;
    enum status st = find_dataset(&c->data, &found, app, rq, base->v.dataset, e);

    if (!st && validation)
        st = find_dataset(&c->validation, &also, app, rq, validation, e);
    if (!st && found)
        st = check_tokens(&c->data, e);
    if (!st && validation && also)
        st = check_tokens(&c->validation, e);
    if (st || !found || !also || c->data.kind != kind)
        return st;
    c->on.data = &c->data;
    c->on.validation = validation ? &c->validation : NULL;
    return ST_OK;
}

/* ---- the answer ---- */

static cJSON *aliases_of(const struct model_version *v)
{
    cJSON *all = cJSON_Parse(v->aliases), *list = cJSON_CreateArray();
    const cJSON *item;

    cJSON_ArrayForEach(item, all)
    {
        if (item->valuedouble == (double)v->version)
            list = json_push(list, cJSON_CreateString(item->string));
    }
    cJSON_Delete(all);
    return list;
}

static cJSON *render_side(const struct side *s, const struct measured_version *m)
{
    cJSON *o = json_put_number(cJSON_CreateObject(), "version", (double)s->v.version);

    o = json_put(o, "aliases", aliases_of(&s->v));
    o = json_put(o, "serves", cJSON_CreateBool(s->v.serving == s->v.version));
    o = api_put_time(o, "created_at", s->v.created_at);
    o = json_put_text(o, "job", s->v.job);
    o = json_put_text(o, "dataset", s->v.dataset);
    o = json_put_text(
        o, "dataset_digest",
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(s->details, "dataset_digest")));
    o = json_put_number(o, "parameter_count", (double)s->v.parameter_count);
    o = json_put(o, "metrics", m->metrics ? cJSON_Duplicate(m->metrics, true) : cJSON_CreateNull());
    o = json_put(o, "stored", cJSON_CreateBool(m->stored));
    o = json_put(o, "seen", m->seen < 0 ? cJSON_CreateNull() : cJSON_CreateNumber((double)m->seen));
    return json_put_text(o, "reason", m->reason[0] ? m->reason : NULL);
}

/* The values of a parameter, one for each version; NULL if all are equal. */
static cJSON *values_of(const struct compared *c, const char *name)
{
    cJSON *list = cJSON_CreateArray();
    const cJSON *first = cJSON_GetObjectItemCaseSensitive(c->side[0].params, name);
    bool differ = false;

    for (int i = 0; i < c->count; i++) {
        const cJSON *v = cJSON_GetObjectItemCaseSensitive(c->side[i].params, name);

        differ = differ || (!v != !first) || (v && first && !cJSON_Compare(v, first, true));
        list = json_push(list, v ? cJSON_Duplicate(v, true) : cJSON_CreateNull());
    }
    if (list && differ)
        return list;
    cJSON_Delete(list);
    return NULL;
}

/* Parameters that differ, each with its values in the order of the versions. */
static cJSON *differing_params(const struct compared *c)
{
    cJSON *o = cJSON_CreateObject();

    for (int i = 0; o && i < c->count; i++) {
        const cJSON *p;

        cJSON_ArrayForEach(p, c->side[i].params)
        {
            cJSON *values = cJSON_HasObjectItem(o, p->string) ? NULL : values_of(c, p->string);

            if (values)
                o = json_put(o, p->string, values);
        }
    }
    return o;
}

static cJSON *render_data(const struct compared *c)
{
    const struct side *base = &c->side[c->on.base];
    bool tags = base->m && base->m->task == TASK_TAG;
    const struct dataset *d = c->on.validation ? c->on.validation : c->on.data;
    cJSON *o;

    if (!c->on.baseline)
        return cJSON_CreateNull();
    o = json_put_number(cJSON_CreateObject(), "of_version", (double)base->v.version);
    o = json_put_text(o, "dataset", d->name);
    o = json_put_text(o, "dataset_digest", d->digest);
    o = json_put_number(o, tags ? "tokens" : "observations", (double)c->on.held_out);
    if (!tags)
        o = json_put_number(o, "series", c->on.series);
    o = json_put_text(o, "baseline_method", tags ? "most_frequent_tag" : "seasonal_naive");
    return json_put(o, "baseline", cJSON_Duplicate(c->on.baseline, true));
}

static void send(struct http_res *rs, const struct compared *c)
{
    cJSON *o = json_put_text(cJSON_CreateObject(), "model", c->side[0].v.name);
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < c->count; i++)
        list = json_push(list, render_side(&c->side[i], &c->measured[i]));
    o = json_put_text(o, "task", c->side[0].v.task);
    o = json_put(o, "held_out", render_data(c));
    o = json_put(o, "versions", list);
    api_send_resource(rs, json_put(o, "params", differing_params(c)));
}

/* ---- together ---- */

static enum status measure(struct compared *c, struct app *app, const struct http_req *rq,
                           struct err *e)
{
    struct api_going g = {.rq = rq};
    const struct stop_flag stop = {.ctx = &g, .asked = api_must_stop};
    enum status st;

    for (int i = 0; i < c->count; i++)
        c->measured[i] = (struct measured_version){
            .v = &c->side[i].v, .m = c->side[i].m, .evaluation = c->side[i].evaluation};
    c->on.base = find_base(c);
    if (c->on.base < 0) {
        for (int i = 0; i < c->count; i++) {
            c->measured[i].seen = -1;
            (void)snprintf(c->measured[i].reason, sizeof(c->measured[i].reason),
                           "none of the versions held anything out");
        }
        c->on.base = 0;
        return ST_OK;
    }
    st = find_data(c, app, rq, e);
    if (!st)
        st = measure_versions(c->measured, c->count, &c->on, app->store, &stop, e);
    if (st == ST_CANCELLED && g.st) {
        *e = g.why;
        return g.st;
    }
    return st;
}

/* GET ?versions=3,4 -> 200. 400; 403 a key that does not cover the data set; 404; 413. */
void api_model_compare(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    struct app *app = ctx;
    struct err e = {0};
    struct compared *c = calloc(1, sizeof(*c));
    enum status st = c ? ST_OK : err_nomem(&e, sizeof(*c));

    if (!st && !http_query(rq, "versions")) {
        err_set(&e, ST_MALFORMED, "versions is missing; it names 2 to %d, as in ?versions=3,4",
                VERSIONS_MAX);
        st = err_at(&e, "?versions");
    }
    if (!st)
        st = read_sides(c, app, rq, &e);
    if (!st)
        st = measure(c, app, rq, &e);
    if (st)
        http_res_err(rs, &e);
    else
        send(rs, c);
    if (c)
        release(c, app);
    free(c);
}
