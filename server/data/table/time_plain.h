/* time_plain.h - reads the times that most tables have: three numbers with the same mark between
 * them, and perhaps a time of day. Private to time_reading.c.
 *
 * time_shape.h reads these and all other times. Here they take a fraction of its time. Both give
 * the same result for every cell. */
#ifndef SERVER_DATA_TABLE_TIME_PLAIN_H
#define SERVER_DATA_TABLE_TIME_PLAIN_H

#include "server/data/table/table.h"
#include "server/data/table/time_readings.h"
#include "server/data/timestamp.h"

struct plain_time {
    int number[3], digits[3]; /* values and lengths of the numbers of the date */
    char mark;                /* '-', '/' or '.' between them */
    bool has_clock, fraction, has_zone;
    int seconds; /* of the day */
    int zone;    /* minutes east of UTC */
};

/* Cuts "2020-01-31", "31.1.20 12:00", "2020-01-31T12:00:00.000+01:00". Returns false for other
 * text, which may still be a time in some reading. c: without blanks around it. */
bool time_plain_cut(struct plain_time *out, struct cell c);
/* Reads the time in one of TIME_YMD, TIME_DMY, TIME_MDY and TIME_YMD_SHORT. Returns false when it
 * is not one. */
bool time_plain_read(struct timestamp *out, const struct plain_time *p, enum time_reading reading,
                     struct time_traits *traits);
/* Reads "2020.1" in TIME_YM and "01/2020" in TIME_MY, which look like decimals. Returns false when
 * the cell is not two numbers with a mark; then *fits is not set. */
bool time_plain_month(bool *fits, struct timestamp *out, struct cell c, enum time_reading reading,
                      struct time_traits *traits);
/* Adds the zone of a cell with a time of day to traits. */
void time_note_zone(struct time_traits *t, bool has_zone, int zone);

#endif
