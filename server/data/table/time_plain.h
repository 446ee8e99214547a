/* time_plain.h - the times that nearly all tables have: three numbers with the same mark between
 * them, and perhaps a time of day. Private to time_reading.c.
 *
 * time_shape.h reads them, too, and everything else that is a time; here they are read in a
 * fraction of the time. Both agree on every cell. */
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

/* "2020-01-31", "31.1.20 12:00", "2020-01-31T12:00:00.000+01:00"; false: the cell is no such text,
 * which it may be all the same in a reading. c: without blanks around it. */
bool time_plain_cut(struct plain_time *out, struct cell c);
/* The time in one of TIME_YMD, TIME_DMY, TIME_MDY and TIME_YMD_SHORT. False: it is none. */
bool time_plain_read(struct timestamp *out, const struct plain_time *p, enum time_reading reading,
                     struct time_traits *traits);
/* Of "2020.1" in TIME_YM and "01/2020" in TIME_MY, which decimals look like. False: the cell is not
 * two numbers with a mark, and *fits is not set. */
bool time_plain_month(bool *fits, struct timestamp *out, struct cell c, enum time_reading reading,
                      struct time_traits *traits);
/* Adds what a cell with a time of day has to traits. */
void time_note_zone(struct time_traits *t, bool has_zone, int zone);

#endif
