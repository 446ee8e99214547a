/* duration.h - spans of time as people write them: "30s", "15m", "1h", "7d", "2w". */
#ifndef SERVER_DATA_DURATION_H
#define SERVER_DATA_DURATION_H

#include <lstm/status.h>
#include <stdint.h>

enum { DURATION_TEXT_MAX = 24 };

/* Reads a whole number with s, m (minutes), h, d or w, from min to max seconds. *out in seconds.
 * ST_INVALID. */
enum status duration_parse(int64_t *out, const char *text, int64_t min, int64_t max, struct err *e);
/* Writes it with the largest unit of which it is a whole number: "7d". Returns out. */
const char *duration_text(char out[DURATION_TEXT_MAX], int64_t seconds);

#endif
