/* explanation_render.h - the explanation of a forecast, and its remarks, as JSON. Private to
 * api/. */
#ifndef SERVER_API_EXPLANATION_RENDER_H
#define SERVER_API_EXPLANATION_RENDER_H

#include "server/data/timeline.h"

#include <lstm/buf.h>
#include <lstm/forecaster.h>

/* Appends an explanation as a JSON object. time: starts with the first value of the history. */
void explanation_write(struct buf *b, const struct explanation *x, const struct timeline *time);

/* Appends a note to a list that has *count notes so far. */
void note_write(struct buf *b, int *count, const char *code, const char *detail);
/* Appends notes for all remarks. */
void remarks_write(struct buf *b, int *count, const struct forecast_remarks *r,
                   const struct timeline *time);

#endif
