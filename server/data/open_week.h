/* open_week.h - the steps of a week that occur: the trading days of an exchange, the opening hours
 * of a shop. A week is in local time, from Monday 00:00, in quarters of an hour.
 *
 * The points of a grid are base + k * step seconds, k = 0, 1, ..., in seconds of local time since
 * 1970. step divides a day, and divides a quarter of an hour or is a multiple of it
 * (open_week_fits()). A point is open when its quarter is. Rank, select and count are for weeks
 * whose open steps are points of that grid, made by open_week_add() with its step. */
#ifndef SERVER_DATA_OPEN_WEEK_H
#define SERVER_DATA_OPEN_WEEK_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    OPEN_QUARTER = 900, /* seconds */
    OPEN_QUARTERS = 7 * 96,
    OPEN_RANGES_MAX = 4, /* in the text of a day */
    OPEN_TEXT_MAX = 600  /* bytes of a text, with its NUL */
};

struct open_week {
    uint8_t bits[OPEN_QUARTERS / 8]; /* all zero: every step occurs */
};

/* Whether a grid of this step can have an open week. */
bool open_week_fits(int64_t step);
bool open_week_always(const struct open_week *w);
bool open_week_equal(const struct open_week *a, const struct open_week *b);
/* Monday to Friday, all day. */
struct open_week open_week_business(void);

/* Opens the step that begins at a local time. A whole day is opened from its midnight. */
void open_week_add(struct open_week *w, int64_t local, int64_t step);
/* Whether the point at this local time is open. */
bool open_week_has(const struct open_week *w, int64_t local);
/* The number of open points in a week. */
int open_week_count(const struct open_week *w, int64_t base, int64_t step);
/* The number of open points among 0..k-1; for k < 0, minus that among k..-1. */
int64_t open_week_rank(const struct open_week *w, int64_t base, int64_t step, int64_t k);
/* The open point with this rank: rank(k) == row, and k is open. */
int64_t open_week_select(const struct open_week *w, int64_t base, int64_t step, int64_t row);

/* The largest number of ranges of open steps in a day. */
int open_week_ranges(const struct open_week *w, int64_t base, int64_t step);
/* Writes "Mon-Sat", "07-17", "Mon-Fri 09:30-15:45; Sat 08,10-12": days and, for a step shorter than
 * a day, the first and the last step of each range. base gives the place of steps within a day. */
const char *open_week_text(char out[OPEN_TEXT_MAX], const struct open_week *w, int64_t base,
                           int64_t step);
/* Reads what open_week_text() wrote for the same base and step. ST_INVALID. */
enum status open_week_parse(struct open_week *out, const char *s, int64_t base, int64_t step,
                            struct err *e);

#endif
