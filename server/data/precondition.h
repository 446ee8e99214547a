/* precondition.h - what a client requires of a resource before it changes it (RFC 9110, 13.1). */
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
    bool any; /* "*": whatever there is */
    int count;
    struct etag *items; /* owned */
};
struct precondition {
    struct etag_list match;      /* If-Match: the resource has one of these */
    struct etag_list none_match; /* If-None-Match: it has none of these */
};
void precondition_release(struct precondition *p);
/* Appends one; ST_NOMEM. */
enum status etag_list_add(struct etag_list *l, const char *value, size_t len, bool weak,
                          struct err *e);

enum precondition_result { PRECONDITION_HOLDS, MATCH_FAILS, NONE_MATCH_FAILS };

/* there: the resource exists, and etag is its tag, a strong one. p NULL: holds. If-Match compares
 * strongly: a weak tag of the client's never matches (13.1.1). If-None-Match compares weakly
 * (13.1.2). */
enum precondition_result precondition_check(const struct precondition *p, bool there,
                                            const char *etag);

#endif
