/* calendar.h - where a series stands in the Gregorian calendar.
 *
 * Months differ in what days they are made of: how many of them are working days, whether there is a
 * leap day, whether Easter falls into them. A series whose place is known can be told what that does
 * to it. */
#ifndef LSTM_CALENDAR_H
#define LSTM_CALENDAR_H

#include <stdint.h>

enum calendar_unit {
    CALENDAR_NONE, /* no such place: row numbers, or steps that are not months */
    CALENDAR_MONTHS
};

enum { CALENDAR_FIRST_MAX = 10000 * 12 /* months, either way: as far as years have four digits */ };

struct calendar {
    enum calendar_unit unit;
    int64_t first; /* of the first value: months since 1970-01, within CALENDAR_FIRST_MAX */
};

#endif
