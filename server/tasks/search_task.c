/* search_task.c - see search_task.h. */
#include "server/tasks/search_task.h"

#include "server/base/clock.h"
#include "server/formats/json.h"
#include "server/tasks/forecast_task.h"
#include "server/tasks/params_json.h"
#include "server/tasks/report.h"

#include <cjson/cJSON.h>
#include <lstm/search.h>
#include <string.h>

char *search_request_json(const struct search_request *r)
{
    cJSON *o = cJSON_CreateObject(), *fixed = cJSON_AddArrayToObject(o, "fixed");
    int n = 0;
    const struct param_spec *table = params_table(&n);
    bool ok = fixed && cJSON_AddNumberToObject(o, "trials", r->trials) &&
              cJSON_AddNumberToObject(o, "time_limit_seconds", r->time_limit_seconds);
    char *text;

    for (int i = 0; ok && i < n && i < SEARCH_PARAMS_MAX; i++)
        if (r->fixed[i])
            ok = cJSON_AddItemToArray(fixed, cJSON_CreateString(table[i].name));
    text = ok ? json_print(o) : NULL;
    cJSON_Delete(o);
    return text;
}

enum status search_request_read(struct search_request *out, const char *json, struct err *e)
{
    cJSON *o = cJSON_Parse(json);
    const cJSON *trials = cJSON_GetObjectItemCaseSensitive(o, "trials"), *name;
    const cJSON *limit = cJSON_GetObjectItemCaseSensitive(o, "time_limit_seconds");
    int n = 0;
    const struct param_spec *table = params_table(&n);
    enum status st = ST_OK;

    *out = (struct search_request){0};
    if (cJSON_IsNumber(trials) && cJSON_IsNumber(limit)) {
        out->trials = trials->valueint;
        out->time_limit_seconds = limit->valueint;
    } else {
        st = err_set(e, ST_CORRUPT, "the stored plan of the search is incomplete");
    }
    cJSON_ArrayForEach(name, cJSON_GetObjectItemCaseSensitive(o, "fixed"))
    {
        for (int i = 0; i < n && i < SEARCH_PARAMS_MAX; i++)
            out->fixed[i] = out->fixed[i] ||
                            (cJSON_IsString(name) && !strcmp(name->valuestring, table[i].name));
    }
    cJSON_Delete(o);
    return st;
}

static int64_t now_seconds(void)
{
    return clock_monotonic_ms() / 1000;
}

static bool enough(void *ctx)
{
    return now_seconds() >= *(const int64_t *)ctx;
}

/* Adds "search": {"trials", "best", "score"} to the metrics, and every trial to the evaluation. */
static enum status add_report(struct trained *out, const struct search *s, struct err *e)
{
    char *metrics = report_with(out->metrics, "search", report_search(s, false));
    char *evaluation = report_with(out->evaluation, "search", report_search(s, true));

    out->metrics = metrics;
    out->evaluation = evaluation;
    return metrics && evaluation ? ST_OK : err_nomem(e, 0);
}

/* The whole data decides how large the net of the last fit can become. The request's parameters
 * stay unchanged, automatic ones included. */
static enum status resolve(struct job_draft *draft, const struct job_request *r, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e)
{
    struct params requested = draft->params;
    enum status st = forecast_task.resolve(draft, r, s, d, validation, e);

    if (st)
        return st;
    draft->params = requested;
    draft->search = search_request_json(r->search);
    return draft->search ? ST_OK : err_nomem(e, 0);
}

static enum status search(struct trained *out, const struct forecast_data *data,
                          const struct params *p, const struct search_plan *plan,
                          const struct fit_hooks *hooks, struct err *e)
{
    struct forecaster *f = NULL;
    struct search *tried = NULL;
    enum status st = search_fit(&f, &tried, &data->panel.panel, p, plan, hooks, e);

    if (!st)
        st = forecast_trained(out, f, data, e);
    if (!st)
        st = add_report(out, tried, e);
    if (!st) {
        out->params = params_to_json(TASK_FORECAST, forecaster_params(f));
        st = out->params ? ST_OK : err_nomem(e, 0);
    }
    search_free(tried);
    forecaster_free(f);
    return st;
}

static enum status run(struct trained *out, struct store *s, const struct job *job,
                       const struct params *p, const struct fit_hooks *hooks, struct err *e)
{
    struct search_request r;
    struct forecast_data data = {0};
    enum status st = search_request_read(&r, job->search, e);
    int64_t until = now_seconds() + r.time_limit_seconds;
    const struct search_plan plan = {
        .trials = r.trials, .fixed = r.fixed, .enough = enough, .ctx = &until};

    if (!st)
        st = forecast_data_load(&data, s, job->dataset_id, p, e);
    if (!st)
        st = search(out, &data, p, &plan, hooks, e);
    forecast_data_release(&data);
    return st;
}

const struct job_task search_task = {.name = "forecast",
                                     .task = TASK_FORECAST,
                                     .kind = DATA_SERIES,
                                     .makes_model = true,
                                     .resolve = resolve,
                                     .run = run};
