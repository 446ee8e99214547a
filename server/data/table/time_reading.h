/* time_reading.h - reads cells of a table as times, in the readings of time_readings.h. */
#ifndef SERVER_DATA_TABLE_TIME_READING_H
#define SERVER_DATA_TABLE_TIME_READING_H

#include "server/data/table/table.h"
#include "server/data/table/time_readings.h"
#include "server/data/timeline.h"

/* Returns those of the wanted readings that the cell fits. traits may be NULL. */
time_readings time_readings_of(struct cell c, time_readings wanted, struct time_traits *traits);
/* Reads the beginning of the time in a reading. Returns false when the cell does not fit it. */
bool time_read(struct timestamp *out, struct cell c, enum time_reading reading);
/* "31/01/2020": an example of the reading, for messages. */
const char *time_reading_example(enum time_reading reading);
/* "day, month, year" */
const char *time_reading_words(enum time_reading reading);

/* Finds the Monday of an ISO week. Returns false when the year has no such week. */
bool time_of_week(struct timestamp *out, int year, int week);

#endif
