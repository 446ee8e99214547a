/* time_format.h - reads times by a format that the client gives, in the letters of strptime. */
#ifndef SERVER_DATA_TABLE_TIME_FORMAT_H
#define SERVER_DATA_TABLE_TIME_FORMAT_H

#include "server/data/table/table.h"
#include "server/data/timeline.h"

/* ST_INVALID: the format is too long, or has no year. */
enum status time_pattern_check(const char *format, struct err *e);
/* Returns false unless the whole cell matches and is a valid date (not 31 February). The precision
 * is the smallest unit of the format. %z applies the offset. */
bool time_pattern_read(struct timestamp *out, struct cell c, const char *format);

#endif
