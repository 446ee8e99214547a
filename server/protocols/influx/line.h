/* line.h - InfluxDB's line protocol, one line at a time. Private to influx/.
 *
 *   measurement,tag=value,... field=value,... timestamp
 *
 * Source: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/ */
#ifndef SERVER_PROTOCOLS_INFLUX_LINE_H
#define SERVER_PROTOCOLS_INFLUX_LINE_H

#include <lstm/status.h>
#include <stdbool.h>
#include <stdint.h>

enum { LINE_TAGS_MAX = 64, LINE_FIELDS_MAX = 1024, LINE_BYTES_MAX = 1 << 20 };

struct line_tag {
    const char *key, *value;
};

struct line_field {
    const char *key;
    bool is_text; /* text has no value here */
    double value; /* finite; integers are rounded to a double, true is 1, false 0 */
};

/* All texts are UTF-8 without control characters, unescaped, and live in `room`. */
struct line {
    const char *measurement;
    struct line_tag tags[LINE_TAGS_MAX]; /* sorted by key */
    int num_tags;
    struct line_field fields[LINE_FIELDS_MAX];
    int num_fields;
    bool has_time;
    int64_t time; /* in the unit of the request */
};

/* A text of many lines. */
struct lines {
    const char *at, *end;
    long number;      /* of the line that was read last, from 1 */
    char *room;       /* for the texts of one line; owned */
    size_t room_size; /* bytes */
};

/* Begins to read text (len bytes), which is borrowed. */
void lines_begin(struct lines *l, const char *text, size_t len);
void lines_end(struct lines *l);
/* Reads the next line that is neither empty nor a comment; *more is false when there is none.
 * ST_INVALID tells what is wrong with the line, which is skipped: the caller may go on. ST_NOMEM.
 * out is valid until the next call. */
enum status lines_next(struct line *out, bool *more, struct lines *l, struct err *e);

#endif
