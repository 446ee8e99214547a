/* backtest.c - see backtest.h. */
#include "server/jobs/backtest.h"

#include "server/formats/fill.h"
#include "server/jobs/panel.h"
#include "server/jobs/report.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

static enum status load(struct series_set *set, struct panel_data *p, struct store *s, int64_t id,
                        struct err *e)
{
    enum status st = store_series_load(set, s, id, e);

    if (!st)
        st = fill_series_set(set, e);
    return st ? st : panel_data_init(p, set, e);
}

enum status backtest_task_resolve(struct backtest_plan *plan, const struct params *p,
                                  int64_t *parameters, struct store *s, const struct dataset *d,
                                  struct err *e)
{
    struct series_set set = {0};
    struct panel_data data = {0};
    struct net_config c = {.input_size = 1,
                           .hidden_size = p->hidden_size,
                           .num_layers = p->num_layers,
                           .bidirectional = p->bidirectional,
                           .dropout = (float)p->dropout};
    enum status st = load(&set, &data, s, d->id, e);

    if (!st)
        st = backtest_resolve(plan, p, &data.panel, e);
    c.output_size = p->horizon ? p->horizon : plan->horizon;
    if (!st)
        st = net_config_check(&c, e);
    *parameters = st ? 0 : net_config_num_parameters(&c);
    panel_data_release(&data);
    series_set_release(&set);
    return st;
}

enum status backtest_task_run(struct trained *out, struct store *s, int64_t dataset_id,
                              const struct params *p, const struct backtest_plan *plan,
                              const struct fit_hooks *hooks, struct err *e)
{
    struct series_set set = {0};
    struct panel_data data = {0};
    struct backtest *b = NULL;
    enum status st = load(&set, &data, s, dataset_id, e);

    if (!st)
        st = backtest_run(&b, &data.panel, p, plan, hooks, e);
    if (!st) {
        out->metrics = report_text(report_backtest_metrics(b));
        out->evaluation = report_text(report_backtest(b, &data.panel, data.time));
        st = out->metrics && out->evaluation ? ST_OK : err_nomem(e, 0);
    }
    backtest_free(b);
    panel_data_release(&data);
    series_set_release(&set);
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
