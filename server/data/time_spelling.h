/* time_spelling.h - finds the format of a time that timestamp_parse() reads. */
#ifndef SERVER_DATA_TIME_SPELLING_H
#define SERVER_DATA_TIME_SPELLING_H

#include "server/data/time_style.h"

#include <stddef.h>

/* Sets format and offset of *out, so that time_style_text() writes s again; the format is "" when s
 * is an integer. timestamp_parse() must have accepted s. */
void time_spelling(struct time_style *out, const char *s, size_t len);
/* Whether timestamp_parse() reads what the style writes, and time_spelling() finds the style
 * again. */
bool time_spelling_kept(const struct time_style *s);

#endif
