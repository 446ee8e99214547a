/* onnx_tagger.h - a tagger's net as a model of ONNX: from the features of words to probabilities of
 * tags.
 *
 * Inputs: `features`, int64 (batch, words, F), the rows of the vocabulary that describe each word,
 * -1 for none (without affixes: `words`, int64 (batch, words)); and `lengths`, int32 (batch), the
 * words of each sentence. Outputs: `upos` and `xpos`, float (batch, words, tags), as far as the
 * tagger has them. Splitting text and finding the features of a word are not in the graph.
 * docs/model_file.md describes the metadata. */
#ifndef SERVER_FORMATS_ONNX_ONNX_TAGGER_H
#define SERVER_FORMATS_ONNX_ONNX_TAGGER_H

#include "server/formats/onnx/onnx_about.h"

#include <lstm/tagger.h>

/* Appends the model to out, whose limit should be ONNX_BYTES_MAX. ST_TOO_LARGE, ST_NOMEM. */
enum status onnx_tagger_write(struct buf *out, const struct onnx_about *about,
                              const struct tagger *t, struct err *e);

#endif
