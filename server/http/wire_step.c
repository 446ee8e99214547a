/* wire_step.c - see wire_step.h. */
#include "server/http/wire_step.h"

#include "server/http/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
const unsigned char wire_classes[256] = {
    ['\t'] = BLANK, [' '] = BLANK,
    ['!'] = TOKEN, ['"'] = DELIMITER, ['#' ... '\''] = TOKEN, ['(' ... ')'] = DELIMITER,
    ['*' ... '+'] = TOKEN, [','] = DELIMITER, ['-' ... '.'] = TOKEN, ['/'] = DELIMITER,
    ['0' ... '9'] = TOKEN, [':' ... '@'] = DELIMITER, ['A' ... 'Z'] = TOKEN,
    ['[' ... ']'] = DELIMITER, ['^' ... 'z'] = TOKEN, ['{'] = DELIMITER, ['|'] = TOKEN,
    ['}'] = DELIMITER, ['~'] = TOKEN, [0x80 ... 0xff] = DELIMITER};
/* clang-format on */

void flow_keep(struct flow *f, size_t k)
{
    if (f->out + f->o != f->in + f->i)
        memmove(f->out + f->o, f->in + f->i, k);
    f->o += k;
    f->i += k;
}

void flow_drop(struct flow *f, size_t k)
{
    f->i += k;
}

void wire_take(const struct wire *w, struct flow *f, size_t k)
{
    if (w->trailer)
        flow_drop(f, k);
    else
        flow_keep(f, k);
}

void wire_take_to(struct wire *w, struct flow *f, enum wire_state next)
{
    wire_take(w, f, 1);
    w->state = next;
    w->word_len = 0;
}

void wire_fail(struct wire *w, int kind, const char *fmt, ...)
{
    va_list ap;

    w->fault = kind;
    va_start(ap, fmt);
    (void)vsnprintf(w->detail, sizeof(w->detail), fmt, ap);
    va_end(ap);
}

void wire_fail_byte(struct wire *w, unsigned char c, const char *what)
{
    if (c == '\n')
        wire_fail(w, ST_MALFORMED, "%s ends with a bare LF; a line ends with CR LF", what);
    else if (c == '\r')
        wire_fail(w, ST_MALFORMED, "%s holds a CR that no LF follows", what);
    else if (c == '\0')
        wire_fail(w, ST_MALFORMED, "%s holds a NUL byte", what);
    else
        wire_fail(w, ST_MALFORMED, "%s holds the byte 0x%02x, which is not allowed there", what, c);
}

void wire_expect_lf(struct wire *w, struct flow *f, enum wire_state next)
{
    if (f->in[f->i] != '\n')
        wire_fail_byte(w, '\r', "a line");
    else
        wire_take_to(w, f, next);
}

void wire_add_word(char *word, size_t cap, size_t *len, const char *s, size_t k)
{
    size_t room = *len < cap - 1 ? cap - 1 - *len : 0, n = k < room ? k : room;

    if (room > 0) {
        memcpy(word + *len, s, n);
        word[*len + n] = '\0';
    }
    *len += k;
}

void wire_remember(struct wire *w, const char *s, size_t k)
{
    wire_add_word(w->value, sizeof(w->value), &w->word_len, s, k);
}
