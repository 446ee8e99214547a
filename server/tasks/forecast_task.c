/* forecast_task.c - the task "forecast": trains a forecaster on a stored series set. */
#include "server/tasks/forecast_task.h"

#include "server/data/missing.h"
#include "server/data/timeline_style.h"
#include "server/tasks/report.h"

#include <stdlib.h>
#include <string.h>

enum status forecast_data_load(struct forecast_data *d, struct store *s, int64_t dataset_id,
                               const struct params *p, struct err *e)
{
    enum status st = store_series_load(&d->set, s, dataset_id, e);

    if (!st)
        st = missing_apply(&d->set, e);
    if (!st)
        st = panel_data_init(&d->panel, &d->set, p->multivariate, e);
    if (!st)
        panel_data_leave_out_empty(&d->panel);
    return st;
}

void forecast_data_release(struct forecast_data *d)
{
    panel_data_release(&d->panel);
    series_set_release(&d->set);
}

static enum status count_parameters(int64_t *out, const struct params *p, struct err *e)
{
    const struct net_config c = {.input_size = 1,
                                 .hidden_size = p->hidden_size,
                                 .num_layers = p->num_layers,
                                 .bidirectional = p->bidirectional,
                                 .output_size = p->horizon > 0 ? p->horizon : 1,
                                 .dropout = (float)p->dropout};
    enum status st = net_config_check(&c, e);

    *out = st ? 0 : net_config_num_parameters(&c);
    return st;
}

void forecast_need_memory(struct job_need *need, const struct params *p, const struct panel *panel)
{
    struct params smaller = *p;
    int low = 0, high = p->batch_size;

    need->bytes = forecaster_training_bytes(p, panel);
    while (need->bytes > need->limit && low + 1 < high) {
        smaller.batch_size = low + (high - low) / 2;
        if (forecaster_training_bytes(&smaller, panel) <= need->limit)
            low = smaller.batch_size;
        else
            high = smaller.batch_size;
    }
    need->batch_fits = low;
}

static enum status resolve(struct job_draft *draft, const struct job_request *r, struct store *s,
                           const struct dataset *d, int64_t validation, struct err *e)
{
    struct forecast_data data = {0};
    enum status st = forecast_data_load(&data, s, d->id, &draft->params, e);

    (void)r;
    (void)validation; /* a forecaster is evaluated on the end of its own series */
    if (!st)
        st = forecaster_resolve(&draft->params, &data.panel.panel, e);
    if (!st)
        st = count_parameters(&draft->need.parameters, &draft->params, e);
    if (!st)
        forecast_need_memory(&draft->need, &draft->params, &data.panel.panel);
    forecast_data_release(&data);
    draft->sized = draft->params;
    return st;
}

/* Frequencies and styles of the series' times as lists of lines, for the metadata of the model. */
struct time_lists {
    struct buf frequency, start, style;
    bool styled; /* at least one style has to be written */
};

static enum status describe_time(struct time_lists *l, const struct panel_data *p, struct err *e)
{
    char name[16], text[TIME_TEXT_MAX], style[TIMELINE_STYLE_MAX];
    enum status st;

    for (int i = 0; i < p->panel.count; i++) {
        const char *line = i ? "\n" : "";

        /* A series without times gets the frequency "index", and a time without a style gets "1",
         * because an empty list entry would be lost. */
        frequency_name(name, p->time[i].frequency);
        buf_printf(&l->frequency, "%s%s", line, name[0] ? name : "index");
        buf_printf(&l->start, "%s%s", line, timeline_plain_text(text, &p->time[i], 0));
        timeline_style_text(style, &p->time[i]);
        buf_printf(&l->style, "%s%s", line, style[0] ? style : "1");
        l->styled = l->styled || style[0];
    }
    st = buf_status(&l->frequency, e);
    if (!st)
        st = buf_status(&l->start, e);
    return st ? st : buf_status(&l->style, e);
}

/* The name of the only column of values, unless it has only a default name. */
static const char *value_name(const struct series_set *set)
{
    bool named = set->columns && set->num_columns - set->num_covariates == 1 &&
                 strcmp(set->columns[0], "value") != 0;

    return named ? set->columns[0] : NULL;
}

static enum status save(struct trained *out, const struct forecaster *f, const struct panel_data *p,
                        const char *name, struct err *e)
{
    struct time_lists l = {.styled = false};
    enum status st;

    buf_init(&l.frequency, 64 << 20);
    buf_init(&l.start, 64 << 20);
    buf_init(&l.style, 256 << 20);
    st = describe_time(&l, p, e);
    if (!st) {
        const char *extra[] = {"lstmd.frequency",
                               l.frequency.data,
                               "lstmd.start",
                               l.start.data,
                               NULL,
                               NULL,
                               NULL,
                               NULL,
                               NULL};
        int n = 4;

        if (l.styled) {
            extra[n++] = "lstmd.time_style";
            extra[n++] = l.style.data;
        }
        if (name) {
            extra[n++] = "lstmd.value_name";
            extra[n++] = name;
        }
        st = forecaster_save(f, extra, &out->checkpoint, &out->checkpoint_len, e);
    }
    buf_release(&l.frequency);
    buf_release(&l.start);
    buf_release(&l.style);
    return st;
}

static enum status report(struct trained *out, const struct forecaster *f,
                          const struct panel_data *p, const char *name, struct err *e)
{
    cJSON *metrics = report_forecast_metrics(forecaster_evaluation(f));

    out->parameter_count = forecaster_num_params(f);
    out->metrics = report_text(report_remarks(report_skipped(metrics, p), f));
    out->evaluation = report_text(report_forecast_evaluation(f, p->time));
    out->details = report_text(report_forecast_details(f, p->time, name));
    return out->metrics && out->evaluation && out->details ? ST_OK : err_nomem(e, 0);
}

enum status forecast_trained(struct trained *out, const struct forecaster *f,
                             const struct forecast_data *d, struct err *e)
{
    const char *name = value_name(&d->set);
    enum status st = save(out, f, &d->panel, name, e);

    return st ? st : report(out, f, &d->panel, name, e);
}

static enum status run(struct trained *out, struct store *s, const struct job *job,
                       const struct params *p, const struct fit_hooks *hooks, struct err *e)
{
    struct forecast_data data = {0};
    struct forecaster *f = NULL;
    enum status st = forecast_data_load(&data, s, job->dataset_id, p, e);

    if (!st)
        st = forecaster_fit(&f, &data.panel.panel, p, hooks, e);
    if (!st)
        st = forecast_trained(out, f, &data, e);
    forecaster_free(f);
    forecast_data_release(&data);
    return st;
}

const struct job_task forecast_task = {.name = "forecast",
                                       .task = TASK_FORECAST,
                                       .kind = DATA_SERIES,
                                       .makes_model = true,
                                       .resolve = resolve,
                                       .run = run};
