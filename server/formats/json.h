/* json.h - reads JSON strictly, on top of cJSON; checks members, and names them in errors by their
 * pointers; writes data sets. */
#ifndef SERVER_FORMATS_JSON_H
#define SERVER_FORMATS_JSON_H

#include "server/data/data.h"
#include "server/data/did_you_mean.h"
#include <lstm/buf.h>

#include <cjson/cJSON.h>

/* Reads one document, strictly RFC 8259: valid UTF-8 without NUL, no lone surrogates (raw or \u),
 * no \u0000, no duplicate member names, nothing after it, depth at most max_depth, finite numbers
 * (1e400 is refused), and nothing that only cJSON accepts (leading zeros, NaN, trailing commas,
 * comments). *out is new: cJSON_Delete(). ST_MALFORMED names line and column. ST_TOO_LARGE: the
 * tree would take more memory than json_tree_memory(). */
enum status json_read(cJSON **out, const char *bytes, size_t len, int max_depth, struct err *e);
/* The most bytes that the tree of a document of len bytes may take. cJSON needs 80 for each value,
 * even for "[]". */
size_t json_tree_memory(size_t len);
enum status json_too_many(size_t len, struct err *e); /* ST_TOO_LARGE: the tree would take more */

/* ST_INVALID naming the first member of obj that is not among names (NULL-terminated), with "did
 * you mean"; also when obj is not an object. pointer: of obj itself, "" for the root. */
enum status json_only(const cJSON *obj, const char *pointer, const char *const *names,
                      struct err *e);

/* Read a member of an object. *out is untouched when it is missing: ST_OK unless required. null
 * counts as missing. ST_INVALID with the member's pointer when type or range is wrong. Strings are
 * borrowed from obj. */
enum status json_get_string(const char **out, const cJSON *obj, const char *pointer,
                            const char *name, bool required, struct err *e);
enum status json_get_int(int64_t *out, const cJSON *obj, const char *pointer, const char *name,
                         int64_t min, int64_t max, bool required, struct err *e);
enum status json_get_bool(bool *out, const cJSON *obj, const char *pointer, const char *name,
                          bool required, struct err *e);

/* Append a whole data set in one line, as json_body_read() reads it. */
void json_write_series(struct buf *b, const struct series_set *s);
void json_write_tagged(struct buf *b, const struct tagged_set *t);
/* The same in steps: the beginning, series or sentences, the end. first: this one is the first.
 * set: names of columns. */
void json_write_series_begin(struct buf *b, const struct series_set *set);
void json_write_one_series(struct buf *b, const struct series_set *set, const struct series *s,
                           bool first);
/* Some rows of a series of `length` rows, each with its time. numbers (s->length): their numbers in
 * the series. */
void json_write_some_rows(struct buf *b, const struct series_set *set, const struct series *s,
                          const int64_t *numbers, int64_t length, bool first);
void json_write_tagged_begin(struct buf *b);
void json_write_sentences(struct buf *b, const struct tagged_set *t, bool first);
void json_write_end(struct buf *b);
/* Appends the list of v[0], v[stride], ... (n of them). A value that is not finite becomes null. */
void json_put_numbers(struct buf *b, const double *v, int n, int stride);
/* The tree on one line, malloc'ed; NULL when out of memory. Every number reads back the same. */
char *json_print(const cJSON *tree);

#endif
