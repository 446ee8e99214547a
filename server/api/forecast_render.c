/* forecast_render.c - see forecast_render.h. */
#include "server/api/forecast_render.h"

#include "server/api/common.h"
#include "server/api/explanation_render.h"
#include "server/formats/chart/forecast_chart.h"
#include "server/formats/csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* STEP_BYTES: estimated size of a time, or of the two bounds of a level. */
enum { STEP_BYTES = 40 };

const char *const forecast_media_types[] = {MEDIA_JSON, MEDIA_CSV, MEDIA_SVG, NULL};

enum status forecast_response_room(struct forecast_response *a, int count, struct err *e)
{
    size_t h = (size_t)a->horizon;
    size_t each = h * (size_t)ask_numbers(&a->ask);
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
        f->median = p += h;
        for (int l = 0; l < a->ask.num_levels; l++) {
            f->lower[l] = p += h;
            f->upper[l] = p += h;
        }
        for (int k = 0; k < a->ask.num_quantiles; k++)
            f->quantile[k] = p += h;
        f->samples = p += h;
        f->explanation = a->ask.explain ? &a->series[i].explanation : NULL;
        p += h * (size_t)a->ask.num_samples;
    }
    return ST_OK;
}

void forecast_response_release(struct forecast_response *a)
{
    for (int i = 0; a->series && i < a->count; i++) {
        free(a->series[i].covariates);
        explanation_release(&a->series[i].explanation);
    }
    free(a->series);
    free(a->block);
    *a = (struct forecast_response){0};
}

/* ---- JSON ---- */

/* Whether intervals, quantiles or samples are requested and cannot be made. */
static bool lacks_intervals(const struct forecast_response *a)
{
    return a->ask.num_levels + a->ask.num_quantiles + a->ask.num_samples > 0 &&
           !forecaster_has_intervals(a->model->forecaster);
}

static void json_bands(struct buf *b, const char *name, const struct forecast_response *a,
                       double *const *bounds)
{
    buf_puts(b, name);
    if (lacks_intervals(a)) {
        buf_puts(b, "null");
        return;
    }
    buf_puts(b, "{");
    for (int l = 0; l < a->ask.num_levels; l++) {
        buf_puts(b, l ? ",\"" : "\"");
        buf_put_f64(b, a->ask.levels[l]);
        buf_puts(b, "\":");
        json_put_numbers(b, bounds[l], a->horizon, 1);
    }
    buf_puts(b, "}");
}

static void json_quantiles(struct buf *b, const struct forecast_response *a,
                           const struct forecast_series *s)
{
    if (!a->ask.num_quantiles)
        return;
    buf_puts(b, ",\"quantiles\":");
    if (lacks_intervals(a)) {
        buf_puts(b, "null");
        return;
    }
    for (int k = 0; k < a->ask.num_quantiles; k++) {
        buf_puts(b, k ? ",\"" : "{\"");
        buf_put_f64(b, a->ask.quantiles[k]);
        buf_puts(b, "\":");
        json_put_numbers(b, s->forecast.quantile[k], a->horizon, 1);
    }
    buf_puts(b, "}");
}

static const double *path(const struct forecast_response *a, const struct forecast *f, int i)
{
    return f->samples + (size_t)i * (size_t)a->horizon;
}

static void json_samples(struct buf *b, const struct forecast_response *a,
                         const struct forecast_series *s)
{
    if (!a->ask.num_samples)
        return;
    buf_puts(b, ",\"samples\":");
    if (lacks_intervals(a)) {
        buf_puts(b, "null");
        return;
    }
    for (int i = 0; i < a->ask.num_samples; i++) {
        buf_puts(b, i ? "," : "[");
        json_put_numbers(b, path(a, &s->forecast, i), a->horizon, 1);
    }
    buf_puts(b, "]");
}

static void json_times(struct buf *b, const struct forecast_response *a,
                       const struct forecast_series *s)
{
    bool index = s->time.frequency.unit == FREQ_INDEX;
    char text[40];

    buf_puts(b, ",\"time\":[");
    for (int h = 0; h < a->horizon; h++) {
        int64_t row = (int64_t)s->history_length + h;

        if (h)
            buf_add(b, ",", 1);
        if (index)
            buf_put_i64(b, s->time.start + row);
        else
            buf_put_json_string(b, timeline_text(text, &s->time, row));
    }
    buf_puts(b, "]");
}

/* Writes the time of the last observation that the forecast has read. */
static void json_as_of(struct buf *b, const struct forecast_series *s)
{
    char text[TIME_TEXT_MAX];
    int last = s->history_length - 1;

    while (last > 0 && isnan(s->history[last]))
        last--;
    buf_puts(b, ",\"as_of\":");
    if (s->time.frequency.unit == FREQ_INDEX)
        buf_put_i64(b, s->time.start + last);
    else
        buf_put_json_string(b, timeline_text(text, &s->time, last));
}

/* The first step after the model's horizon; 0: the response has none. */
static int extrapolated_from(const struct forecast_response *a)
{
    int trained = forecaster_params(a->model->forecaster)->horizon;

    return trained > 0 && a->horizon > trained ? trained + 1 : 0;
}

static void json_notes(struct buf *b, const struct forecast_response *a,
                       const struct forecast_series *s)
{
    int from = extrapolated_from(a), count = 0;
    char text[160];

    buf_puts(b, ",\"notes\":[");
    if (lacks_intervals(a))
        note_write(b, &count, "no_residuals",
                   "the model has no residuals to make intervals from, so that lower and upper are "
                   "null; a model of more observations has them");
    if (s->apart)
        note_write(b, &count, "from_training",
                   "the data set has changed and no longer continues the training data of this "
                   "series; the forecast starts where the training data end");
    if (a->model->baseline_as_good)
        note_write(b, &count, "baseline_as_good",
                   "on the held-out end of the data, the seasonal naive forecast was as good as "
                   "the model");
    remarks_write(b, &count, &s->forecast.remarks, &s->time);
    snprintf(text, sizeof(text),
             "the model was trained and evaluated for %d steps; from step %d on the forecast "
             "extrapolates its season and trend",
             from - 1, from);
    if (from)
        note_write(b, &count, "extrapolated", text);
    buf_puts(b, "]");
}

static void json_one(struct buf *b, const struct forecast_response *a,
                     const struct forecast_series *s)
{
    char name[16], open[OPEN_TEXT_MAX];

    buf_puts(b, "{\"id\":");
    buf_put_json_string(b, s->id);
    buf_puts(b, ",\"frequency\":");
    if (timeline_name(name, &s->time)[0])
        buf_put_json_string(b, name);
    else
        buf_puts(b, "null");
    if (timeline_open(open, &s->time)[0]) {
        buf_puts(b, ",\"open\":");
        buf_put_json_string(b, open);
    }
    json_times(b, a, s);
    json_as_of(b, s);
    if (extrapolated_from(a))
        buf_printf(b, ",\"extrapolated_from\":%d", extrapolated_from(a));
    else
        buf_puts(b, ",\"extrapolated_from\":null");
    buf_puts(b, ",\"mean\":");
    json_put_numbers(b, s->forecast.mean, a->horizon, 1);
    buf_puts(b, ",\"median\":");
    json_put_numbers(b, s->forecast.median, a->horizon, 1);
    json_bands(b, ",\"lower\":", a, s->forecast.lower);
    json_bands(b, ",\"upper\":", a, s->forecast.upper);
    json_quantiles(b, a, s);
    json_samples(b, a, s);
    json_notes(b, a, s);
    if (a->ask.explain) {
        buf_puts(b, ",\"explanation\":");
        explanation_write(b, &s->explanation, &s->time);
    }
    buf_puts(b, "}");
}

static void to_json(struct buf *b, const struct forecast_response *a)
{
    buf_puts(b, "{\"model\":");
    buf_put_json_string(b, a->model->name);
    buf_puts(b, ",\"version\":");
    buf_put_i64(b, a->model->version);
    buf_puts(b, ",\"series\":[");
    for (int i = 0; i < a->count; i++) {
        if (i)
            buf_add(b, ",", 1);
        json_one(b, a, &a->series[i]);
    }
    buf_puts(b, "]}\n"); /* so that a shell's prompt begins on its own line */
}

/* ---- CSV, in the columns of nixtla's statsforecast ---- */

/* A missing bound is an empty cell. */
static void csv_number(struct buf *b, double v)
{
    buf_puts(b, ",");
    if (isfinite(v))
        buf_put_f64(b, v);
}

static void column_name(struct buf *b, const char *head, double level)
{
    buf_puts(b, head);
    buf_put_f64(b, level);
}

static void csv_header(struct buf *b, const struct ask *a)
{
    buf_puts(b, "unique_id,ds,mean");
    for (int l = 0; l < a->num_levels; l++) {
        column_name(b, ",lo-", a->levels[l]);
        column_name(b, ",hi-", a->levels[l]);
    }
    for (int k = 0; k < a->num_quantiles; k++)
        column_name(b, ",q-", a->quantiles[k]);
    for (int i = 0; i < a->num_samples; i++)
        column_name(b, ",sample-", i + 1);
    buf_puts(b, "\n");
}

/* Writes the numbers of step h. */
static void csv_step(struct buf *b, const struct forecast_response *a, const struct forecast *f,
                     int h)
{
    csv_number(b, f->mean[h]);
    for (int l = 0; l < a->ask.num_levels; l++) {
        csv_number(b, f->lower[l][h]);
        csv_number(b, f->upper[l][h]);
    }
    for (int k = 0; k < a->ask.num_quantiles; k++)
        csv_number(b, f->quantile[k][h]);
    for (int i = 0; i < a->ask.num_samples; i++)
        csv_number(b, path(a, f, i)[h]);
    buf_puts(b, "\n");
}

static void to_csv(struct buf *b, const struct forecast_response *a)
{
    char time[TIME_TEXT_MAX];

    csv_header(b, &a->ask);
    for (int i = 0; i < a->count; i++) {
        const struct forecast_series *s = &a->series[i];

        for (int h = 0; h < a->horizon; h++) {
            csv_write_cell(b, s->id);
            buf_puts(b, ",");
            csv_write_cell(b, timeline_text(time, &s->time, (int64_t)s->history_length + h));
            csv_step(b, a, &s->forecast, h);
        }
    }
}

/* ---- SVG ---- */

/* How much history to draw: a few horizons are easiest to read. */
static int shown_history(const struct forecast_response *a, const struct forecast_series *s)
{
    int n = 6 * a->horizon;

    if (n < 48)
        n = 48;
    return n < s->history_length ? n : s->history_length;
}

static void draw_one(struct forecast_chart *out, struct forecast_band *bands,
                     const struct forecast_response *a, const struct forecast_series *s)
{
    int shown = shown_history(a, s), skipped = s->history_length - shown;

    /* the widest first, so that narrower ones lie on top */
    for (int l = 0; l < a->ask.num_levels; l++) {
        int from = a->ask.num_levels - 1 - l;

        bands[l] = (struct forecast_band){a->ask.levels[from], s->forecast.lower[from],
                                          s->forecast.upper[from]};
    }
    *out = (struct forecast_chart){
        .title = s->id,
        .values = a->model->value_name,
        .time = s->time,
        .history = s->history + skipped,
        .history_length = shown,
        .mean = s->forecast.mean,
        .horizon = a->horizon,
        .bands = bands,
        .num_bands = lacks_intervals(a) ? 0 : a->ask.num_levels,
    };
    timeline_skip(&out->time, skipped);
}

static void to_svg(struct buf *b, const struct forecast_response *a)
{
    struct forecast_chart charts[FORECAST_CHARTS_MAX];
    struct forecast_band bands[FORECAST_CHARTS_MAX][LEVELS_MAX];
    int n = a->count < FORECAST_CHARTS_MAX ? a->count : FORECAST_CHARTS_MAX;

    for (int i = 0; i < n; i++)
        draw_one(&charts[i], bands[i], a, &a->series[i]);
    forecast_charts_write(b, charts, n, a->count - n);
}

/* ---- the response ---- */

void forecast_response_write(struct buf *b, const struct forecast_response *a, const char *type)
{
    buf_want(b, (size_t)a->count * (256 + (size_t)a->horizon * STEP_BYTES *
                                              (size_t)(1 + ask_numbers(&a->ask) / 2)));
    if (strcmp(type, MEDIA_JSON) == 0)
        to_json(b, a);
    else if (strcmp(type, MEDIA_CSV) == 0)
        to_csv(b, a);
    else
        to_svg(b, a);
}
