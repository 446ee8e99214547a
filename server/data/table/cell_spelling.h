/* cell_spelling.h - finds the format of a cell that holds a time. */
#ifndef SERVER_DATA_TABLE_CELL_SPELLING_H
#define SERVER_DATA_TABLE_CELL_SPELLING_H

#include "server/data/table/table.h"
#include "server/data/table/time_readings.h"

enum { CELL_SPELLING_MAX = 48 };

/* Writes a format such as "%d/%m/%Y %H:%M", in the letters of time_style.h; "" when they cannot
 * describe it. Returns out. */
const char *cell_spelling(char out[CELL_SPELLING_MAX], struct cell c, enum time_reading reading,
                          const struct time_traits *traits);

#endif
