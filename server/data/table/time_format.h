/* time_format.h - times by a format that the client gives, in the letters of strptime. */
#ifndef SERVER_DATA_TABLE_TIME_FORMAT_H
#define SERVER_DATA_TABLE_TIME_FORMAT_H

#include "server/data/table/table.h"
#include "server/data/timeline.h"

/* ST_INVALID: the format is too long, or does not tell the year. */
enum status time_pattern_check(const char *format, struct err *e);
/* False when the cell is not a whole match, or no date (31 February). The precision is that of the
 * format: its smallest unit. %z applies the offset. */
bool time_pattern_read(struct timestamp *out, struct cell c, const char *format);

#endif
