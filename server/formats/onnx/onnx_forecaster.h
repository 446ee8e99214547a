/* onnx_forecaster.h - a forecaster's LSTMs as a model of ONNX, with the scaling of each series.
 *
 * Inputs: `history`, float64 (batch, steps), and `series`, int64 (batch), the place of each series
 * in the list of the metadata; a model of one series has no such input. Output: `forecast`, float64
 * (batch, horizon), in the units of the history. docs/model_file.md describes the metadata. */
#ifndef SERVER_FORMATS_ONNX_ONNX_FORECASTER_H
#define SERVER_FORMATS_ONNX_ONNX_FORECASTER_H

#include "server/formats/onnx/onnx_about.h"

#include <lstm/forecaster.h>

/* Appends the model to out, whose limit should be ONNX_BYTES_MAX. ST_CONFLICT as in
 * forecaster_nets(); ST_TOO_LARGE, ST_NOMEM. */
enum status onnx_forecaster_write(struct buf *out, const struct onnx_about *about,
                                  const struct forecaster *f, struct err *e);

#endif
