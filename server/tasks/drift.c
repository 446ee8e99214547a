/* drift.c - see drift.h. */
#include "server/tasks/drift.h"

#include "server/tasks/forecast_task.h"
#include "server/tasks/held_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const cJSON *series_of(const cJSON *evaluation)
{
    return cJSON_GetObjectItemCaseSensitive(evaluation, "series");
}

static double error_of(const cJSON *item)
{
    const cJSON *metrics = cJSON_GetObjectItemCaseSensitive(item, "metrics");
    const cJSON *mae = cJSON_GetObjectItemCaseSensitive(metrics, "mae");

    return cJSON_IsNumber(mae) ? mae->valuedouble : NAN;
}

bool drift_possible(const cJSON *evaluation)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, series_of(evaluation))
    {
        if (error_of(item) >= 0)
            return true;
    }
    return false;
}

/* The row of the panel behind the training of series number `known`; -1: the data set does not
 * continue it. */
static int end_of_training(const struct model *m, int known, const struct timeline *given)
{
    const double *values;
    int64_t skipped = 0, offset = 0, end;
    int kept = 0;
    struct err ignored = {0};

    (void)forecaster_series(m->forecaster, known, &values, &kept, &skipped);
    if (!timeline_alike(&m->time[known], given) ||
        timeline_offset(&offset, &m->time[known], given, &ignored))
        return -1;
    end = skipped + kept - offset;
    return end >= 1 && end <= INT32_MAX ? (int)end : -1;
}

/* A season or a horizon, but no more than the evaluation had. */
static int rows_needed(const struct params *p, int held_out)
{
    int need = p->horizon > p->season_length ? p->horizon : p->season_length;

    return need < held_out ? need : held_out;
}

static int find_view(const struct panel_data *p, const char *id)
{
    for (int i = 0; i < p->panel.count; i++)
        if (strcmp(p->ids[i], id) == 0)
            return i;
    return -1;
}

/* Adds the newest rows of the series of item, if there are enough of them. */
static void add_series(struct held_out *h, struct drift *d, const cJSON *item,
                       const struct model *m, const struct panel_data *p)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "id"));
    int held_out = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(item, "truth"));
    int known = id ? forecaster_find_series(m->forecaster, id) : -1;
    int at = known >= 0 ? find_view(p, id) : -1, end, rows, need;

    if (at < 0 || held_out < 1 || !(error_of(item) >= 0))
        return;
    held_out = held_out < DRIFT_ROWS_MAX ? held_out : DRIFT_ROWS_MAX;
    need = rows_needed(forecaster_params(m->forecaster), held_out);
    end = end_of_training(m, known, &p->time[at]);
    rows = end < 0 || p->views[at].length < end ? 0 : p->views[at].length - end;
    if (rows > d->rows || !d->need) {
        d->rows = rows;
        d->need = need;
    }
    if (rows < need || rows < 1)
        return;
    rows = rows < held_out ? rows : held_out;
    h->series[h->count++] = (struct held_out_series){.id = id,
                                                     .at = at,
                                                     .start = p->views[at].length - rows,
                                                     .length = rows,
                                                     .scale = NAN,
                                                     .own = {.mae = error_of(item)}};
}

/* Takes every k-th series, so that there are at most DRIFT_SERIES_MAX. */
static void add_all(struct held_out *h, struct drift *d, const cJSON *evaluation,
                    const struct model *m, const struct panel_data *p)
{
    int n = cJSON_GetArraySize(series_of(evaluation)), i = 0;
    int step = (n + DRIFT_SERIES_MAX - 1) / DRIFT_SERIES_MAX;
    const cJSON *item;

    cJSON_ArrayForEach(item, series_of(evaluation))
    {
        if (i++ % step == 0)
            add_series(h, d, item, m, p);
    }
}

/* A series whose evaluation had no error at all has no ratio, unless it still has none. */
static double ratio_of(const struct held_out_result *r, const struct held_out_series *s)
{
    if (!r->counts || !(r->metrics.mae >= 0))
        return NAN;
    if (s->own.mae > 0)
        return r->metrics.mae / s->own.mae;
    return r->metrics.mae > 0 ? NAN : 1;
}

static enum status measure(struct drift *out, const struct held_out *h, const struct model *m,
                           const struct panel_data *p, const struct stop_flag *stop, struct err *e)
{
    struct held_out_result *r = calloc((size_t)h->count + 1, sizeof(*r));
    struct err why = {0};
    double sum = 0;
    enum status st = r ? held_out_measure(r, m, h, p, stop, &why, e) : err_nomem(e, 0);

    for (int i = 0; !st && i < h->count; i++) {
        double ratio = ratio_of(&r[i], &h->series[i]);

        if (!isfinite(ratio))
            continue;
        sum += ratio;
        out->series++;
    }
    out->ratio = out->series ? sum / out->series : NAN;
    free(r);
    return st;
}

enum status drift_measure(struct drift *out, struct store *s, const struct model *m,
                          const cJSON *evaluation, int64_t dataset_id, const struct stop_flag *stop,
                          struct err *e)
{
    struct forecast_data data = {0};
    struct held_out h = {
        .one_step = cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(evaluation, "per_step"))};
    enum status st = forecast_data_load(&data, s, dataset_id, forecaster_params(m->forecaster), e);

    *out = (struct drift){.ratio = NAN};
    h.series = calloc(DRIFT_SERIES_MAX + 1, sizeof(*h.series));
    if (!st && !h.series)
        st = err_nomem(e, 0);
    if (!st) {
        add_all(&h, out, evaluation, m, &data.panel);
        st = measure(out, &h, m, &data.panel, stop, e);
    }
    held_out_release(&h);
    forecast_data_release(&data);
    return st;
}
