/* anomalies.c - POST /v1/models/{name}/anomalies: finds observations that the model did not
 * expect. */
#include "server/api/resources.h"

#include "server/api/common.h"
#include "server/api/cost.h"
#include "server/api/histories.h"

#include <lstm/anomalies.h>
#include <math.h>
#include <stdlib.h>

/* Each observation takes one forecast, which reads the history before it. */
enum { LAST_DEFAULT = 100, LAST_MAX = 1000, OBSERVATIONS_MAX = 10000, VALUES_MAX = 20000000 };

struct ask {
    double level;
    int64_t last;
};

/* Reads level and last, and removes them from the body. */
static enum status read_ask(struct ask *a, cJSON *body, struct err *e)
{
    static const char *const members[] = {
        "series",      "values", "start", "frequency", "id",         "open", "anchor",
        "date_format", "level",  "last",  "dataset",   "covariates", NULL};
    const cJSON *level = cJSON_GetObjectItemCaseSensitive(body, "level");
    enum status st = json_only(body, "", members, e);

    *a = (struct ask){ANOMALY_LEVEL, LAST_DEFAULT};
    if (!st && level) {
        a->level = cJSON_IsNumber(level) ? level->valuedouble : NAN;
        if (!(a->level > 0 && a->level < 100)) {
            err_set(e, ST_INVALID, "level must be a number between 0 and 100, in percent");
            return err_at(e, "/level");
        }
    }
    if (!st)
        st = json_get_int(&a->last, body, "", "last", 1, LAST_MAX, false, e);
    cJSON_DeleteItemFromObjectCaseSensitive(body, "level");
    cJSON_DeleteItemFromObjectCaseSensitive(body, "last");
    return st;
}

static cJSON *render_flags(const struct anomalies *a)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < a->count; i++)
        list = json_push(list, cJSON_CreateBool(a->anomaly[i]));
    return list;
}

static cJSON *render_times(const struct anomalies *a, const struct timeline *t)
{
    cJSON *list = cJSON_CreateArray();
    char text[40];

    for (int i = 0; i < a->count; i++)
        list = json_push(list, t->frequency.unit == FREQ_INDEX
                                   ? cJSON_CreateNumber((double)(t->start + a->first + i))
                                   : cJSON_CreateString(timeline_text(text, t, a->first + i)));
    return list;
}

static cJSON *render(const struct anomalies *a, const struct series_view *s,
                     const struct timeline *time)
{
    char name[16], open[OPEN_TEXT_MAX];
    cJSON *o = cJSON_CreateObject();

    o = json_put_text(o, "id", s->id);
    timeline_name(name, time);
    o = json_put_text(o, "frequency", name[0] ? name : NULL);
    if (timeline_open(open, time)[0])
        o = json_put_text(o, "open", open);
    o = json_put_number(o, "anomalies", a->num_anomalies);
    o = json_put_number(o, "drift", a->drift);
    o = json_put(o, "time", render_times(a, time));
    o = json_put(o, "value", json_numbers(s->values + a->first, a->count));
    o = json_put(o, "expected", json_numbers(a->expected, a->count));
    o = json_put(o, "lower", json_numbers(a->lower, a->count));
    o = json_put(o, "upper", json_numbers(a->upper, a->count));
    return json_put(o, "anomaly", render_flags(a));
}

/* Finds the anomalies of one series, with the model's covariates. */
static enum status find_one(cJSON **list, const struct model *m, const struct panel_data *p, int i,
                            const struct ask *a, struct err *e)
{
    struct series_view s = p->views[i];
    struct anomalies found = {0};
    double *covariates = NULL;
    enum status st = api_check_history(m, p, i, e);

    if (!st)
        st = panel_covariates(&covariates, &s.rows, m->forecaster, p, i, 0, e);
    s.covariates = covariates;
    if (!st) {
        st = forecaster_anomalies_view(&found, m->forecaster, &s, a->level, (int)a->last, e);
        if (st)
            err_at(e, "/series/%d", i);
    }
    if (!st)
        *list = json_push(*list, render(&found, &s, &p->time[i]));
    anomalies_release(&found);
    free(covariates);
    return st;
}

static enum status find_all(cJSON **list, const struct model *m, const struct panel_data *p,
                            const struct ask *a, const struct http_req *rq, struct err *e)
{
    int count = p->panel.count;
    enum status st = ST_OK;
    int64_t values = 0;

    *list = cJSON_CreateArray();
    if ((int64_t)count * a->last > OBSERVATIONS_MAX)
        return err_set(e, ST_TOO_LARGE,
                       "%d series of up to %lld observations; one answer looks at %d at most: ask "
                       "for fewer of each (\"last\"), or fewer series",
                       count, (long long)a->last, OBSERVATIONS_MAX);
    for (int i = 0; i < count; i++)
        values += a->last * p->views[i].length;
    if (values > VALUES_MAX)
        return err_set(e, ST_TOO_LARGE,
                       "%lld observations of histories this long read %lld values; one answer "
                       "reads at most %d: ask for fewer (\"last\"), or send shorter histories",
                       (long long)a->last * count, (long long)values, VALUES_MAX);
    for (int i = 0; !st && i < count; i++) {
        st = http_go_on(rq, e);
        if (!st)
            st = find_one(list, m, p, i, a, e);
    }
    return st;
}

/* Mean over the series of a response that have observations; NaN: none has. */
static double mean_drift(const cJSON *list)
{
    const cJSON *series;
    double sum = 0;
    int n = 0;

    cJSON_ArrayForEach(series, list)
    {
        const cJSON *drift = cJSON_GetObjectItemCaseSensitive(series, "drift");

        if (!cJSON_IsNumber(drift))
            continue;
        sum += drift->valuedouble;
        n++;
    }
    return n ? sum / n : NAN;
}

/* Every observation takes one forecast of one step. */
static enum http_lane lane_of(const struct model *m, const struct panel_data *p,
                              const struct ask *a)
{
    int64_t values = 0;

    for (int i = 0; i < p->panel.count; i++)
        values += a->last * p->views[i].length;
    return cost_lane(cost_of_forecasts(m->forecaster, p->panel.count * (int)a->last, 1, values));
}

/* POST {"series":[...] | "values":[...] | "dataset":"name", "level":95, "last":100} -> 200. 404;
 * 409 a tagger; 413; 422. */
void api_anomalies_post(void *ctx, const struct http_req *rq, struct http_res *rs)
{
    static const char *const others[] = {"level", "last", NULL};
    struct app *app = ctx;
    struct err e = {0};
    struct ask a;
    struct series_set set = {0};
    struct panel_data panel = {0};
    const struct model *m = NULL;
    struct json_body body = {0};
    cJSON *list = NULL;
    bool moves = false;
    double drift;
    enum status st = api_acquire_forecaster(&m, app, rq, &e);

    if (!st && !forecaster_has_intervals(m->forecaster))
        st = err_set(&e, ST_INVALID,
                     "model %s version %lld has no residuals, so there is no interval that an "
                     "observation could lie outside of; train it on more observations",
                     m->name, (long long)m->version);
    if (!st)
        st = api_read_body(&body, app, rq, others, &e);
    if (!st)
        moves = http_move(rs, rq, cost_lane_of_dataset(app->store, body.tree));
    if (!st && !moves)
        st = read_ask(&a, body.tree, &e);
    if (!st && !moves)
        st = api_read_histories(&set, app, rq, &body, &e);
    if (!st && !moves)
        st = panel_data_init(&panel, &set, forecaster_params(m->forecaster)->multivariate, &e);
    if (!st && !moves)
        moves = http_move(rs, rq, lane_of(m, &panel, &a));
    if (!st && !moves)
        st = find_all(&list, m, &panel, &a, rq, &e);
    if (st) {
        cJSON_Delete(list);
        http_res_err(rs, &e);
    } else if (!moves) {
        cJSON *o = json_put_text(cJSON_CreateObject(), "model", m->name);

        o = json_put_number(o, "version", (double)m->version);
        o = json_put_number(o, "level", a.level);
        drift = mean_drift(list);
        api_send_json(rs, 200, json_put(o, "series", list));
        model_cache_count_use(app->cache, m->name);
        if (!isnan(drift))
            model_cache_note_drift(app->cache, m->name, drift);
    }
    panel_data_release(&panel);
    series_set_release(&set);
    json_body_release(&body);
    model_cache_release(app->cache, m);
}
