/* time_style.h - how the times of a timeline are written, and where in their period they lie, so
 * that responses contain the times as they were sent. Plain bytes: copied by value. */
#ifndef SERVER_DATA_TIME_STYLE_H
#define SERVER_DATA_TIME_STYLE_H

#include "server/data/open_week.h"

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    TIME_FORMAT_MAX = 31,  /* bytes of a format */
    TIME_TEXT_MAX = 40,    /* bytes of a time, with its NUL; longer formats are refused */
    TIME_OFFSET_MAX = 1439 /* minutes */
};

/* The place of a row of a Y, Q or M grid in its month (quarter, year). 1..31 is that day of the
 * month, or its last day if the month is shorter: 31 is the end of every month. */
enum time_anchor {
    ANCHOR_PERIOD = 0, /* the whole period, not a day; if a day must be written, the first */
    ANCHOR_LAST_DAY = 31,
    ANCHOR_FIRST_BUSINESS_DAY = 32, /* Monday to Friday, whatever the holidays */
    ANCHOR_LAST_BUSINESS_DAY = 33
};

/* All zero: the format by frequency ("2022-01", "2021Q1", "2022-01-31", "...T05:00:00Z"), UTC,
 * whole periods, every step open. */
struct time_style {
    /* strftime's letters: %Y %y %m %d %e %b %B %a %A %H %I %M %S %p %j %G %V, also %q (quarter), %P
     * ("am"), %k %l as in GNU, %s and %Q (seconds and milliseconds since 1970), %z ("+0530"), %:z
     * ("+05:30"), %F %T %D %R as in POSIX, %%; "-" drops leading zeros (%-d), "^" writes capitals
     * (%^b). Other characters stand for themselves, such as a Z for UTC; without a zone, times are
     * naive. "" is the format by frequency. */
    char format[TIME_FORMAT_MAX + 1];
    int16_t offset; /* minutes east of UTC of the local time in which rows are written */
    uint8_t anchor; /* enum time_anchor or a day of the month; Y, Q, M only */
    uint8_t month;  /* months after the first of the quarter (0..2) or year (0..11); Q, Y only */
    int32_t clock;  /* seconds of the local day at which a row of D or a longer unit lies */
    struct open_week open; /* the steps that occur; D, H, min, S only */
};

/* ST_INVALID names the unknown letter, or tells that the times would be too long. */
enum status time_format_check(const char *format, struct err *e);
/* Checks s->format, and copies format to it. */
enum status time_style_format(struct time_style *s, const char *format, struct err *e);
bool time_style_equal(const struct time_style *a, const struct time_style *b);

/* Writes a local time, in seconds since 1970 as if it were UTC, in the style's format (not "").
 * Returns out. */
const char *time_style_text(char out[TIME_TEXT_MAX], const struct time_style *s, int64_t local);
/* The day of month y-m at the anchor, in days since 1970. */
int64_t time_anchor_day(int anchor, int64_t y, int m);

#endif
