/* time_choice.h - chooses among several possible readings of a column of times. */
#ifndef SERVER_DATA_TABLE_TIME_CHOICE_H
#define SERVER_DATA_TABLE_TIME_CHOICE_H

#include "server/data/table/table.h"
#include "server/data/table/time_readings.h"

/* Whether several of the readings give different dates for the same digits, so that time_choose()
 * looks at more than the first cell. */
bool time_has_rivals(time_readings readings);
/* cells: of one series (n >= 1, in any order), which fit all of the readings. frequency: the
 * caller's, or NULL. *by_steps: whether the steps between the times decided. ST_INVALID: two
 * readings are equally good; the message names both, and date_format. */
enum status time_choose(enum time_reading *out, bool *by_steps, time_readings readings,
                        const struct cell *cells, size_t n, const char *frequency, struct err *e);

#endif
