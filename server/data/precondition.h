/* precondition.h - conditions of a client for a change of a resource (RFC 9110, 13.1). */
#ifndef SERVER_DATA_PRECONDITION_H
#define SERVER_DATA_PRECONDITION_H

#include <lstm/status.h>
#include <stdbool.h>

/* One entity tag without its quotes. */
struct etag {
    const char *value; /* (len), borrowed; not NUL-terminated */
    size_t len;
    bool weak; /* W/"..." */
};
/* Zeroed: there is no condition. */
struct etag_list {
    bool any; /* "*": any tag */
    int count;
    struct etag *items; /* owned */
};
struct precondition {
    struct etag_list match;      /* If-Match: the resource has one of these */
    struct etag_list none_match; /* If-None-Match: it has none of these */
};
void precondition_release(struct precondition *p);
/* Appends a tag; ST_NOMEM. */
enum status etag_list_add(struct etag_list *l, const char *value, size_t len, bool weak,
                          struct err *e);

enum precondition_result { PRECONDITION_HOLDS, MATCH_FAILS, NONE_MATCH_FAILS };

/* there: whether the resource exists; etag: its tag, a strong one. p NULL: no condition. If-Match
 * compares strongly: a weak tag of the client never matches (13.1.1). If-None-Match compares weakly
 * (13.1.2). */
enum precondition_result precondition_check(const struct precondition *p, bool there,
                                            const char *etag);

#endif
