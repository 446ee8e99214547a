/* timeline_style.h - the style of a timeline as text, for the database, model files and JSON. */
#ifndef SERVER_DATA_TIMELINE_STYLE_H
#define SERVER_DATA_TIMELINE_STYLE_H

#include "server/data/timeline.h"

enum { TIMELINE_STYLE_MAX = 720, ANCHOR_TEXT_MAX = 24 }; /* bytes, with the NUL */

/* Writes "1" (the version), followed by those that are not zero of "offset=+05:30", "anchor=last
 * business day", "month=2", "clock=12:00:00", "open=Mon-Fri 07-17" and "format=%d/%m/%Y", each
 * after a "|" and in this order; "" for a style of zeros. */
const char *timeline_style_text(char out[TIMELINE_STYLE_MAX], const struct timeline *t);
/* Reads it into t->style; frequency and start must be set. ST_INVALID when it is not such a text,
 * or does not fit them; t->style is undefined then. */
enum status timeline_style_parse(struct timeline *t, const char *text, struct err *e);
/* ST_INVALID when the style is not one of this frequency and start. */
enum status timeline_style_check(const struct timeline *t, struct err *e);

/* Whether the date of row 0 alone would suggest another place in its month. */
bool timeline_anchor_hidden(const struct timeline *t);

/* "15", "31", "first business day", "last business day"; "" for ANCHOR_PERIOD. */
const char *time_anchor_text(char out[ANCHOR_TEXT_MAX], int anchor);
enum status time_anchor_parse(uint8_t *out, const char *text, struct err *e);

#endif
