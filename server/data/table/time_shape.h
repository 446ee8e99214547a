/* time_shape.h - what the pieces of a time mean, for the readings that have a shape. Private to
 * time_reading.c and cell_spelling.c. */
#ifndef SERVER_DATA_TABLE_TIME_SHAPE_H
#define SERVER_DATA_TABLE_TIME_SHAPE_H

#include "server/data/table/time_pieces.h"
#include "server/data/table/time_readings.h"

/* 0: the cell does not tell. */
struct time_meaning {
    int year, month, day, quarter, week, weekday;
    int hour, minute, second;
    bool has_clock, fraction, short_part, has_zone;
    bool named_zone; /* "CET" */
    int zone;        /* minutes east of Greenwich */
    /* Of strftime for each piece; '\0' and 'Z': the piece stands for itself; ':' for "%:z"; 'f' and
     * 'o': a part that another letter or none stands for. */
    char letter[PIECES_MAX];
};

/* False: the pieces have not the shape of the reading. */
bool time_understand(struct time_meaning *m, const struct pieces *in, enum time_reading reading);

#endif
