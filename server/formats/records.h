/* records.h - tables as JSON records: [{"unique_id":"a","ds":"2020-01","y":1.5}, ...], or objects
 * one after the other, as in JSON Lines. Member names are columns, an object is a row, and null or
 * a missing member is an empty cell.
 *
 * The time is proportional to the text, and to rows times columns. Only one row is held. */
#ifndef SERVER_FORMATS_RECORDS_H
#define SERVER_FORMATS_RECORDS_H

#include "server/base/siphash.h"
#include "server/data/table/table.h"
#include "server/data/table/table_options.h"
#include "server/formats/json_reader.h"

enum { RECORD_COLUMNS_MAX = 32767 };

struct records {
    struct table t; /* first: t.next() gets its address. Names are in order of first appearance */
    struct json_reader json;
    bool list, any;     /* the records are in a list; there is at least one */
    bool more;          /* json is at a record */
    size_t first, rows; /* where the first record begins; their number */
    int last;           /* column of the previous member; -1 before the first */
    struct cell *cells; /* (t.columns) owned */
    size_t *lengths;    /* (t.columns) of the names; SIZE_MAX: it has escapes. Owned */
    size_t *decoded;    /* (t.columns) offset in texts of a string that had escapes; owned */
    struct buf name, texts;
    /* Columns by the hash of their name; -1: free. Owned */
    int *slots;
    size_t num_slots; /* a power of two */
    struct hash_key key;
};

/* Whether a body that is not a single JSON object may be records: a list, or an object of numbers
 * and strings followed by another object. Reads the first object. */
bool records_likely(const char *bytes, size_t len, int max_depth);

/* Checks the whole text, which is borrowed, and finds the columns. ST_MALFORMED with line and
 * column: not JSON. ST_INVALID with the JSON pointer in a list, else with the line: a record that
 * is not an object, a value that is a list or an object, a name that a column may not have, no
 * value at all. ST_TOO_LARGE: too many columns, or rows times columns; ST_NOMEM. records_release()
 * also after an error. */
enum status records_open(struct records *out, const char *bytes, size_t len,
                         const struct data_limits *limits, struct err *e);
void records_release(struct records *r);

/* Reads series from records, by the same rules as for CSV (csv.h). Errors name the number of the
 * record from 1, with its JSON pointer in a list and its line otherwise. */
enum status records_read_series(struct series_set *out, const char *bytes, size_t len,
                                const struct table_options *o, struct err *e);

#endif
