/* time_shape.h - interprets the pieces of a time, for the readings that have a shape. Private to
 * time_reading.c and cell_spelling.c. */
#ifndef SERVER_DATA_TABLE_TIME_SHAPE_H
#define SERVER_DATA_TABLE_TIME_SHAPE_H

#include "server/data/table/time_pieces.h"
#include "server/data/table/time_readings.h"

/* A member is 0 when the cell does not contain it. */
struct time_meaning {
    int year, month, day, quarter, week, weekday;
    int hour, minute, second;
    bool has_clock, fraction, short_part, has_zone;
    bool named_zone; /* "CET" */
    int zone;        /* minutes east of Greenwich */
    /* For each piece a letter of strftime. '\0' and 'Z': the piece stands for itself. ':': "%:z".
     * 'f' and 'o': the piece belongs to another letter, or to none. */
    char letter[PIECES_MAX];
};

/* Returns false when the pieces do not have the shape of the reading. */
bool time_understand(struct time_meaning *m, const struct pieces *in, enum time_reading reading);

#endif
