/* time_style.h - how the stamps of a timeline are written and where in their period they lie, so
 * that answers carry the stamps that came in. Plain bytes: copied by value. */
#ifndef SERVER_DATA_TIME_STYLE_H
#define SERVER_DATA_TIME_STYLE_H

#include "server/data/open_week.h"

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    TIME_FORMAT_MAX = 31,  /* bytes of a format */
    TIME_TEXT_MAX = 40,    /* bytes of a stamp, with its NUL: a longer format is refused */
    TIME_OFFSET_MAX = 1439 /* minutes */
};

/* Where in its month (quarter, year) a row of a Y, Q or M grid lies. 1..31 is that day of the
 * month, or its last day where the month is shorter: 31 is the end of each month. */
enum time_anchor {
    ANCHOR_PERIOD = 0, /* the period itself: any day of it is meant; its first day where one is
                          written */
    ANCHOR_LAST_DAY = 31,
    ANCHOR_FIRST_BUSINESS_DAY = 32, /* Monday to Friday, whatever the holidays */
    ANCHOR_LAST_BUSINESS_DAY = 33
};

/* All zero: the spelling by frequency ("2022-01", "2021Q1", "2022-01-31", "...T05:00:00Z"), in UTC,
 * whole periods, every step. */
struct time_style {
    /* strftime's letters: %Y %y %m %d %e %b %B %a %A %H %I %M %S %p %j %G %V, also %q (quarter), %P
     * ("am"), %k %l as in GNU, %s and %Q (seconds and milliseconds since 1970), %z ("+0530"), %:z
     * ("+05:30"), %F %T %D %R as in POSIX, %%; "-" drops leading zeros (%-d), "^" writes capitals
     * (%^b). What is no letter stands for itself: a Z, where times are UTC, and none where they are
     * naive. "" is the spelling by frequency. */
    char format[TIME_FORMAT_MAX + 1];
    int16_t offset; /* minutes east of UTC: rows are written in this local time */
    uint8_t anchor; /* enum time_anchor or a day of the month; Y, Q, M only */
    uint8_t month;  /* months behind the first of the quarter (0..2) or year (0..11); Q, Y only */
    int32_t clock;  /* seconds of the local day at which a row of D or a longer unit lies */
    struct open_week open; /* the steps that occur; D, H, min, S only */
};

/* ST_INVALID names the letter that is not known, or that the stamps would be too long. */
enum status time_format_check(const char *format, struct err *e);
/* Checks s->format, and copies format to it. */
enum status time_style_format(struct time_style *s, const char *format, struct err *e);
bool time_style_equal(const struct time_style *a, const struct time_style *b);

/* The local time, in seconds since 1970 as if it were UTC, in the style's format (not ""); returns
 * out. */
const char *time_style_text(char out[TIME_TEXT_MAX], const struct time_style *s, int64_t local);
/* The day of month y-m that the anchor means, in days since 1970. */
int64_t time_anchor_day(int anchor, int64_t y, int m);

#endif
