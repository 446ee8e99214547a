/* train_forecast.c - the task "forecast": a stored series set into a trained forecaster. */
#include "server/formats/fill.h"
#include "server/jobs/panel.h"
#include "server/jobs/report.h"
#include "server/jobs/task.h"

#include <stdlib.h>
#include <string.h>

static enum status load(struct series_set *set, struct panel_data *p, struct store *s, int64_t id,
                        struct err *e)
{
    enum status st = store_series_load(set, s, id, e);

    if (!st)
        st = fill_series_set(set, e);
    if (!st)
        st = panel_data_init(p, set, e);
    return st;
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

static enum status resolve(struct params *p, int64_t *parameters, struct store *s,
                           const struct dataset *d, struct err *e)
{
    struct series_set set = {0};
    struct panel_data data = {0};
    enum status st = load(&set, &data, s, d->id, e);

    if (!st)
        st = forecaster_resolve(p, &data.panel, e);
    if (!st)
        st = count_parameters(parameters, p, e);
    panel_data_release(&data);
    series_set_release(&set);
    return st;
}

/* The series' calendar as two lists of lines, for the model's metadata. */
static enum status describe_time(struct buf *frequency, struct buf *start,
                                 const struct panel_data *p, struct err *e)
{
    char name[16];
    enum status st;

    for (int i = 0; i < p->panel.count; i++) {
        /* an index series has the frequency "index": an empty list entry would be lost */
        frequency_name(name, p->time[i].frequency);
        buf_printf(frequency, "%s%s", i ? "\n" : "", name[0] ? name : "index");
        buf_puts(start, i ? "\n" : "");
        timeline_format(start, &p->time[i], 0);
    }
    st = buf_status(frequency, e);
    return st ? st : buf_status(start, e);
}

static enum status save(struct trained *out, const struct forecaster *f, const struct panel_data *p,
                        struct err *e)
{
    struct buf frequency, start;
    enum status st;

    buf_init(&frequency, 64 << 20);
    buf_init(&start, 64 << 20);
    st = describe_time(&frequency, &start, p, e);
    if (!st) {
        const char *const extra[] = {"lstmd.frequency", frequency.data, "lstmd.start", start.data,
                                     NULL};

        st = forecaster_save(f, extra, &out->checkpoint, &out->checkpoint_len, e);
    }
    buf_release(&frequency);
    buf_release(&start);
    return st;
}

static enum status report(struct trained *out, const struct forecaster *f,
                          const struct panel_data *p, struct err *e)
{
    out->parameter_count = forecaster_num_params(f);
    out->metrics = report_text(report_forecast_metrics(forecaster_evaluation(f)));
    out->evaluation = report_text(report_forecast_evaluation(f, p->time));
    out->details = report_text(report_forecast_details(f, p->time));
    return out->metrics && out->evaluation && out->details ? ST_OK : err_nomem(e, 0);
}

static enum status train(struct trained *out, struct store *s, int64_t dataset_id,
                         const struct params *p, const struct fit_hooks *hooks, struct err *e)
{
    struct series_set set = {0};
    struct panel_data data = {0};
    struct forecaster *f = NULL;
    enum status st = load(&set, &data, s, dataset_id, e);

    if (!st)
        st = forecaster_fit(&f, &data.panel, p, hooks, e);
    if (!st)
        st = save(out, f, &data, e);
    if (!st)
        st = report(out, f, &data, e);
    forecaster_free(f);
    panel_data_release(&data);
    series_set_release(&set);
    return st;
}

const struct job_task forecast_task = {DATA_SERIES, resolve, train};
