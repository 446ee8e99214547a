/* records.h - tables as JSON records: [{"unique_id":"a","ds":"2020-01","y":1.5}, ...], or one
 * object behind the other, as JSON Lines has them. What the members are is not known here: their
 * names are columns, and an object is a row.
 *
 * A body is read twice: records_scan() checks all of it and finds the columns, records_each() gives
 * the rows. Both take time in proportion to the body and to rows times columns; no row but the
 * present one is held. */
#ifndef SERVER_FORMATS_RECORDS_H
#define SERVER_FORMATS_RECORDS_H

#include "server/base/siphash.h"
#include "server/data/data.h"

enum { RECORD_COLUMNS_MAX = 32767 };

enum record_kind { RECORD_NONE, RECORD_NUMBER, RECORD_TEXT, RECORD_BOOLEAN };

/* One value of a row. RECORD_NONE: null, or no such member. text: (len), NUL-terminated: a string
 * without its escapes, a number as it was written, "true" or "false"; "" for RECORD_NONE. */
struct record_cell {
    enum record_kind kind;
    const char *text;
    size_t len;
    double number; /* of RECORD_NUMBER, finite or, where it is too large, infinite */
};

struct records {
    const char *bytes; /* (len), borrowed */
    size_t len;
    int max_depth;
    size_t rows;
    int num_columns;
    char **columns; /* (num_columns) in order of first appearance. Owned */
    /* Columns by the hash of their name; -1: none. Owned */
    int *slots;
    size_t num_slots; /* a power of two */
    struct hash_key key;
};

/* Whether a body that is no single JSON object may be records: a list, or an object of numbers and
 * texts with another object behind it. Costs a pass over the first object. */
bool records_likely(const char *bytes, size_t len, int max_depth);

/* ST_MALFORMED with line and column: no JSON. ST_INVALID with the JSON pointer in a
 * list, else with the line: a record that is no object, a value that is a list or an object, a name
 * that no column may have, no value at all. ST_TOO_LARGE: too many columns, or rows times columns;
 * ST_NOMEM. out is empty on error; else it is released by records_release(). */
enum status records_scan(struct records *out, const char *bytes, size_t len,
                         const struct data_limits *limits, struct err *e);
void records_release(struct records *r);

/* One row: cells (num_columns), good until it returns. row: from 0; line: of the object's first
 * character, from 1. An error ends the reading. */
typedef enum status records_row(void *ctx, size_t row, long line, const struct record_cell *cells,
                                struct err *e);
/* All rows, in order. ST_NOMEM; what row returns. */
enum status records_each(const struct records *r, records_row *row, void *ctx, struct err *e);

/* The same table as CSV: a header, a line a row. */
enum status records_to_csv(struct buf *out, const struct records *r, struct err *e);

#endif
