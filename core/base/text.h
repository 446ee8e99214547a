/* text.h - text that grows while it is written, and what is UTF-8.
 *
 * The first failure sticks (text.failed) and later calls do nothing, so callers write freely and ask
 * once, in text_take(). */
#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

#include <lstm/status.h>
#include <stdbool.h>

struct text {
    char *p; /* (size) and a NUL behind it; NULL while empty */
    size_t size, capacity;
    bool failed; /* memory ran out */
};

/* A zeroed text is empty and valid. */
void text_release(struct text *t);
void text_add(struct text *t, const char *s, size_t n);
void text_puts(struct text *t, const char *s);
void text_putc(struct text *t, char c);
/* The shortest "%g" that strtod() reads back as v; "nan", "inf", "-inf". */
void text_double(struct text *t, double v);
/* *out is new, NUL-terminated, free() it; t is empty afterwards. ST_NOMEM. */
enum status text_take(char **out, size_t *size, struct text *t, struct err *e);

/* A copy, free() it; NULL when memory ran out. */
char *text_copy(const char *s, size_t n);

enum { TEXT_DOUBLE_MAX = 32 };
void text_format_double(char out[TEXT_DOUBLE_MAX], double v);
/* All of s as a decimal number as text_double() writes it; *out may be NaN or infinite. False: it is not one. */
bool text_parse_double(double *out, const char *s);

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL. */
bool text_utf8_valid(const char *s, size_t n);
/* As above, and without control characters (C0, DEL, C1). */
bool utf8_printable(const char *s, size_t n);
/* Replaces every byte that is not part of well-formed UTF-8 by '?'. */
void utf8_scrub(char *s);

#endif
