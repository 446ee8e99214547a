/* calendar.h - where a series stands in the Gregorian calendar.
 *
 * Months differ in the days that they consist of: the number of working days, a leap day, the days
 * around Easter. Days may be holidays. When the place of a series in the calendar is known, the
 * effects of these can be estimated. */
#ifndef LSTM_CALENDAR_H
#define LSTM_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum calendar_unit {
    CALENDAR_NONE, /* no place: the steps are row numbers, or neither months nor days */
    CALENDAR_MONTHS,
    CALENDAR_DAYS
};

/* Bound of days or months from 1970, before or after: years have at most four digits. */
enum { CALENDAR_FIRST_MAX = 10000 * 366 };

struct calendar {
    enum calendar_unit unit;
    int64_t first; /* of the first value: units from 1970-01-01, within CALENDAR_FIRST_MAX */
};

/* A day of the year on which a daily series differs from its neighbours, every year. */
enum holiday_kind {
    HOLIDAY_DATE,    /* `day` of `month` */
    HOLIDAY_WEEKDAY, /* the nth weekday `day` of `month` */
    HOLIDAY_EASTER   /* `day` days after Easter Sunday, which may be negative */
};

enum { HOLIDAY_LAST = 5 /* nth: the last one, which is the fourth or the fifth */ };

struct holiday {
    enum holiday_kind kind;
    int month;    /* 0 to 11 */
    int day;      /* of the month; days after Easter; or a weekday, 0 (Monday) to 6 */
    int nth;      /* 1 to 4, or HOLIDAY_LAST */
    bool working; /* of a date: only in years where it is a Monday to Friday */
    double beta;  /* logarithm of the factor of the day */
};

enum { HOLIDAYS_MAX = 32 };

#endif
