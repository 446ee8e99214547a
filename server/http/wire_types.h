/* wire_types.h - the state of a connection's framing check. Private to wire*.c and conns.h. */
#ifndef SERVER_HTTP_WIRE_TYPES_H
#define SERVER_HTTP_WIRE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_HELD_MAX = 256,        /* blanks in a row within a value */
    WIRE_CHUNK_LINE_MAX = 1024, /* a chunk's size with its extensions */
    WIRE_POISON = 5             /* a faulty request has at least this many bytes */
};

struct wire {
    size_t max_header; /* bytes of request line and header, and of trailers */
    int state;
    bool trailer;      /* the present fields follow a chunked body */
    bool empty_line;   /* one was skipped before this request */
    bool old;          /* HTTP/1.0 */
    bool length_given; /* there is a Content-Length */
    bool coded;        /* there is a Transfer-Encoding */
    int framing;       /* kind of the present framing field; 0: another field */
    int hosts, digits;
    size_t count;             /* bytes of the request line and header; 0 between requests */
    size_t line;              /* bytes of the chunk's line, or of the trailers */
    size_t word_len;          /* of the present token, target, version or value */
    uint64_t left;            /* bytes of the body or chunk still to come */
    char name[24];            /* of the field, cut; NUL-terminated */
    char value[64];           /* of the version or of a framing field, cut; NUL-terminated */
    char held[WIRE_HELD_MAX]; /* blanks that belong to the value if more of it follows */
    size_t held_len;
    int fault; /* 0, or an enum status or enum problem */
    char detail[160];
};

#endif
