/* records.h - tables as JSON records: [{"unique_id":"a","ds":"2020-01","y":1.5}, ...], or one
 * object behind the other, as JSON Lines has them. Names of members are columns, an object is a
 * row; what is null or not there is an empty cell.
 *
 * Time is in proportion to the text and to rows times columns. No row but the present one is held.
 */
#ifndef SERVER_FORMATS_RECORDS_H
#define SERVER_FORMATS_RECORDS_H

#include "server/base/siphash.h"
#include "server/data/table/table.h"
#include "server/data/table/table_options.h"
#include "server/formats/json_reader.h"

enum { RECORD_COLUMNS_MAX = 32767 };

struct records {
    struct table t; /* first: what t.next() is given. Its names are in order of first appearance */
    struct json_reader json;
    bool list, any;     /* the records are those of a list; there is one */
    bool more;          /* json is at a record */
    size_t first, rows; /* where the first record begins; how many there are */
    int last;           /* column of the member before; -1 at the first */
    struct cell *cells; /* (t.columns) owned */
    size_t *decoded;    /* (t.columns) where a string begins in texts that had escapes. Owned */
    struct buf name, texts;
    /* Columns by the hash of their name; -1: none. Owned */
    int *slots;
    size_t num_slots; /* a power of two */
    struct hash_key key;
};

/* Whether a body that is no single JSON object may be records: a list, or an object of numbers and
 * texts with another object behind it. Costs a pass over the first object. */
bool records_likely(const char *bytes, size_t len, int max_depth);

/* Checks all of the text, which is borrowed, and finds the columns. ST_MALFORMED with line and
 * column: no JSON. ST_INVALID with the JSON pointer in a list, else with the line: a record that is
 * no object, a value that is a list or an object, a name that no column may have, no value at all.
 * ST_TOO_LARGE: too many columns, or rows times columns; ST_NOMEM. records_release() after an
 * error, too. */
enum status records_open(struct records *out, const char *bytes, size_t len,
                         const struct data_limits *limits, struct err *e);
void records_release(struct records *r);

/* The series that the records hold, by the rules that hold for CSV (csv.h). Errors name the number
 * of the record from 1, with its JSON pointer in a list and its line elsewhere. */
enum status records_read_series(struct series_set *out, const char *bytes, size_t len,
                                const struct table_options *o, struct err *e);

#endif
