/* time_reading.h - the cells of a table as times, in the readings of time_readings.h. */
#ifndef SERVER_DATA_TABLE_TIME_READING_H
#define SERVER_DATA_TABLE_TIME_READING_H

#include "server/data/table/table.h"
#include "server/data/table/time_readings.h"
#include "server/data/timeline.h"

/* The readings of wanted that the cell fits. traits may be NULL. */
time_readings time_readings_of(struct cell c, time_readings wanted, struct time_traits *traits);
/* The start of the time that the cell is in a reading; false when it is none. */
bool time_read(struct timestamp *out, struct cell c, enum time_reading reading);
/* "31/01/2020": an example of the reading, for messages. */
const char *time_reading_example(enum time_reading reading);
/* "day, month, year" */
const char *time_reading_words(enum time_reading reading);

/* The Monday of an ISO week. False: the year has no such week. */
bool time_of_week(struct timestamp *out, int year, int week);

#endif
