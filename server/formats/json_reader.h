/* json_reader.h - reads a JSON document value by value, strictly (RFC 8259), in one pass and
 * without a tree. Private to formats/.
 *
 *     for (bool more = json_first(r); more; more = json_next(r))
 *         ... read or skip one value; in an object json_member() comes first
 *
 * Text that is not JSON ends every loop: json_first() and json_next() return false, and
 * json_reader_end() returns the error. A caller that finds an error of its own in a value skips the
 * rest of the document. So a document that is not JSON is always refused for that reason. */
#ifndef SERVER_FORMATS_JSON_READER_H
#define SERVER_FORMATS_JSON_READER_H

#include "server/formats/json_names.h"
#include "server/formats/json_text.h"

enum { JSON_DEPTH_MAX = 999 }; /* cJSON's own limit is 1,000 */

struct json_reader {
    const char *start, *end; /* of the document, borrowed */
    const char *p;           /* the next value, or the end of the last one */
    int depth, max_depth;
    unsigned char
        objects[JSON_DEPTH_MAX / 8 + 1]; /* bit d: an object, not a list, is open at depth d */
    struct json_names names;
    bool checked;      /* the text was read before: nothing in it is checked again */
    bool escaped;      /* the string that was read or skipped last has escapes */
    size_t tree_bytes; /* size of a cJSON tree of everything that was skipped */
    enum status st;    /* the first error, described in e */
    struct err *e;     /* borrowed */
};

/* Moves to the value of the document, after a byte order mark. First checks that the text is UTF-8
 * without NUL. json_reader_end() must follow, even after an error. */
void json_reader_begin(struct json_reader *r, const char *bytes, size_t len, int max_depth,
                       struct err *e);
/* ST_MALFORMED with line and column unless the document was valid and was read to its end.
 * ST_TOO_LARGE above 4 GiB, ST_NOMEM. */
enum status json_reader_end(struct json_reader *r);

/* The first character of the next value, which shows its kind: { [ " t f n, a digit or '-'.
 * Anything else, and 0 at the end, is not JSON; reading or skipping it reports that. */
char json_peek(const struct json_reader *r);
/* Enters the list or object that p is at. Returns true when it has a value, with p at it; otherwise
 * it is left already. */
bool json_first(struct json_reader *r);
/* After a value: returns true when the list or object has another one; otherwise it is left. */
bool json_next(struct json_reader *r);
/* After a value at the root, when several may follow each other: returns true when there is another
 * one, with p at it. */
bool json_another(struct json_reader *r);
/* Returns the name of the member that p is at, and moves p to its value. */
struct json_name json_member(struct json_reader *r);

/* Reads a number; NaN for null. */
double json_read_number(struct json_reader *r);
/* Reads a string into to, without escapes. to reports when memory ran out. */
void json_read_string(struct json_reader *r, struct buf *to);
/* Skips any value. */
void json_skip(struct json_reader *r);

#endif
