/* onnx_frames.c - see onnx_frames.h. */
#include "server/formats/onnx/onnx_frames.h"

#include "server/formats/onnx/onnx_graph.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_MAX_BYTES = 64 };

double frame_offset(const struct forecast_frame *f)
{
    return f->offset;
}

double frame_scale(const struct forecast_frame *f)
{
    return f->scale;
}

double frame_season(const struct forecast_frame *f)
{
    return f->season;
}

double frame_level(const struct forecast_frame *f)
{
    return f->level;
}

double frame_centre(const struct forecast_frame *f)
{
    return f->centre;
}

double frame_unit(const struct forecast_frame *f)
{
    return f->unit;
}

double frame_least(const struct forecast_frame *f)
{
    return fmax(f->least, -DBL_MAX);
}

double frame_most(const struct forecast_frame *f)
{
    return fmin(f->most, DBL_MAX);
}

double frame_floor(const struct forecast_frame *f)
{
    return f->floor ? 0 : -DBL_MAX;
}

double frame_is_log(const struct forecast_frame *f)
{
    return f->map == VALUE_LOG;
}

double frame_is_root(const struct forecast_frame *f)
{
    return f->map == VALUE_ROOT;
}

static const char *id_of(const struct forecaster *f, int i)
{
    const double *values;
    int64_t skipped;
    int length;

    return i < forecaster_num_series(f) ? forecaster_series(f, i, &values, &length, &skipped) : "";
}

enum status onnx_frames_init(struct onnx_frames *s, const struct forecaster *f, struct err *e)
{
    int n = forecaster_num_series(f) > 0 ? forecaster_num_series(f) : 1;
    enum status st;

    *s = (struct onnx_frames){0};
    st = forecaster_nets(&s->nets, f, e);
    if (st)
        return st;
    s->frame = calloc((size_t)n, sizeof(*s->frame));
    s->id = calloc((size_t)n, sizeof(*s->id));
    if (!s->frame || !s->id) {
        onnx_frames_release(s);
        return err_nomem(e, (size_t)n * sizeof(*s->frame));
    }
    for (int i = 0; i < n; i++) {
        if (!forecaster_nets_frame(&s->frame[s->count], f, i))
            continue;
        s->id[s->count++] = id_of(f, i);
    }
    return ST_OK;
}

void onnx_frames_release(struct onnx_frames *s)
{
    free(s->frame);
    free(s->id);
    *s = (struct onnx_frames){0};
}

bool onnx_frames_agree(double *value, const struct onnx_frames *s, onnx_number *number)
{
    *value = number(&s->frame[0]);
    for (int i = 1; i < s->count; i++) {
        double v = number(&s->frame[i]);

        if (v < *value || v > *value)
            return false;
    }
    return true;
}

static void put_table(struct buf *graph, const struct onnx_frames *s, const char *name,
                      onnx_number *number)
{
    double *table = malloc((size_t)s->count * sizeof(*table));
    char inputs[NAME_MAX_BYTES], all[NAME_MAX_BYTES];

    if (!table) {
        graph->st = graph->st ? graph->st : ST_NOMEM;
        return;
    }
    for (int i = 0; i < s->count; i++)
        table[i] = number(&s->frame[i]);
    snprintf(all, sizeof(all), "%s_of_series", name);
    onnx_doubles(graph, all, (struct onnx_shape){2, {s->count, 1}}, table);
    free(table);
    snprintf(inputs, sizeof(inputs), "%s_of_series series", name);
    onnx_node(graph, "Gather", inputs, name, NULL);
}

void onnx_frames_double(struct buf *graph, const struct onnx_frames *s, const char *name,
                        onnx_number *number)
{
    double shared;

    if (onnx_frames_agree(&shared, s, number))
        onnx_doubles(graph, name, (struct onnx_shape){2, {1, 1}}, &shared);
    else
        put_table(graph, s, name, number);
}
