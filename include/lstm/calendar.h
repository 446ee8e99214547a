/* calendar.h - where a series stands in the Gregorian calendar.
 *
 * Months differ in what days they are made of: how many of them are working days, whether there is
 * a leap day, whether Easter falls into them. Days differ in whether they are a holiday. A series
 * whose place is known can be told what that does to it. */
#ifndef LSTM_CALENDAR_H
#define LSTM_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum calendar_unit {
    CALENDAR_NONE, /* no such place: row numbers, or steps that are neither of these */
    CALENDAR_MONTHS,
    CALENDAR_DAYS
};

/* Days or months, either way: as far as years have four digits. */
enum { CALENDAR_FIRST_MAX = 10000 * 366 };

struct calendar {
    enum calendar_unit unit;
    int64_t first; /* of the first value: units since 1970-01-01, within CALENDAR_FIRST_MAX */
};

/* A day of the year on which a daily series is unlike its neighbours, year after year. */
enum holiday_kind {
    HOLIDAY_DATE,    /* `day` of `month` */
    HOLIDAY_WEEKDAY, /* the nth weekday `day` of `month` */
    HOLIDAY_EASTER   /* `day` days after Easter Sunday, which may be negative */
};

enum { HOLIDAY_LAST = 5 /* nth: the last, fourth or fifth */ };

struct holiday {
    enum holiday_kind kind;
    int month;    /* 0 to 11 */
    int day;      /* a weekday: 0 (Monday) to 6 */
    int nth;      /* 1 to 4, or HOLIDAY_LAST */
    bool working; /* a date: only where it is a Monday to Friday */
    double beta;  /* the logarithm of what the day is multiplied by */
};

enum { HOLIDAYS_MAX = 32 };

#endif
