/* feed.h - the lines of one request as rows of data sets. Private to influx/.
 *
 * Each field of a measurement is a data set, and each set of tags a series of it:
 *
 *   cpu,host=a,cpu=cpu0 usage_idle=98.5 1700000000    into the bucket telegraf
 *
 * is a row of the series "cpu=cpu0,host=a" in the data set "telegraf.cpu.usage_idle". Letters
 * become lower case there, and what a name may not have becomes "-". */
#ifndef SERVER_PROTOCOLS_INFLUX_FEED_H
#define SERVER_PROTOCOLS_INFLUX_FEED_H

#include "server/protocols/influx/line.h"

#include <lstm/buf.h>

enum {
    FEED_ROWS_MAX = 200000,
    FEED_TEXT_MAX = 64 << 20, /* bytes of names */
    FEED_NAME_MAX = 64,       /* bytes of the name of a data set */
    FEED_SERIES_MAX = 1024,   /* bytes of the id of a series */
    FEED_FAULTS_SHOWN = 5
};

/* The unit of times. */
enum influx_precision {
    PRECISION_NS,
    PRECISION_US,
    PRECISION_MS,
    PRECISION_S,
    PRECISION_MIN,
    PRECISION_H,
    PRECISIONS
};

struct feed_row {
    size_t dataset, series; /* offsets in the text; "" is the id of a series without tags */
    int64_t seconds;        /* since 1970 */
    int64_t order;          /* of arrival: the later row of a step counts */
    double value;
    long line;
};

struct feed {
    struct feed_row *rows; /* owned */
    int count, cap;
    struct buf text; /* names, each with its NUL */
    /* Lines that were not written. */
    long lines, faults, first_fault;
    struct buf fault_text; /* the first ones, separated by "; " */
};

void feed_init(struct feed *b);
void feed_release(struct feed *b);
/* Reads the lines of a body. bucket: begins each data set's name. now: seconds, for lines without a
 * time. Lines that are wrong are noted as faults. ST_TOO_LARGE, ST_NOMEM. */
enum status feed_read(struct feed *b, const char *body, size_t len, const char *bucket,
                      enum influx_precision precision, int64_t now, struct err *e);
/* Notes that `count` lines, the first of which is given, are not written for this reason. */
void feed_fault(struct feed *b, long line, long count, const char *reason);

const char *feed_text(const struct feed *b, size_t offset);
/* Sorts the rows by data set, series, time and arrival. */
void feed_sort(struct feed *b);
/* The end of the rows of the data set that row `from` belongs to. */
int feed_end(const struct feed *b, int from);
/* Appends the rows [from, end) of one data set as JSON Lines with the members time, series and
 * `column`. Times are rounded down to whole steps (seconds) after phase; with days, they are dates.
 * Of the rows of a series in one step the last one counts. default_id: of a series without tags. */
void feed_put(struct buf *out, const struct feed *b, int from, int end, int64_t step, int64_t phase,
              bool days, const char *column, const char *default_id);

#endif
