/* backtest_task.c - see backtest_task.h. */
#include "server/tasks/backtest_task.h"

#include "server/tasks/forecast_task.h"
#include "server/tasks/report.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

enum status backtest_task_resolve(struct backtest_plan *plan, const struct params *p,
                                  struct job_need *need, struct store *s, const struct dataset *d,
                                  struct err *e)
{
    struct forecast_data data = {0};
    struct net_config c = {.input_size = 1,
                           .hidden_size = p->hidden_size,
                           .num_layers = p->num_layers,
                           .bidirectional = p->bidirectional,
                           .dropout = (float)p->dropout};
    enum status st = forecast_data_load(&data, s, d->id, p, e);

    if (!st)
        st = backtest_resolve(plan, p, &data.panel.panel, e);
    c.output_size = p->horizon ? p->horizon : plan->horizon;
    if (!st)
        st = net_config_check(&c, e);
    if (!st) {
        struct params whole = *p;

        need->parameters = net_config_num_parameters(&c);
        whole.horizon = c.output_size;
        /* what a window finds is no longer than what the whole finds */
        if (!forecaster_resolve(&whole, &data.panel.panel, NULL))
            forecast_need_memory(need, &whole, &data.panel.panel);
    }
    forecast_data_release(&data);
    return st;
}

enum status backtest_task_run(struct trained *out, struct store *s, int64_t dataset_id,
                              const struct params *p, const struct backtest_plan *plan,
                              const struct fit_hooks *hooks, struct err *e)
{
    struct forecast_data data = {0};
    struct backtest *b = NULL;
    enum status st = forecast_data_load(&data, s, dataset_id, p, e);

    if (!st)
        st = backtest_run(&b, &data.panel.panel, p, plan, hooks, e);
    if (!st) {
        out->metrics = report_text(report_backtest_metrics(b));
        out->evaluation = report_text(report_backtest(b, &data.panel.panel, data.panel.time));
        st = out->metrics && out->evaluation ? ST_OK : err_nomem(e, 0);
    }
    backtest_free(b);
    forecast_data_release(&data);
    return st;
}

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
