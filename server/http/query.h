/* query.h - decodes and checks the request target: path segments and query parameters. Private to
 * http/. libmicrohttpd's own decoding is not used, because it accepts wrong escapes and NUL. */
#ifndef SERVER_HTTP_QUERY_H
#define SERVER_HTTP_QUERY_H

#include "server/http/http_types.h"

enum { TARGET_SEGMENTS_MAX = 16, TARGET_QUERY_MAX = 64, TARGET_ROOM = 512 };

struct target {
    char *block;                            /* holds everything below; room, or owned */
    char *path;                             /* decoded, "/" in front of every segment */
    char *segment[TARGET_SEGMENTS_MAX + 1]; /* decoded; "/" is one empty segment */
    int num_segments; /* TARGET_SEGMENTS_MAX + 1 when there are more; no route has */
    struct http_pair query[TARGET_QUERY_MAX];
    int num_query;
    char room[TARGET_ROOM]; /* enough for most targets */
};

/* Decodes the n bytes of s into out (room for n + 1 bytes), which is NUL-terminated. plus: '+' is a
 * space. ST_MALFORMED: an invalid escape, NUL, not UTF-8. what: such as "the path", for the
 * message. */
enum status percent_decode(char *out, size_t *len, const char *s, size_t n, bool plus,
                           const char *what, struct err *e);

/* Whether a parameter or field may occur several times: its name ends in "[]", as in "match[]". */
bool query_repeats(const char *name);

/* raw: the target of the request line, in origin form ("/a/b?c=d") or absolute form
 * ("http://host/a/b?c=d"). prefix: a path that is removed from the beginning of the target, or "".
 * ST_MALFORMED: it cannot be decoded, control characters in the path, no path, a parameter given
 * twice (unless it repeats), too many parameters. ST_NOMEM. target_release() t in any case. */
enum status target_parse(struct target *t, const char *raw, const char *prefix, struct err *e);
void target_release(struct target *t);

/* ST_MALFORMED unless every parameter is in the space-separated list (NULL: none). The message
 * contains the list. */
enum status query_only(const struct http_pair *query, int num_query, const char *list,
                       struct err *e);

#endif
