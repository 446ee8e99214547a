/* time_spelling.h - how a time stamp that timestamp_parse() reads was written. */
#ifndef SERVER_DATA_TIME_SPELLING_H
#define SERVER_DATA_TIME_SPELLING_H

#include "server/data/time_style.h"

#include <stddef.h>

/* Sets format and offset of *out, so that time_style_text() writes s again; format "" where s is a
 * bare integer. s is one that timestamp_parse() accepted. */
void time_spelling(struct time_style *out, const char *s, size_t len);
/* Whether timestamp_parse() reads what the style writes, and time_spelling() finds it again. */
bool time_spelling_kept(const struct time_style *s);

#endif
