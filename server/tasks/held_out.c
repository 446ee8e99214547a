/* held_out.c - see held_out.h.
 *
 * An evaluation contains the held-out values and their times. They are searched for in the present
 * data, so rows that were added later do no harm, and values that were corrected since are
 * noticed. */
#include "server/tasks/held_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding the held-out end ---- */

static double number_of(const cJSON *o, const char *name)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, name);

    return cJSON_IsNumber(v) ? v->valuedouble : NAN;
}

static struct metrics metrics_of(const cJSON *o)
{
    return (struct metrics){.mae = number_of(o, "mae"),
                            .rmse = number_of(o, "rmse"),
                            .mape = number_of(o, "mape"),
                            .smape = number_of(o, "smape"),
                            .mase = number_of(o, "mase")};
}

static bool same_value(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* Whether the values from row `start` on equal the list, in which null is a missing value. */
static bool starts_at(const struct series_view *v, int start, const cJSON *truth)
{
    const cJSON *item;
    int i = start;

    cJSON_ArrayForEach(item, truth)
    {
        if (!same_value(v->values[i++], cJSON_IsNumber(item) ? item->valuedouble : NAN))
            return false;
    }
    return true;
}

static bool is_time(const struct timeline *t, int row, const cJSON *time)
{
    char text[TIME_TEXT_MAX];

    if (t->frequency.unit == FREQ_INDEX)
        return cJSON_IsNumber(time) && time->valuedouble == (double)(t->start + row);
    return cJSON_IsString(time) && strcmp(timeline_text(text, t, row), time->valuestring) == 0;
}

/* The row of the first of n values, by its time; -1: there is no such row, or it has other
 * values. */
static int find_start(const struct series_view *v, const struct timeline *t, const cJSON *truth,
                      const cJSON *time, int n)
{
    int at = v->length - n;

    while (at >= 0 && !is_time(t, at, time))
        at--;
    return at >= 0 && starts_at(v, at, truth) ? at : -1;
}

static int find_view(const struct panel_data *p, const char *id)
{
    for (int i = 0; i < p->panel.count; i++)
        if (strcmp(p->ids[i], id) == 0)
            return i;
    return -1;
}

/* Returns false if the panel does not have the series. */
static bool find_one(struct held_out_series *out, const cJSON *item, const struct panel_data *p,
                     int season)
{
    const cJSON *truth = cJSON_GetObjectItemCaseSensitive(item, "truth");
    const cJSON *time = cJSON_GetObjectItemCaseSensitive(item, "time");
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "id"));
    int n = cJSON_GetArraySize(truth), at = id ? find_view(p, id) : -1, start = -1;

    if (at >= 0 && n > 0)
        start = find_start(&p->views[at], &p->time[at], truth, cJSON_GetArrayItem(time, 0), n);

    if (start < 1)
        return false;
    *out = (struct held_out_series){
        .id = id,
        .at = at,
        .start = start,
        .length = n,
        .scale = mase_scale(p->views[at].values, start, season),
        .own = metrics_of(cJSON_GetObjectItemCaseSensitive(item, "metrics")),
        .baseline = metrics_of(cJSON_GetObjectItemCaseSensitive(item, "baseline")),
    };
    return true;
}

enum status held_out_find(struct held_out *h, const cJSON *evaluation, const struct panel_data *p,
                          struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(evaluation, "series"), *item;
    const cJSON *baseline = cJSON_GetObjectItemCaseSensitive(evaluation, "baseline");
    double season = number_of(baseline, "season_length");
    int n = cJSON_GetArraySize(list);

    *h = (struct held_out){
        .one_step = cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(evaluation, "per_step"))};
    h->series = calloc((size_t)n + 1, sizeof(*h->series));
    if (!h->series)
        return err_nomem(e, (size_t)n * sizeof(*h->series));
    cJSON_ArrayForEach(item, list)
    {
        h->count += find_one(&h->series[h->count], item, p,
                             season >= 1 && season <= SEASON_MAX ? (int)season : 1);
    }
    return ST_OK;
}

void held_out_release(struct held_out *h)
{
    free(h->series);
    *h = (struct held_out){0};
}

/* ---- measuring another version on the held-out end ---- */

/* Counts the held-out rows that m was fitted to; false: its times do not fit those of the
 * series. */
static bool count_seen(int *seen, const struct model *m, const struct held_out_series *s,
                       const struct panel_data *p, struct err *why)
{
    int known = forecaster_find_series(m->forecaster, s->id), length = 0;
    const double *values;
    int64_t skipped = 0, offset = 0, end;

    *seen = 0;
    if (known < 0)
        return true;
    (void)forecaster_series(m->forecaster, known, &values, &length, &skipped);
    if (!timeline_alike(&m->time[known], &p->time[s->at]) ||
        timeline_offset(&offset, &m->time[known], &p->time[s->at], why)) {
        err_set(why, ST_INVALID,
                "series '%.80s' has another frequency than the one that it was trained on", s->id);
        return false;
    }
    end = skipped + length - offset; /* in rows of the panel */
    if (end > s->start)
        *seen = (int)(end - s->start < s->length ? end - s->start : s->length);
    return true;
}

/* Buffers for one forecast. */
struct paths {
    double *mean, *median; /* (length) */
};

/* Forecasts `steps` rows from row `from` on. */
static enum status forecast_from(struct forecast *out, const struct model *m,
                                 const struct held_out_series *s, const struct panel_data *p,
                                 int from, int steps, struct err *e)
{
    struct series_view v = p->views[s->at];
    double *covariates = NULL;
    int rows = 0;
    enum status st = panel_covariates(&covariates, &rows, m->forecaster, p, s->at, 0, e);

    v.length = from;
    v.covariates = covariates;
    v.rows = covariates ? rows : from;
    v.calendar = panel_calendar(&p->time[s->at]);
    if (!st)
        st = forecaster_predict_view(out, m->forecaster, &v, steps, NULL, 0, e);
    free(covariates);
    return st;
}

static enum status forecast_all(const struct paths *out, const struct model *m,
                                const struct held_out *h, const struct held_out_series *s,
                                const struct panel_data *p, const struct stop_flag *stop,
                                struct err *e)
{
    int steps = h->one_step ? 1 : s->length;
    enum status st = ST_OK;

    for (int i = 0; !st && i < s->length; i += steps) {
        struct forecast f = {.mean = out->mean + i, .median = out->median + i};

        if (stop && stop->asked(stop->ctx))
            return err_set(e, ST_CANCELLED, "the comparison was ended");
        st = forecast_from(&f, m, s, p, s->start + i, steps, e);
    }
    return st;
}

/* As in an evaluation, absolute errors are those of the median, and squared errors those of the
 * mean. */
static void measure(struct metrics *out, const struct paths *f, const struct held_out_series *s,
                    const struct panel_data *p)
{
    const double *truth = p->views[s->at].values + s->start;
    double squared;

    metrics_compute(out, truth, f->mean, s->length, s->scale);
    squared = out->rmse;
    metrics_compute(out, truth, f->median, s->length, s->scale);
    out->rmse = squared;
}

static enum status measure_one(struct held_out_result *out, const struct model *m,
                               const struct held_out *h, const struct held_out_series *s,
                               const struct panel_data *p, const struct stop_flag *stop,
                               struct err *why, struct err *e)
{
    struct paths f = {.mean = malloc(2 * (size_t)s->length * sizeof(*f.mean))};
    struct err reason = {0};
    enum status st = f.mean ? ST_OK : err_nomem(e, 2 * (size_t)s->length * sizeof(*f.mean));
    bool alike;

    if (st)
        return st;
    f.median = f.mean + s->length;
    alike = count_seen(&out->seen, m, s, p, &reason);
    if (alike)
        st = forecast_all(&f, m, h, s, p, stop, &reason);
    out->counts = alike && !st;
    if (out->counts)
        measure(&out->metrics, &f, s, p);
    else if (!why->status)
        *why = reason;
    free(f.mean);
    if (st != ST_CANCELLED && st != ST_NOMEM)
        return ST_OK;
    *e = reason;
    return st;
}

enum status held_out_measure(struct held_out_result *out, const struct model *m,
                             const struct held_out *h, const struct panel_data *p,
                             const struct stop_flag *stop, struct err *why, struct err *e)
{
    enum status st = ST_OK;

    memset(out, 0, (size_t)h->count * sizeof(*out));
    for (int i = 0; !st && i < h->count; i++)
        st = measure_one(&out[i], m, h, &h->series[i], p, stop, why, e);
    return st;
}

/* ---- a version that was already measured on that end ---- */

static const cJSON *series_of(const cJSON *evaluation, const char *id)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(evaluation, "series"))
    {
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "id"));

        if (name && strcmp(name, id) == 0)
            return item;
    }
    return NULL;
}

bool held_out_same(struct held_out_result *out, const cJSON *evaluation, const struct held_out *h,
                   const struct panel_data *p)
{
    bool one_step = cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(evaluation, "per_step"));

    memset(out, 0, (size_t)h->count * sizeof(*out));
    for (int i = 0; i < h->count; i++) {
        const struct held_out_series *s = &h->series[i];
        const cJSON *item = series_of(evaluation, s->id);
        const cJSON *truth = cJSON_GetObjectItemCaseSensitive(item, "truth");

        if (one_step != h->one_step || cJSON_GetArraySize(truth) != s->length ||
            !starts_at(&p->views[s->at], s->start, truth))
            return false;
        out[i].counts = true;
        out[i].metrics = metrics_of(cJSON_GetObjectItemCaseSensitive(item, "metrics"));
        /* the stored MASE may have been computed with another season */
        out[i].metrics.mase = s->scale > 0 ? out[i].metrics.mae / s->scale : NAN;
    }
    return h->count > 0;
}
