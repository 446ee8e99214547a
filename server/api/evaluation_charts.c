/* evaluation_charts.c - see evaluation_charts.h. */
#include "server/api/evaluation_charts.h"

#include "server/formats/chart/confusion_chart.h"
#include "server/formats/chart/forecast_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONFUSION_TAGS_MAX = 100, /* most tags in an evaluation */
    HISTORY_SHOWN = 48,       /* steps of history that are drawn before the held-out end, */
    HISTORY_HORIZONS = 4      /* or this multiple of the end's length, if that is more */
};

/* One series of the evaluation, prepared for a chart: (n) each, in one block. */
struct chart {
    double *block;
    int n;
    struct forecast_band bands[2];
    char title[300]; /* of a window of a backtest */
};

static void numbers_of(double *out, const cJSON *list, int n)
{
    const cJSON *item = list ? list->child : NULL;

    for (int i = 0; i < n; i++) {
        out[i] = item && cJSON_IsNumber(item) ? item->valuedouble : NAN;
        item = item ? item->next : NULL;
    }
}

static const cJSON *bound_of(const cJSON *series, const char *side, const char *level)
{
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(series, side);

    return cJSON_GetObjectItemCaseSensitive(o, level);
}

static enum status read_chart(struct chart *c, const cJSON *series, struct err *e)
{
    const cJSON *truth = cJSON_GetObjectItemCaseSensitive(series, "truth");
    int n = cJSON_GetArraySize(truth);

    *c = (struct chart){.n = n, .block = malloc(6 * ((size_t)n + 1) * sizeof(double))};
    if (!c->block)
        return err_nomem(e, 6 * (size_t)n * sizeof(double));
    numbers_of(c->block, truth, n);
    numbers_of(c->block + n, cJSON_GetObjectItemCaseSensitive(series, "forecast"), n);
    numbers_of(c->block + 2 * n, bound_of(series, "lower", "95"), n);
    numbers_of(c->block + 3 * n, bound_of(series, "upper", "95"), n);
    numbers_of(c->block + 4 * n, bound_of(series, "lower", "80"), n);
    numbers_of(c->block + 5 * n, bound_of(series, "upper", "80"), n);
    c->bands[0] = (struct forecast_band){95, c->block + 2 * n, c->block + 3 * n};
    c->bands[1] = (struct forecast_band){80, c->block + 4 * n, c->block + 5 * n};
    return ST_OK;
}

/* The timeline of times that are written as in ISO 8601; otherwise rows 0, 1, 2 ... */
static struct timeline timeline_of_texts(const cJSON *list)
{
    int n = cJSON_GetArraySize(list), i = 0;
    struct timestamp *stamps = malloc(((size_t)n + 1) * sizeof(*stamps));
    struct timeline t = timeline_index();
    const cJSON *item;
    struct err ignored = {0};

    cJSON_ArrayForEach(item, list)
    {
        if (!stamps || !cJSON_IsString(item) ||
            timestamp_parse(&stamps[i], item->valuestring, strlen(item->valuestring), &ignored))
            break;
        i++;
    }
    if (n == 0 || i < n || timeline_infer(&t, stamps, (size_t)n, NULL, &ignored))
        t = timeline_index();
    free(stamps);
    return t;
}

/* One window of a backtest. Its series may have changed since, so only the forecasts are drawn. */
static void place_window(struct forecast_chart *out, struct chart *c, const cJSON *item)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(item, "id");
    const cJSON *window = cJSON_GetObjectItemCaseSensitive(item, "window");

    snprintf(c->title, sizeof(c->title), "%s, window %d", cJSON_IsString(id) ? id->valuestring : "",
             cJSON_IsNumber(window) ? window->valueint + 1 : 1);
    *out = (struct forecast_chart){
        .title = c->title,
        .time = timeline_of_texts(cJSON_GetObjectItemCaseSensitive(item, "time")),
    };
}

/* The history in the chart is what the model remembers before the held-out end. */
static void place_series(struct forecast_chart *out, const struct chart *c, const cJSON *series,
                         const struct model *m)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(series, "id");
    int at = cJSON_IsString(id) ? forecaster_find_series(m->forecaster, id->valuestring) : -1;
    int64_t skipped = 0;
    int length = 0, shown;

    *out = (struct forecast_chart){.title = at < 0 ? "" : id->valuestring,
                                   .values = m->value_name,
                                   .time = m->time[at < 0 ? 0 : at],
                                   .mean = c->block + c->n,
                                   .horizon = c->n,
                                   .truth = c->block,
                                   .bands = c->bands,
                                   .num_bands = c->n && isnan(c->block[2 * c->n]) ? 0 : 2};
    if (at < 0)
        return;
    forecaster_series(m->forecaster, at, &out->history, &length, &skipped);
    out->history_length = length > c->n ? length - c->n : 0;
    skipped += length - c->n - out->history_length; /* less than 0 if nothing is kept before it */
    shown = c->n > HISTORY_SHOWN / HISTORY_HORIZONS ? HISTORY_HORIZONS * c->n : HISTORY_SHOWN;
    if (out->history_length > shown) { /* the chart is about the held-out end */
        out->history += out->history_length - shown;
        skipped += out->history_length - shown;
        out->history_length = shown;
    }
    timeline_skip(&out->time, skipped > 0 ? skipped : 0);
}

static void place(struct forecast_chart *out, struct chart *c, const cJSON *item,
                  const struct model *m)
{
    if (m)
        place_series(out, c, item, m);
    else
        place_window(out, c, item);
    out->mean = c->block + c->n;
    out->horizon = c->n;
    out->truth = c->block;
    out->bands = c->bands;
    out->num_bands = c->n && isnan(c->block[2 * c->n]) ? 0 : 2;
}

enum status evaluation_charts_write(struct buf *b, const cJSON *list, const struct model *m,
                                    struct err *e)
{
    struct forecast_chart drawn[FORECAST_CHARTS_MAX];
    struct chart *charts = calloc(FORECAST_CHARTS_MAX, sizeof(*charts));
    const cJSON *item;
    enum status st = charts ? ST_OK : err_nomem(e, FORECAST_CHARTS_MAX * sizeof(*charts));
    int n = 0;

    cJSON_ArrayForEach(item, list)
    {
        if (st || n == FORECAST_CHARTS_MAX)
            break;
        st = read_chart(&charts[n], item, e);
        if (!st)
            place(&drawn[n], &charts[n], item, m);
        n++;
    }
    if (!st)
        forecast_charts_write(b, drawn, n, cJSON_GetArraySize(list) - n);
    for (int i = 0; i < n; i++)
        free(charts[i].block);
    free(charts);
    return st;
}

/* The confusion matrix of a tagger's main column: UPOS when it has both. */
static const cJSON *confusion_of(const cJSON **tags, const char **column, const cJSON *evaluation)
{
    const cJSON *columns = cJSON_GetObjectItemCaseSensitive(evaluation, "columns");
    const cJSON *one = cJSON_GetObjectItemCaseSensitive(columns, "upos");

    one = one ? one : cJSON_GetObjectItemCaseSensitive(columns, "xpos");
    *column = one ? one->string : "";
    *tags = cJSON_GetObjectItemCaseSensitive(one, "tags");
    return cJSON_GetObjectItemCaseSensitive(one, "confusion");
}

enum status evaluation_confusion_write(struct buf *b, const cJSON *evaluation, const char *model,
                                       struct err *e)
{
    const char *column, *names[CONFUSION_TAGS_MAX];
    const cJSON *tags, *item, *rows = confusion_of(&tags, &column, evaluation);
    int n = cJSON_GetArraySize(rows), i = 0;
    struct confusion_chart chart = {.tags = names, .n = n};
    char title[160];
    double *counts;

    if (n < 1 || n > CONFUSION_TAGS_MAX || cJSON_GetArraySize(tags) != n)
        return err_set(e, ST_NOT_FOUND, "model %s has no confusion matrix to draw", model);
    counts = calloc((size_t)n * (size_t)n, sizeof(double));
    if (!counts)
        return err_nomem(e, (size_t)n * (size_t)n * sizeof(double));
    cJSON_ArrayForEach(item, tags)
    {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "tag");

        names[i++] = cJSON_IsString(name) ? name->valuestring : "";
    }
    i = 0;
    cJSON_ArrayForEach(item, rows) numbers_of(counts + (size_t)n * (size_t)i++, item, n);
    snprintf(title, sizeof(title), "%s: %s tags that were held out", model, column);
    chart.title = title;
    chart.counts = counts;
    confusion_chart_write(b, &chart);
    free(counts);
    return ST_OK;
}
