/* measure_versions.c - see measure_versions.h. */
#include "server/tasks/measure_versions.h"

#include "server/formats/json_build.h"
#include "server/tasks/forecast_task.h"
#include "server/tasks/held_out.h"
#include "server/tasks/params_json.h"
#include "server/tasks/report_tag.h"
#include "server/tasks/tag_baseline.h"
#include "server/tasks/tag_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void measured_version_release(struct measured_version *v)
{
    cJSON_Delete(v->metrics);
    v->metrics = NULL;
}

void measured_data_release(struct measured_data *d)
{
    cJSON_Delete(d->baseline);
    d->baseline = NULL;
}

static void set_reason(struct measured_version *v, const char *text)
{
    (void)snprintf(v->reason, sizeof(v->reason), "%s", text);
}

static void set_all(struct measured_version *v, int n, const char *text)
{
    for (int i = 0; i < n; i++)
        set_reason(&v[i], text);
}

/* ---- forecasters ---- */

/* The results of n versions, one version after the other. */
struct results {
    const struct held_out *h;
    struct held_out_result *r; /* (n, h->count) */
    bool *measured;            /* (n) whether it can forecast any of the series */
    int n;
};

static struct held_out_result *of_version(const struct results *all, int i)
{
    return all->r + (size_t)i * (size_t)all->h->count;
}

/* Whether a series counts in the means: all versions that can forecast any series can forecast this
 * one. */
static bool is_common(const struct results *all, int series)
{
    for (int i = 0; i < all->n; i++)
        if (all->measured[i] && !of_version(all, i)[series].counts)
            return false;
    return true;
}

static void add_mean(double *mean, int *count, double v)
{
    if (isfinite(v))
        *mean += (v - *mean) / ++*count;
}

/* Means of each measure over the series for which it is known. */
struct sums {
    double mean[5];
    int count[5];
};

static void add_metrics(struct sums *s, const struct metrics *m)
{
    const double v[5] = {m->mae, m->rmse, m->mape, m->smape, m->mase};

    for (int k = 0; k < 5; k++)
        add_mean(&s->mean[k], &s->count[k], v[k]);
}

static cJSON *sums_json(const struct sums *s)
{
    double v[5];

    for (int k = 0; k < 5; k++)
        v[k] = s->count[k] ? s->mean[k] : NAN;
    return report_put_metrics(cJSON_CreateObject(),
                              &(struct metrics){v[0], v[1], v[2], v[3], v[4]});
}

static enum status put_version(struct measured_version *v, const struct results *all, int i,
                               struct err *e)
{
    struct sums s = {.count = {0}};

    if (!all->measured[i])
        return ST_OK;
    v->seen = 0;
    for (int k = 0; k < all->h->count; k++) {
        if (!is_common(all, k))
            continue;
        add_metrics(&s, &of_version(all, i)[k].metrics);
        v->seen += of_version(all, i)[k].seen;
    }
    v->metrics = sums_json(&s);
    return v->metrics ? ST_OK : err_nomem(e, 0);
}

static enum status put_baseline(struct measured_data *d, const struct results *all, struct err *e)
{
    struct sums s = {.count = {0}};

    for (int k = 0; k < all->h->count; k++) {
        if (!is_common(all, k))
            continue;
        d->series++;
        d->held_out += all->h->series[k].length;
        add_metrics(&s, &all->h->series[k].baseline);
    }
    d->baseline = sums_json(&s);
    return d->baseline ? ST_OK : err_nomem(e, 0);
}

static enum status measure_one(struct measured_version *v, struct results *all, int i,
                               const struct panel_data *p, const struct stop_flag *stop,
                               struct err *e)
{
    struct held_out_result *r = of_version(all, i);
    struct err why = {0};
    enum status st = ST_OK;

    v->stored = v->evaluation && held_out_same(r, v->evaluation, all->h, p);
    if (!v->stored)
        st = held_out_measure(r, v->m, all->h, p, stop, &why, e);
    for (int k = 0; !st && k < all->h->count; k++)
        all->measured[i] = all->measured[i] || r[k].counts;
    if (!st && !all->measured[i])
        set_reason(v, why.message);
    return st;
}

static enum status measure_panel(struct measured_version *v, int n, struct measured_data *d,
                                 const struct held_out *h, const struct panel_data *p,
                                 const struct stop_flag *stop, struct err *e)
{
    struct results all = {.h = h, .n = n};
    enum status st = ST_OK;

    all.r = calloc((size_t)n * (size_t)h->count, sizeof(*all.r));
    all.measured = calloc((size_t)n, sizeof(*all.measured));
    if (!all.r || !all.measured)
        st = err_nomem(e, (size_t)n * (size_t)h->count * sizeof(*all.r));
    for (int i = 0; !st && i < n; i++)
        st = measure_one(&v[i], &all, i, p, stop, e);
    if (!st)
        st = put_baseline(d, &all, e);
    for (int i = 0; !st && i < n; i++)
        st = put_version(&v[i], &all, i, e);
    free(all.measured);
    free(all.r);
    return st;
}

static enum status measure_forecasters(struct measured_version *v, int n, struct measured_data *d,
                                       struct store *s, const struct stop_flag *stop, struct err *e)
{
    const struct measured_version *base = &v[d->base];
    struct forecast_data data = {0};
    struct held_out h = {0};
    enum status st =
        forecast_data_load(&data, s, d->data->id, forecaster_params(base->m->forecaster), e);

    if (!st)
        st = held_out_find(&h, base->evaluation, &data.panel, e);
    if (!st && h.count)
        st = measure_panel(v, n, d, &h, &data.panel, stop, e);
    else if (!st)
        set_all(v, n, "the data set does not have the held-out observations any more");
    held_out_release(&h);
    forecast_data_release(&data);
    return st;
}

/* ---- taggers ---- */

static enum status tag_one(struct measured_version *v, struct measured_data *d,
                           const struct corpus *held, const struct stop_flag *stop, struct err *e)
{
    struct tagger_evaluation ev = {0};
    struct err why = {0};
    enum status st = tagger_evaluate(&ev, v->m->tagger, held, stop, &why);

    if (!st) {
        const struct column_evaluation *main =
            &ev.column[ev.column[TAG_UPOS].num_tags ? TAG_UPOS : TAG_XPOS];

        ev.held_out = true;
        ev.last_batch_loss = NAN;
        d->held_out = main->tokens;
        v->metrics = report_tag_metrics(&ev);
        st = v->metrics ? ST_OK : err_nomem(e, 0);
    } else if (st == ST_CANCELLED || st == ST_NOMEM) {
        *e = why;
    } else {
        set_reason(v, why.message);
        st = ST_OK;
    }
    tagger_evaluation_release(&ev);
    return st;
}

static enum status tag_baselines(struct measured_data *d, const struct tag_data *t, int first,
                                 const struct tagger *base, struct err *e)
{
    double accuracy = NAN;
    enum status st = tag_baseline(&accuracy, &t->corpus, first, tagger_main_column(base), e);

    if (st)
        return st;
    d->baseline = json_put_number(cJSON_CreateObject(), "accuracy", accuracy);
    return d->baseline ? ST_OK : err_nomem(e, 0);
}

static enum status measure_taggers(struct measured_version *v, int n, struct measured_data *d,
                                   struct store *s, const struct stop_flag *stop, struct err *e)
{
    const struct tagger *base = v[d->base].m->tagger;
    struct tag_data data = {0};
    struct corpus held;
    int size = 0;
    enum status st =
        tag_data_load(&data, &size, s, d->data->id, d->validation ? d->validation->id : 0, e);

    if (!d->validation)
        size = tagger_params(base)->test_size;
    if (!st && (size < 1 || size > data.corpus.count)) {
        set_all(v, n, "the newest of the versions held no sentences out that are still there");
    } else if (!st) {
        held = (struct corpus){data.corpus.sentences + (data.corpus.count - size), size};
        for (int i = 0; !st && i < n; i++)
            st = tag_one(&v[i], d, &held, stop, e);
        if (!st)
            st = tag_baselines(d, &data, data.corpus.count - size, base, e);
    }
    tag_data_release(&data);
    return st;
}

enum status measure_versions(struct measured_version *v, int n, struct measured_data *d,
                             struct store *s, const struct stop_flag *stop, struct err *e)
{
    for (int i = 0; i < n; i++)
        v[i].seen = -1;
    if (!d->data) {
        set_all(v, n, "the data set of the newest of the versions is not there any more");
        return ST_OK;
    }
    if (v[d->base].m->task == TASK_FORECAST)
        return measure_forecasters(v, n, d, s, stop, e);
    return measure_taggers(v, n, d, s, stop, e);
}
