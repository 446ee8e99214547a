/* wire.h - the framing of requests, checked on the bytes as they come (RFC 9112). Private to http/.
 *
 * Where one request ends and the next begins has to be the same for us and for every proxy in
 * front. libmicrohttpd is lenient about it, its versions differ, and its callbacks no longer show
 * the bytes: a NUL cuts a header off, a folded line is joined. So every byte passes through here
 * before libmicrohttpd gets it. What the grammar does not allow is a fault: nothing from there on
 * is passed. What the grammar allows but versions read differently is left out: an empty line
 * before the request line, blanks around a header's value, chunk extensions, trailers. */
#ifndef SERVER_HTTP_WIRE_H
#define SERVER_HTTP_WIRE_H

#include "server/http/http.h"

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

void wire_init(struct wire *w, size_t max_header_bytes);
/* True when nothing more can be passed, because of w->fault. */
bool wire_broken(const struct wire *w);
/* The receiver has no room for the blanks that are held. */
void wire_overflow(struct wire *w);
/* Passes n bytes of in on to out; returns how many came out, at most n + w->held_len (before the
 * call). The two may overlap when in is at out + w->held_len or behind it. When a request begins,
 * *began becomes its place in out: once w is broken, what is there belongs to the faulty one. */
size_t wire_pass(struct wire *w, char *out, const char *in, size_t n, size_t *began);

#endif
