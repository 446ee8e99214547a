/* backtest_task.c - see backtest_task.h. */
#include "server/tasks/backtest_task.h"

#include "server/tasks/forecast_task.h"
#include "server/tasks/report.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

char *backtest_plan_json(const struct backtest_plan *plan)
{
    char text[96];

    snprintf(text, sizeof(text), "{\"windows\":%d,\"step\":%d,\"horizon\":%d}", plan->windows,
             plan->step, plan->horizon);
    return strdup(text);
}

enum status backtest_plan_read(struct backtest_plan *out, const char *json, struct err *e)
{
    cJSON *o = cJSON_Parse(json);
    const char *const names[] = {"windows", "step", "horizon"};
    int *const to[] = {&out->windows, &out->step, &out->horizon};
    enum status st = ST_OK;

    for (int i = 0; !st && i < 3; i++) {
        const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, names[i]);

        if (cJSON_IsNumber(v))
            *to[i] = v->valueint;
        else
            st = err_set(e, ST_CORRUPT, "the stored plan of the backtest has no %s", names[i]);
    }
    cJSON_Delete(o);
    return st;
}

/* Computes the memory for the fit of one window; p has the parameters as requested. */
static enum status count_need(struct job_need *need, const struct params *p,
                              const struct backtest_plan *plan, const struct panel *panel,
                              struct err *e)
{
    struct net_config c = {.input_size = 1,
                           .hidden_size = p->hidden_size,
                           .num_layers = p->num_layers,
                           .bidirectional = p->bidirectional,
                           .output_size = p->horizon ? p->horizon : plan->horizon,
                           .dropout = (float)p->dropout};
    struct params whole = *p;
    enum status st = net_config_check(&c, e);

    if (st)
        return st;
    need->parameters = net_config_num_parameters(&c);
    whole.horizon = c.output_size;
    /* values found for a window are at most as long as those found for the whole */
    if (!forecaster_resolve(&whole, panel, NULL))
        forecast_need_memory(need, &whole, panel);
    return ST_OK;
}

static enum status resolve(struct job_draft *draft, const struct job_request *r, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e)
{
    struct backtest_plan plan = *r->backtest;
    struct forecast_data data = {0};
    enum status st = forecast_data_load(&data, s, d->id, &draft->params, e);

    (void)validation; /* every window holds out its own end */
    if (!st)
        st = backtest_resolve(&plan, &draft->params, &data.panel.panel, e);
    if (!st)
        st = count_need(&draft->need, &draft->params, &plan, &data.panel.panel, e);
    forecast_data_release(&data);
    if (st)
        return st;
    draft->sized = draft->params;
    draft->backtest = backtest_plan_json(&plan);
    return draft->backtest ? ST_OK : err_nomem(e, 0);
}

static enum status run(struct trained *out, struct store *s, const struct job *job,
                       const struct params *p, const struct fit_hooks *hooks, struct err *e)
{
    struct backtest_plan plan = {0};
    struct forecast_data data = {0};
    struct backtest *b = NULL;
    enum status st = backtest_plan_read(&plan, job->backtest, e);

    if (!st)
        st = forecast_data_load(&data, s, job->dataset_id, p, e);
    if (!st)
        st = backtest_run(&b, &data.panel.panel, p, &plan, hooks, e);
    if (!st) {
        out->metrics = report_text(report_backtest_metrics(b));
        out->evaluation = report_text(report_backtest(b, &data.panel.panel, data.panel.time));
        st = out->metrics && out->evaluation ? ST_OK : err_nomem(e, 0);
    }
    backtest_free(b);
    forecast_data_release(&data);
    return st;
}

const struct job_task backtest_task = {.name = "backtest",
                                       .task = TASK_FORECAST,
                                       .kind = DATA_SERIES,
                                       .makes_model = false,
                                       .resolve = resolve,
                                       .run = run};
