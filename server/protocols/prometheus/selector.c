/* selector.c - see selector.h. */
#include "server/protocols/prometheus/selector.h"

#include <lstm/utf8.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char metric_label[] = "__name__";

/* A text that is being read. */
struct cursor {
    const char *text, *at;
    char *to; /* where the next string is written: in the block of the selector */
    struct err *e;
};

static enum status fail(const struct cursor *c, const char *wanted)
{
    return err_set(c->e, ST_INVALID,
                   "character %d of the expression, at '%.20s': %s. Answered here are selectors, "
                   "as in NAME:predicted{series=\"a\",model=~\"b.*\"}, and sums of numbers; no "
                   "functions, operators, ranges, offset and @",
                   (int)(c->at - c->text) + 1, c->at, wanted);
}

static void skip_blanks(struct cursor *c)
{
    for (;;) {
        c->at += strspn(c->at, " \t\r\n");
        if (*c->at != '#')
            return;
        c->at += strcspn(c->at, "\n");
    }
}

static bool take(struct cursor *c, char wanted)
{
    skip_blanks(c);
    if (*c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* ---- names ---- */

static size_t name_length(const char *s, bool colons)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t n = 0;

    while (s[n] && (strchr(n ? more : letters, s[n]) || (colons && s[n] == ':')))
        n++;
    return n;
}

static const char *keep(struct cursor *c, const char *s, size_t n)
{
    char *kept = c->to;

    memcpy(kept, s, n);
    kept[n] = '\0';
    c->to += n + 1;
    return kept;
}

/* ---- string literals ---- */

static bool put_code_point(struct cursor *c, unsigned long code)
{
    if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return false;
    if (code < 0x80) {
        *c->to++ = (char)code;
        return true;
    }
    if (code >= 0x10000) {
        *c->to++ = (char)(0xf0 | code >> 18);
        *c->to++ = (char)(0x80 | (code >> 12 & 0x3f));
    } else if (code >= 0x800) {
        *c->to++ = (char)(0xe0 | code >> 12);
    }
    if (code >= 0x800)
        *c->to++ = (char)(0x80 | (code >> 6 & 0x3f));
    else
        *c->to++ = (char)(0xc0 | code >> 6);
    *c->to++ = (char)(0x80 | (code & 0x3f));
    return true;
}

/* Reads exactly n digits of the base. */
static bool read_digits(unsigned long *out, struct cursor *c, int n, unsigned base)
{
    static const char digits[] = "0123456789abcdef";

    *out = 0;
    for (int i = 0; i < n; i++) {
        char low = *c->at >= 'A' && *c->at <= 'F' ? (char)(*c->at + 32) : *c->at;
        const char *d = low ? strchr(digits, low) : NULL;

        if (!d || (unsigned)(d - digits) >= base)
            return false;
        *out = *out * base + (unsigned)(d - digits);
        c->at++;
    }
    return true;
}

/* Reads what follows a backslash. */
static bool read_escape(struct cursor *c, char quote)
{
    static const char plain[] = "abfnrtv\\", means[] = "\a\b\f\n\r\t\v\\";
    const char *known = *c->at ? strchr(plain, *c->at) : NULL;
    unsigned long code = 0;

    if (known || *c->at == quote) {
        *c->to++ = known ? means[known - plain] : quote;
        c->at++;
        return true;
    }
    if (*c->at >= '0' && *c->at <= '7') {
        if (!read_digits(&code, c, 3, 8) || code == 0 || code > 255)
            return false;
        *c->to++ = (char)code;
        return true;
    }
    if (*c->at == 'x') {
        c->at++;
        if (!read_digits(&code, c, 2, 16) || code == 0)
            return false;
        *c->to++ = (char)code;
        return true;
    }
    if (*c->at != 'u' && *c->at != 'U')
        return false;
    c->at++;
    return read_digits(&code, c, c->at[-1] == 'u' ? 4 : 8, 16) && put_code_point(c, code);
}

/* Reads a literal whose quote is next: "a\n", 'a' or `raw`. */
static enum status read_string(const char **out, struct cursor *c)
{
    char quote = *c->at++, *start = c->to;

    while (*c->at != quote) {
        if (*c->at == '\0' || (*c->at == '\n' && quote != '`'))
            return fail(c, "a string has no end");
        if (*c->at != '\\' || quote == '`') {
            *c->to++ = *c->at++;
            continue;
        }
        c->at++;
        if (!read_escape(c, quote))
            return fail(c, "no such escape");
    }
    c->at++;
    if (!utf8_valid(start, (size_t)(c->to - start)))
        return fail(c, "a string is not UTF-8");
    *c->to++ = '\0';
    *out = start;
    return ST_OK;
}

static bool at_quote(const struct cursor *c)
{
    return *c->at == '"' || *c->at == '\'' || *c->at == '`';
}

/* ---- matchers ---- */

static enum status add(struct selector *s, struct cursor *c, const char *label,
                       enum match_operator op, const char *value)
{
    struct matcher *m = &s->list[s->count];

    if (s->count == SELECTOR_MATCHERS_MAX)
        return fail(c, "a selector has at most 32 matchers");
    *m = (struct matcher){label, value, op, NULL};
    s->count++;
    return op == MATCH_PATTERN || op == MATCH_NOT_PATTERN
               ? pattern_compile(&m->pattern, value, c->e)
               : ST_OK;
}

static enum status read_operator(enum match_operator *op, struct cursor *c)
{
    static const char *const forms[] = {"=~", "!=", "!~", "="};
    static const enum match_operator means[] = {MATCH_PATTERN, MATCH_NOT_EQUAL, MATCH_NOT_PATTERN,
                                                MATCH_EQUAL};

    skip_blanks(c);
    for (int i = 0; i < 4; i++) {
        size_t n = strlen(forms[i]);

        if (strncmp(c->at, forms[i], n) != 0)
            continue;
        c->at += n;
        *op = means[i];
        return ST_OK;
    }
    return fail(c, "one of = != =~ !~ is needed");
}

/* Reads label="value", or the name of the metric as a string of its own. */
static enum status read_matcher(struct selector *s, struct cursor *c)
{
    size_t n = name_length(c->at, false);
    const char *label = NULL, *value = NULL;
    enum match_operator op = MATCH_EQUAL;
    enum status st = ST_OK;

    if (at_quote(c)) {
        st = read_string(&label, c);
        skip_blanks(c);
        if (!st && (*c->at == ',' || *c->at == '}'))
            return add(s, c, metric_label, MATCH_EQUAL, label);
    } else if (n) {
        label = keep(c, c->at, n);
        c->at += n;
    } else {
        return fail(c, "the name of a label is needed");
    }
    if (!st)
        st = read_operator(&op, c);
    skip_blanks(c);
    if (!st && !at_quote(c))
        return fail(c, "a string in quotes is needed");
    if (!st)
        st = read_string(&value, c);
    return st ? st : add(s, c, label, op, value);
}

static enum status read_matchers(struct selector *s, struct cursor *c)
{
    enum status st = ST_OK;

    for (;;) {
        if (take(c, '}'))
            return ST_OK;
        st = read_matcher(s, c);
        if (st)
            return st;
        if (!take(c, ',') && *c->at != '}')
            return fail(c, "',' or '}' is needed");
    }
}

/* Whether a value of the label passes the matcher. */
static enum status passes(bool *out, const struct matcher *m, const char *value, struct err *e)
{
    enum status st = ST_OK;

    if (m->pattern)
        st = pattern_match(out, m->pattern, value, e);
    else
        *out = strcmp(m->value, value) == 0;
    if (m->op == MATCH_NOT_EQUAL || m->op == MATCH_NOT_PATTERN)
        *out = !*out;
    return st;
}

/* As in Prometheus: a selector that every series passes was hardly meant. */
static enum status check_narrow(const struct selector *s, const struct cursor *c)
{
    for (int i = 0; i < s->count; i++) {
        bool empty = true;
        enum status st = passes(&empty, &s->list[i], "", c->e);

        if (st)
            return st;
        if (!empty)
            return ST_OK;
    }
    return fail(c, "a selector needs a matcher that does not allow the empty text");
}

static enum status read_selector(struct selector *s, struct cursor *c)
{
    size_t n;
    enum status st = ST_OK;

    skip_blanks(c);
    n = name_length(c->at, true);
    if (n) {
        st = add(s, c, metric_label, MATCH_EQUAL, keep(c, c->at, n));
        c->at += n;
    }
    if (!st && take(c, '{'))
        st = read_matchers(s, c);
    else if (!st && !n)
        return fail(c, "a selector or a number is needed");
    skip_blanks(c);
    if (!st && *c->at)
        return fail(c, "the expression should end here");
    return st ? st : check_narrow(s, c);
}

/* ---- numbers ---- */

/* Reads one number with its signs; false: there is none. */
static bool read_number(double *out, struct cursor *c)
{
    double sign = 1;
    char *end;

    for (skip_blanks(c); *c->at == '+' || *c->at == '-'; skip_blanks(c))
        sign = *c->at++ == '-' ? -sign : sign;
    if (name_length(c->at, true)) {
        size_t n = name_length(c->at, true);
        bool nan = n == 3 && strncasecmp(c->at, "nan", 3) == 0;

        if (!nan && !(n == 3 && strncasecmp(c->at, "inf", 3) == 0))
            return false;
        *out = nan ? NAN : sign * INFINITY;
        c->at += n;
        return true;
    }
    *out = sign * strtod(c->at, &end);
    if (end == c->at || name_length(end, true))
        return false;
    c->at = end;
    return true;
}

/* Reads a sum of numbers up to the end of the text; false: it is none. */
static bool read_sum(double *out, struct cursor *c)
{
    double more;

    if (!read_number(out, c))
        return false;
    for (skip_blanks(c); *c->at == '+' || *c->at == '-'; skip_blanks(c)) {
        if (!read_number(&more, c)) /* its sign is the operator */
            return false;
        *out += more;
    }
    return *c->at == '\0';
}

/* ---- the whole ---- */

static enum status begin(struct cursor *c, struct selector *s, const char *text, struct err *e)
{
    size_t n = strlen(text);

    *c = (struct cursor){text, text, NULL, e};
    if (n > EXPRESSION_BYTES_MAX)
        return err_set(e, ST_INVALID, "an expression has at most %d bytes, not %zu",
                       EXPRESSION_BYTES_MAX, n);
    /* A string is not longer than its text, and each string takes a NUL. */
    s->block = c->to = malloc(2 * n + 2);
    return s->block ? ST_OK : err_nomem(e, 2 * n + 2);
}

enum status selector_read(struct selector *out, const char *text, struct err *e)
{
    struct cursor c;
    enum status st = begin(&c, out, text, e);

    return st ? st : read_selector(out, &c);
}

enum status expression_read(struct expression *out, const char *text, struct err *e)
{
    struct cursor c = {text, text, NULL, e};

    out->is_number = read_sum(&out->number, &c);
    return out->is_number ? ST_OK : selector_read(&out->selector, text, e);
}

void selector_release(struct selector *s)
{
    for (int i = 0; i < s->count; i++)
        pattern_free(s->list[i].pattern);
    free(s->block);
    *s = (struct selector){0};
}

/* ---- matching ---- */

enum status selector_allows(bool *allowed, const struct selector *s, const char *label,
                            const char *value, struct err *e)
{
    enum status st = ST_OK;

    *allowed = true;
    for (int i = 0; !st && *allowed && i < s->count; i++)
        if (strcmp(s->list[i].label, label) == 0)
            st = passes(allowed, &s->list[i], value, e);
    return st;
}

const char *selector_value(const struct selector *s, const char *label)
{
    for (int i = 0; i < s->count; i++)
        if (s->list[i].op == MATCH_EQUAL && strcmp(s->list[i].label, label) == 0)
            return s->list[i].value;
    return NULL;
}

bool selector_names(const struct selector *s, const char *label)
{
    for (int i = 0; i < s->count; i++)
        if (strcmp(s->list[i].label, label) == 0)
            return true;
    return false;
}
