/* onnx_frames.h - the frames of a model's series (<lstm/forecast_nets.h>) as constants of a graph.
 *
 * A number that differs among the series is a table, from which the input `series` gathers a column
 * (batch, 1). One that all series share is a constant (1, 1). Both are broadcast alike. */
#ifndef SERVER_FORMATS_ONNX_ONNX_FRAMES_H
#define SERVER_FORMATS_ONNX_ONNX_FRAMES_H

#include <lstm/buf.h>
#include <lstm/forecast_nets.h>

struct onnx_frames {
    struct forecast_nets nets;
    struct forecast_frame *frame; /* (count) of the series for which the nets are used; owned */
    const char **id;              /* (count) their ids, borrowed from the forecaster; owned */
    int count;
};

/* Collects the frames. ST_CONFLICT, ST_NOMEM. */
enum status onnx_frames_init(struct onnx_frames *s, const struct forecaster *f, struct err *e);
void onnx_frames_release(struct onnx_frames *s);

/* A number of a frame. */
typedef double onnx_number(const struct forecast_frame *f);
onnx_number frame_offset, frame_scale, frame_season, frame_level, frame_centre, frame_unit,
    frame_least, frame_most, frame_floor, frame_is_log, frame_is_root;

/* Whether all series have the same value, and which. */
bool onnx_frames_agree(double *value, const struct onnx_frames *s, onnx_number *number);
/* Adds the number of each sequence, float64, as the value `name`. Errors go to graph. */
void onnx_frames_double(struct buf *graph, const struct onnx_frames *s, const char *name,
                        onnx_number *number);

#endif
