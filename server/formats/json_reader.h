/* json_reader.h - reads a JSON document value by value, strictly (RFC 8259), in one pass and
 * without a tree. Private to formats/.
 *
 *     for (bool more = json_first(r); more; more = json_next(r))
 *         ... read or skip one value; in an object json_member() comes first
 *
 * What is not JSON ends every loop: json_first() and json_next() return false, and
 * json_reader_end() returns the error. A caller that finds a value wrong which is JSON skips the
 * rest, so that a document that is no JSON is always refused for that. */
#ifndef SERVER_FORMATS_JSON_READER_H
#define SERVER_FORMATS_JSON_READER_H

#include "server/formats/json_names.h"
#include "server/formats/json_text.h"

enum { JSON_DEPTH_MAX = 999 }; /* cJSON's own bound is 1,000 */

struct json_reader {
    const char *start, *end; /* of the document, borrowed */
    const char *p;           /* the next value, or what is behind the last one */
    int depth, max_depth;
    unsigned char objects[JSON_DEPTH_MAX / 8 + 1]; /* bit d: what is open at depth d is an object */
    struct json_names names;
    bool checked;      /* the text was read once: names are not compared again */
    size_t tree_bytes; /* what a tree of cJSON nodes would take for all that was skipped */
    enum status st;    /* the first error, which e holds */
    struct err *e;     /* borrowed */
};

/* At the value of the document: a byte order mark is not part of it. The text is checked to be
 * UTF-8 without NUL first. On every status json_reader_end() has to follow. */
void json_reader_begin(struct json_reader *r, const char *bytes, size_t len, int max_depth,
                       struct err *e);
/* ST_MALFORMED with line and column unless the document was one, and has been read to its end.
 * ST_TOO_LARGE above 4 GiB, ST_NOMEM. */
enum status json_reader_end(struct json_reader *r);

/* The first character of the value, which tells its kind: { [ " t f n, a digit or '-'. Anything
 * else, and 0 at the end, is not JSON, which skipping or reading it finds out. */
char json_peek(const struct json_reader *r);
/* At a list or an object: enters it; true where it has a value, which p is at. Else it has been
 * left. */
bool json_first(struct json_reader *r);
/* Behind a value: true where the list or object has another one. Else it has been left. */
bool json_next(struct json_reader *r);
/* Behind a value at the root, where one may follow the other: true where there is another one,
 * which p is at. */
bool json_another(struct json_reader *r);
/* At a member: its name. p moves to the value. */
struct json_name json_member(struct json_reader *r);

/* A number; NaN for null. */
double json_read_number(struct json_reader *r);
/* At a string: what to holds, without escapes. Out of memory shows in to. */
void json_read_string(struct json_reader *r, struct buf *to);
/* Any value. */
void json_skip(struct json_reader *r);

#endif
