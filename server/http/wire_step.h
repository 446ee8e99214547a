/* wire_step.h - functions that wire.c and wire_header.c share. Private to them. */
#ifndef SERVER_HTTP_WIRE_STEP_H
#define SERVER_HTTP_WIRE_STEP_H

#include "server/http/wire_types.h"

enum wire_state {
    START,    /* between requests */
    EMPTY_LF, /* at the end of an empty line before a request */
    METHOD,
    TARGET,
    VERSION,
    LINE_LF, /* at the end of the request line or of a field */
    FIELD,   /* at the beginning of a field or of the empty line */
    NAME,
    BEFORE_VALUE,
    VALUE,
    LAST_LF, /* at the end of the empty line */
    BODY,    /* with a Content-Length, or the data of a chunk */
    DATA_CR, /* after the data of a chunk */
    DATA_LF,
    CHUNK_SIZE,
    CHUNK_BLANK,
    CHUNK_EXTENSION,
    CHUNK_LF
};

struct flow {
    char *out;
    const char *in;
    size_t o, i; /* bytes written to out, and taken from in */
    size_t n, began;
};

enum {
    BLANK = 1,
    DELIMITER = 2, /* visible or beyond ASCII, but not allowed in a token */
    TOKEN = 4,     /* RFC 9110, 5.6.2: tchar */
    VISIBLE = DELIMITER | TOKEN
};

extern const unsigned char wire_classes[256];

static inline bool is(unsigned char c, int class)
{
    return (wire_classes[c] & class) != 0;
}

/* How many of the next bytes are in this class. */
static inline size_t span(const struct flow *f, int class)
{
    const char *p = f->in + f->i, *end = f->in + f->n;

    while (p < end && is((unsigned char)*p, class))
        p++;
    return (size_t)(p - f->in) - f->i;
}

void flow_keep(struct flow *f, size_t k); /* passes k bytes on */
void flow_drop(struct flow *f, size_t k); /* removes k bytes */
/* Passes k bytes on, or removes them when they belong to a trailer. */
void wire_take(const struct wire *w, struct flow *f, size_t k);
/* Takes one byte and changes the state. */
void wire_take_to(struct wire *w, struct flow *f, enum wire_state next);
void wire_expect_lf(struct wire *w, struct flow *f, enum wire_state next);

/* Appends k bytes to a word of *len bytes. The stored word is cut to cap - 1. */
void wire_add_word(char *word, size_t cap, size_t *len, const char *s, size_t k);
void wire_remember(struct wire *w, const char *s, size_t k); /* the same for w->value */

void wire_fail(struct wire *w, int kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Reports that byte c is not allowed in `what`. */
void wire_fail_byte(struct wire *w, unsigned char c, const char *what);

/* wire_header.c: one step for each state up to LAST_LF. */
typedef void wire_step(struct wire *w, struct flow *f);
wire_step wire_start, wire_empty_lf, wire_method, wire_target, wire_version, wire_line_lf,
    wire_field, wire_name, wire_before_value, wire_value, wire_last_lf;

#endif
