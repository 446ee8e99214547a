/* forecast_render.c - see forecast_render.h. */
#include "server/api/forecast_render.h"

#include "server/api/common.h"
#include "server/formats/csv.h"
#include "server/formats/svg.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_BYTES_MAX = 256 << 20, CHARTS_MAX = 20 };

const char *const forecast_media_types[] = {MEDIA_JSON, MEDIA_CSV, MEDIA_SVG, NULL};

enum status forecast_answer_room(struct forecast_answer *a, int count, struct err *e)
{
    size_t h = (size_t)a->horizon;
    size_t each = h * (size_t)(1 + 2 * a->num_levels);
    double *p;

    a->series = calloc((size_t)count + 1, sizeof(*a->series));
    a->block = calloc((size_t)count + 1, each * sizeof(double));
    if (!a->series || !a->block)
        return err_nomem(e, (size_t)count * each * sizeof(double));
    a->count = count;
    p = a->block;
    for (int i = 0; i < count; i++) {
        struct forecast *f = &a->series[i].forecast;

        f->mean = p;
        for (int l = 0; l < a->num_levels; l++) {
            f->lower[l] = p + h * (size_t)(1 + 2 * l);
            f->upper[l] = p + h * (size_t)(2 + 2 * l);
        }
        p += each;
    }
    return ST_OK;
}

void forecast_answer_release(struct forecast_answer *a)
{
    free(a->series);
    free(a->block);
    *a = (struct forecast_answer){0};
}

/* ---- JSON ---- */

static cJSON *json_bands(const struct forecast_answer *a, double *const *bounds)
{
    cJSON *o = cJSON_CreateObject();
    char level[32];

    for (int l = 0; l < a->num_levels; l++) {
        snprintf(level, sizeof(level), "%g", a->levels[l]);
        o = api_put(o, level, json_numbers(bounds[l], a->horizon));
    }
    return o;
}

static cJSON *json_times(const struct forecast_answer *a, const struct forecast_series *s)
{
    cJSON *list = cJSON_CreateArray();
    char text[40];

    for (int h = 0; h < a->horizon; h++) {
        int64_t row = (int64_t)s->history_length + h;

        if (s->time.frequency.unit == FREQ_INDEX)
            list = api_push(list, cJSON_CreateNumber((double)(s->time.start + row)));
        else
            list = api_push(list, cJSON_CreateString(timeline_text(text, &s->time, row)));
    }
    return list;
}

static cJSON *json_one(const struct forecast_answer *a, const struct forecast_series *s)
{
    cJSON *o = cJSON_CreateObject();
    char name[16];

    frequency_name(name, s->time.frequency);
    o = api_put_text(o, "id", s->id);
    o = api_put_text(o, "frequency", name[0] ? name : NULL);
    o = api_put(o, "time", json_times(a, s));
    o = api_put(o, "mean", json_numbers(s->forecast.mean, a->horizon));
    o = api_put(o, "lower", json_bands(a, s->forecast.lower));
    return api_put(o, "upper", json_bands(a, s->forecast.upper));
}

static cJSON *to_json(const struct forecast_answer *a)
{
    cJSON *o = cJSON_CreateObject();
    cJSON *series = cJSON_CreateArray();

    for (int i = 0; i < a->count; i++)
        series = api_push(series, json_one(a, &a->series[i]));
    o = api_put_text(o, "model", a->model->name);
    o = api_put_number(o, "version", (double)a->model->version);
    return api_put(o, "series", series);
}

/* ---- CSV, in the columns of nixtla's statsforecast ---- */

static void csv_number(struct buf *b, double v)
{
    buf_puts(b, ",");
    buf_put_f64(b, v);
}

static void to_csv(struct buf *b, const struct forecast_answer *a)
{
    buf_puts(b, "unique_id,ds,mean");
    for (int l = 0; l < a->num_levels; l++)
        buf_printf(b, ",lo-%g,hi-%g", a->levels[l], a->levels[l]);
    buf_puts(b, "\n");
    for (int i = 0; i < a->count; i++) {
        const struct forecast_series *s = &a->series[i];

        for (int h = 0; h < a->horizon; h++) {
            csv_write_cell(b, s->id);
            buf_puts(b, ",");
            timeline_format(b, &s->time, (int64_t)s->history_length + h);
            csv_number(b, s->forecast.mean[h]);
            for (int l = 0; l < a->num_levels; l++) {
                csv_number(b, s->forecast.lower[l][h]);
                csv_number(b, s->forecast.upper[l][h]);
            }
            buf_puts(b, "\n");
        }
    }
}

/* ---- SVG ---- */

/* A chart reads best with a few horizons of history before the forecast. */
static int shown_history(const struct forecast_answer *a, const struct forecast_series *s)
{
    int n = 6 * a->horizon;

    if (n < 48)
        n = 48;
    return n < s->history_length ? n : s->history_length;
}

static void draw_one(struct svg_forecast *out, struct svg_band *bands,
                     const struct forecast_answer *a, const struct forecast_series *s)
{
    int shown = shown_history(a, s), skipped = s->history_length - shown;

    /* widest first, so that the narrower ones lie on top */
    for (int l = 0; l < a->num_levels; l++) {
        int from = a->num_levels - 1 - l;

        bands[l] =
            (struct svg_band){a->levels[from], s->forecast.lower[from], s->forecast.upper[from]};
    }
    *out = (struct svg_forecast){
        .title = s->id,
        .time = s->time,
        .history = s->history + skipped,
        .history_length = shown,
        .mean = s->forecast.mean,
        .horizon = a->horizon,
        .bands = bands,
        .num_bands = a->num_levels,
    };
    out->time.start += skipped * frequency_step(s->time.frequency);
}

static void to_svg(struct buf *b, const struct forecast_answer *a)
{
    struct svg_forecast charts[CHARTS_MAX];
    struct svg_band bands[CHARTS_MAX][LEVELS_MAX];
    int n = a->count < CHARTS_MAX ? a->count : CHARTS_MAX;

    for (int i = 0; i < n; i++)
        draw_one(&charts[i], bands[i], a, &a->series[i]);
    svg_write_forecasts(b, charts, n);
}

/* ---- the answer ---- */

static void set_etag(struct http_res *rs)
{
    char digest[DIGEST_LEN + 1];
    const char *type, *data;
    size_t len;

    http_res_get(rs, &type, &data, &len);
    digest_hex(digest, data, len);
    digest[32] = '\0';
    http_res_etag(rs, digest);
}

void forecast_answer_send(struct http_res *rs, const struct forecast_answer *a, const char *type,
                          bool etag)
{
    struct buf b;

    if (strcmp(type, MEDIA_JSON) == 0 && etag) {
        api_send_resource(rs, to_json(a));
        return;
    }
    if (strcmp(type, MEDIA_JSON) == 0) {
        api_send_json(rs, 200, to_json(a));
        return;
    }
    buf_init(&b, ANSWER_BYTES_MAX);
    if (strcmp(type, MEDIA_CSV) == 0)
        to_csv(&b, a);
    else
        to_svg(&b, a);
    http_res_buf(rs, 200, type, &b);
    if (etag)
        set_etag(rs);
    buf_release(&b);
}
