/* timestamp.h - one point in time, with the precision in which it was written. */
#ifndef SERVER_DATA_TIMESTAMP_H
#define SERVER_DATA_TIMESTAMP_H

#include "server/data/frequency.h"

#include <lstm/status.h>
#include <stddef.h>
#include <stdint.h>

/* A parsed time stamp and how precisely it was written. */
struct timestamp {
    int64_t seconds; /* of its beginning, since 1970-01-01T00:00:00Z; FREQ_INDEX: the row number */
    /* FREQ_Y "1949", FREQ_Q "1949Q1", FREQ_M "1949-01", FREQ_W "1949-W03", FREQ_D, FREQ_S;
     * FREQ_INDEX: an integer, the number of a row. Only with FREQ_S do the seconds mean an instant,
     * after applying an offset; otherwise they are those of a local date. */
    enum freq_unit precision;
};

/* Reads 1949, 1949-01, 1949-01-31, 1949Q1 (1949-Q1), RFC 3339 (with or without zone, 'T' or ' ',
 * seconds optional, a fraction must be zero), epoch seconds (an integer of 6 digits or more, may be
 * negative). len bytes at s; blanks around are ignored. ST_INVALID with the reason ("1949-02-30:
 * February 1949 has 28 days"). */
enum status timestamp_parse(struct timestamp *out, const char *s, size_t len, struct err *e);

#endif
