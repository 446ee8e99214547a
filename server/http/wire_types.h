/* wire_types.h - where the framing check of a connection stands. Private to wire*.c and conns.h. */
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
    bool trailer;      /* the fields come after a chunked body */
    bool empty_line;   /* one was skipped before this request */
    bool old;          /* HTTP/1.0 */
    bool length_given; /* there is a Content-Length */
    bool coded;        /* there is a Transfer-Encoding */
    int framing;       /* which framing field is under way, 0 for another one */
    int hosts, digits;
    size_t count;             /* bytes of the request line and header; 0 between requests */
    size_t line;              /* bytes of the chunk's line, or of the trailers */
    size_t word_len;          /* of the token, target, version or value under way */
    uint64_t left;            /* bytes of the body or of the chunk that are still to come */
    char name[24];            /* of the field, cut; NUL-terminated */
    char value[64];           /* of the version or of a framing field, cut; NUL-terminated */
    char held[WIRE_HELD_MAX]; /* blanks: part of the value when more of it follows */
    size_t held_len;
    int fault; /* 0, or an enum status or enum problem */
    char detail[160];
};

#endif
