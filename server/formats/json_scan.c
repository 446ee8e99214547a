/* json_scan.c - see json_scan.h. Recursive, but never deeper than max_depth. */
#include "server/formats/json_scan.h"

#include "server/base/siphash.h"
#include "server/formats/json.h"
#include "server/formats/json_number.h"
#include "server/formats/json_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_NAMES = 16 };

/* A member name without its escapes. */
struct name {
    const char *at; /* in the text, or decoded */
    size_t len;
    char *decoded; /* owned; NULL when the name has no escape */
};
struct scan {
    const char *start, *p, *end;
    int depth, max_depth;
    /* Where the names of the objects that are open begin, those of the innermost one last: behind
     * their opening quotes. An object's names are compared when it ends, and are forgotten then. */
    uint32_t *names;
    size_t num_names, names_cap;
    struct hash_key hash;
    struct err *e;
};

static enum status value(struct scan *s);

static enum status malformed(struct scan *s, const char *what)
{
    long line = 1, column = 1;

    for (const char *q = s->start; q < s->p && q < s->end; q++) {
        column = *q == '\n' ? 1 : column + 1;
        line += *q == '\n';
    }
    err_set(s->e, ST_MALFORMED, "not valid JSON: %s at line %ld, column %ld", what, line, column);
    err_at_line(s->e, line);
    return ST_MALFORMED;
}

static void space(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

static bool hex4(struct scan *s, unsigned *out)
{
    unsigned v = 0;

    if (s->end - s->p < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF", *d = strchr(digits, s->p[i]);

        if (!d || !s->p[i])
            return false;
        v = v * 16 + (unsigned)(d - digits) % 16;
    }
    s->p += 4;
    *out = v;
    return true;
}

/* Behind "\u". */
static enum status unicode_escape(struct scan *s)
{
    unsigned hi = 0, lo = 0;

    if (!hex4(s, &hi))
        return malformed(s, "\\u needs four hexadecimal digits");
    if (hi == 0)
        return malformed(s, "\\u0000 is not accepted");
    if (hi < 0xD800 || hi > 0xDFFF)
        return ST_OK;
    if (hi > 0xDBFF || s->end - s->p < 2 || s->p[0] != '\\' || s->p[1] != 'u')
        return malformed(s, "a lone surrogate");
    s->p += 2;
    if (!hex4(s, &lo) || lo < 0xDC00 || lo > 0xDFFF)
        return malformed(s, "a lone surrogate");
    return ST_OK;
}

/* At the opening quote; UTF-8 was checked for the whole text. */
static enum status string(struct scan *s)
{
    enum status st = ST_OK;

    s->p++;
    while (!st && s->p < s->end && *s->p != '"') {
        if ((unsigned char)*s->p < 0x20)
            return malformed(s, "a control character in a string (write \\n, \\t or \\u00..)");
        if (*s->p++ != '\\')
            continue;
        if (s->p >= s->end)
            break;
        if (*s->p == 'u') {
            s->p++;
            st = unicode_escape(s);
        } else if (strchr("\"\\/bfnrt", *s->p) && *s->p) {
            s->p++;
        } else {
            return malformed(s, "an unknown escape");
        }
    }
    if (st)
        return st;
    if (s->p >= s->end)
        return malformed(s, "a string without its closing quote");
    s->p++;
    return ST_OK;
}

static bool digit_run(struct scan *s)
{
    const char *from = s->p;

    while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
        s->p++;
    return s->p > from;
}

static enum status number(struct scan *s)
{
    const char *from = s->p;
    bool exponent = false;
    size_t n;

    if (*s->p == '-')
        s->p++;
    if (s->p < s->end && *s->p == '0')
        s->p++;
    else if (!digit_run(s))
        return malformed(s, "unexpected text where a value should be");
    if (s->p < s->end && *s->p == '.') {
        s->p++;
        if (!digit_run(s))
            return malformed(s, "a number needs digits after its point");
    }
    if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
        exponent = true;
        s->p++;
        if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
            s->p++;
        if (!digit_run(s))
            return malformed(s, "a number needs digits in its exponent");
    }
    n = (size_t)(s->p - from);
    if (n >= 64)
        return malformed(s, "a number of more than 63 characters");
    if (exponent && !isfinite(json_number_value(from, n)))
        return malformed(s, "a number too large for a double");
    return ST_OK;
}

static enum status literal(struct scan *s, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
        return malformed(s, "unexpected text where a value should be");
    s->p += n;
    return ST_OK;
}

/* ---- duplicate members ---- */

/* The name whose text begins at offset. Escapes may hide a twin: "a" and "\u0061" are the same. */
static enum status get_name(struct name *out, const struct scan *s, uint32_t offset)
{
    const char *at = s->start + offset, *end = at;

    while (*end != '"')
        end += *end == '\\' ? 2 : 1;
    *out = (struct name){at, (size_t)(end - at), NULL};
    if (!memchr(at, '\\', out->len))
        return ST_OK;
    out->decoded = malloc(out->len + 1); /* an escape is never shorter than what it stands for */
    if (!out->decoded)
        return err_nomem(s->e, out->len + 1);
    out->len = json_decode(out->decoded, at, out->len);
    out->at = out->decoded;
    return ST_OK;
}

static bool same_name(const struct name *a, const struct name *b)
{
    return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

/* s->p is behind the second one, as if it had been found there. */
static enum status refuse_twin(struct scan *s, const struct name *n, uint32_t offset)
{
    char what[96];

    for (s->p = s->start + offset; *s->p != '"';)
        s->p += *s->p == '\\' ? 2 : 1;
    s->p++;
    snprintf(what, sizeof(what), "the member '%.*s' is there twice,",
             (int)(n->len < 40 ? n->len : 40), n->at);
    return malformed(s, what);
}

/* Each with each: what is cheapest for a few. */
static enum status compare_few(struct scan *s, const uint32_t *offsets, size_t n)
{
    struct name names[FEW_NAMES];
    enum status st = ST_OK;
    size_t have = 0;

    for (; !st && have < n; have++) {
        st = get_name(&names[have], s, offsets[have]);
        for (size_t i = 0; !st && i < have; i++)
            if (same_name(&names[i], &names[have]))
                st = refuse_twin(s, &names[have], offsets[have]);
    }
    for (size_t i = 0; i < have; i++)
        free(names[i].decoded);
    return st;
}

/* Puts name i (from 0) into the open-addressing set of size slots, where 0 is an empty one. */
static enum status insert_name(uint32_t *slots, size_t size, struct scan *s,
                               const uint32_t *offsets, uint32_t i)
{
    struct name n, other;
    size_t slot;
    enum status st = get_name(&n, s, offsets[i]);

    if (st)
        return st;
    slot = (size_t)hash_bytes(&s->hash, n.at, n.len) & (size - 1);
    for (; !st && slots[slot]; slot = (slot + 1) & (size - 1)) {
        st = get_name(&other, s, offsets[slots[slot] - 1]);
        if (!st && same_name(&n, &other))
            st = refuse_twin(s, &n, offsets[i]);
        free(other.decoded);
    }
    if (!st)
        slots[slot] = i + 1;
    free(n.decoded);
    return st;
}

static enum status compare_many(struct scan *s, const uint32_t *offsets, size_t n)
{
    size_t size = 2 * FEW_NAMES;
    uint32_t *slots;
    enum status st = ST_OK;

    while (size < 2 * n)
        size *= 2;
    slots = calloc(size, sizeof(*slots));
    if (!slots)
        return err_nomem(s->e, size * sizeof(*slots));
    for (size_t i = 0; !st && i < n; i++)
        st = insert_name(slots, size, s, offsets, (uint32_t)i);
    free(slots);
    return st;
}

/* An object ends whose names are those from first on. */
static enum status refuse_twins(struct scan *s, size_t first)
{
    size_t n = s->num_names - first;

    s->num_names = first;
    if (n < 2)
        return ST_OK; /* also where there was no name at all and s->names is NULL */
    return n <= FEW_NAMES ? compare_few(s, s->names + first, n)
                          : compare_many(s, s->names + first, n);
}

static enum status note_name(struct scan *s, const char *at)
{
    if (s->num_names == s->names_cap) {
        size_t cap = s->names_cap ? s->names_cap * 2 : 64;
        uint32_t *p = reallocarray(s->names, cap, sizeof(*p));

        if (!p)
            return err_nomem(s->e, cap * sizeof(*p));
        s->names = p;
        s->names_cap = cap;
    }
    s->names[s->num_names++] = (uint32_t)(at - s->start);
    return ST_OK;
}

/* ---- values ---- */

static enum status member(struct scan *s)
{
    const char *name = s->p + 1;
    enum status st;

    if (s->p >= s->end || *s->p != '"')
        return malformed(s, "a member name in quotes should be here");
    st = string(s);
    if (!st)
        st = note_name(s, name);
    if (st)
        return st;
    space(s);
    if (s->p >= s->end || *s->p != ':')
        return malformed(s, "a ':' should be here");
    s->p++;
    return value(s);
}

/* Members or elements up to close; item reads one. */
static enum status items(struct scan *s, char close)
{
    enum status st;

    s->p++;
    space(s);
    if (s->p < s->end && *s->p == close) {
        s->p++;
        return ST_OK;
    }
    for (;;) {
        space(s);
        st = close == '}' ? member(s) : value(s);
        if (st)
            return st;
        space(s);
        if (s->p >= s->end)
            return malformed(s, close == '}' ? "an object without its end"
                                             : "an array without its end");
        if (*s->p == close) {
            s->p++;
            return ST_OK;
        }
        if (*s->p != ',')
            return malformed(s, "a ',' or the end should be here");
        s->p++;
    }
}

static enum status nested(struct scan *s, char close)
{
    size_t first = s->num_names;
    enum status st;

    if (++s->depth > s->max_depth) {
        char what[64];

        snprintf(what, sizeof(what), "nested deeper than max_json_depth = %d", s->max_depth);
        return malformed(s, what);
    }
    st = items(s, close);
    if (!st && close == '}')
        st = refuse_twins(s, first);
    s->depth--;
    return st;
}

static enum status value(struct scan *s)
{
    space(s);
    if (s->p >= s->end)
        return malformed(s, "the end where a value should be");
    switch (*s->p) {
    case '{':
        return nested(s, '}');
    case '[':
        return nested(s, ']');
    case '"':
        return string(s);
    case 't':
        return literal(s, "true");
    case 'f':
        return literal(s, "false");
    case 'n':
        return literal(s, "null");
    default:
        return number(s);
    }
}

/* Chosen once a thread: asking the kernel for every document costs more than a short one. */
static struct hash_key thread_hash_key(void)
{
    static _Thread_local struct hash_key key;
    static _Thread_local bool chosen;

    if (!chosen)
        hash_key_init(&key);
    chosen = true;
    return key;
}

enum status json_scan(const char *bytes, size_t len, int max_depth, struct err *e)
{
    struct scan s = {
        .start = bytes, .p = bytes, .end = bytes + len, .max_depth = max_depth, .e = e};
    enum status st = len > UINT32_MAX ? err_set(e, ST_TOO_LARGE, "more than 4 GiB of JSON") : ST_OK;

    if (!st)
        st = text_valid(bytes, len, e);
    if (st)
        return st;
    s.hash = thread_hash_key();
    st = value(&s);
    space(&s);
    if (!st && s.p != s.end)
        st = malformed(&s, "something behind the document");
    free(s.names);
    return st;
}
