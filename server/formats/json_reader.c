/* json_reader.c - see json_reader.h. */
#include "server/formats/json_reader.h"

#include "server/data/text_check.h"
#include "server/formats/json_number.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Bytes of a tree: for a node, sizeof(cJSON) with malloc()'s overhead; the overhead for a
 * string. */
enum { NODE_BYTES = 80, STRING_BYTES = 24 };

/* Returns false, so that a check reads "return malformed(...)". */
static bool malformed(struct json_reader *r, const char *what)
{
    long line = 1, column = 1;

    if (r->st)
        return false;
    for (const char *q = r->start; q < r->p && q < r->end; q++) {
        column = *q == '\n' ? 1 : column + 1;
        line += *q == '\n';
    }
    r->st = err_set(r->e, ST_MALFORMED, "not valid JSON: %s at line %ld, column %ld", what, line,
                    column);
    err_at_line(r->e, line);
    return false;
}

static inline void space(struct json_reader *r)
{
    if (r->p < r->end && (unsigned char)*r->p > ' ')
        return;
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
        r->p++;
}

/* ---- strings ---- */

static bool hex4(struct json_reader *r, unsigned *out)
{
    unsigned v = 0;

    if (r->end - r->p < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF", *d = strchr(digits, r->p[i]);

        if (!d || !r->p[i])
            return false;
        v = v * 16 + (unsigned)(d - digits) % 16;
    }
    r->p += 4;
    *out = v;
    return true;
}

/* Reads the digits of an escape; p is after "\u". */
static bool unicode_escape(struct json_reader *r)
{
    unsigned hi = 0, lo = 0;

    if (!hex4(r, &hi))
        return malformed(r, "\\u needs four hexadecimal digits");
    if (hi == 0)
        return malformed(r, "\\u0000 is not accepted");
    if (hi < 0xD800 || hi > 0xDFFF)
        return true;
    if (hi > 0xDBFF || r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u')
        return malformed(r, "a lone surrogate");
    r->p += 2;
    if (!hex4(r, &lo) || lo < 0xDC00 || lo > 0xDFFF)
        return malformed(r, "a lone surrogate");
    return true;
}

/* Reads an escape; p is after the backslash. */
static bool escape(struct json_reader *r)
{
    if (r->p >= r->end)
        return true; /* the text ends here; the caller reports the missing quote */
    if (*r->p == 'u') {
        r->p++;
        return unicode_escape(r);
    }
    if (!*r->p || !strchr("\"\\/bfnrt", *r->p))
        return malformed(r, "an unknown escape");
    r->p++;
    return true;
}

/* Moves to a quote, a backslash or a control character, or to the last eight bytes. The highest bit
 * of a byte of the sum stays 0 where the byte of x is 0; the lowest byte that is found so is always
 * right. */
static inline void skip_plain(struct json_reader *r)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    uint64_t word, quote, slash, found;

    for (; r->end - r->p >= (ptrdiff_t)sizeof(word); r->p += sizeof(word)) {
        memcpy(&word, r->p, sizeof(word));
        word = le64toh(word);
        quote = word ^ ones * '"';
        slash = word ^ ones * '\\';
        found = (((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
                 ((word - ones * 0x20) & ~word)) &
                high;
        if (found) {
            r->p += __builtin_ctzll(found) / 8;
            return;
        }
    }
}

/* Reads a string; p is at its opening quote. The whole text is valid UTF-8 already. Returns false
 * when it is malformed. */
static bool string(struct json_reader *r)
{
    r->p++;
    r->escaped = false;
    while (skip_plain(r), r->p < r->end && *r->p != '"') {
        r->escaped = r->escaped || *r->p == '\\';
        if ((unsigned char)*r->p < 0x20)
            return malformed(r, "a control character in a string (write \\n, \\t or \\u00..)");
        if (*r->p++ == '\\' && !escape(r))
            return false;
    }
    if (r->p >= r->end)
        return malformed(r, "a string without its closing quote");
    r->p++;
    return true;
}

void json_read_string(struct json_reader *r, struct buf *to)
{
    const char *text = r->p + 1;

    if (!r->st && string(r))
        json_decode_into(to, text, (size_t)(r->p - 1 - text));
}

/* ---- numbers and words ---- */

static bool digit_run(struct json_reader *r)
{
    const char *from = r->p;

    while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
        r->p++;
    return r->p > from;
}

/* Reads the digits of a number; *exponent: whether it has an exponent. */
static bool number_text(struct json_reader *r, bool *exponent)
{
    if (*r->p == '-')
        r->p++;
    if (r->p < r->end && *r->p == '0')
        r->p++;
    else if (!digit_run(r))
        return malformed(r, "unexpected text where a value should be");
    if (r->p < r->end && *r->p == '.') {
        r->p++;
        if (!digit_run(r))
            return malformed(r, "a number needs digits after its point");
    }
    *exponent = r->p < r->end && (*r->p == 'e' || *r->p == 'E');
    if (*exponent) {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        if (!digit_run(r))
            return malformed(r, "a number needs digits in its exponent");
    }
    return true;
}

static double long_number(struct json_reader *r)
{
    const char *from = r->p;
    bool exponent = false;
    double v;
    size_t n;

    if (!number_text(r, &exponent))
        return NAN;
    n = (size_t)(r->p - from);
    if (n >= 64) {
        malformed(r, "a number of more than 63 characters");
        return NAN;
    }
    v = json_number_value(from, n);
    if (exponent && !isfinite(v))
        malformed(r, "a number too large for a double");
    return v;
}

static double number(struct json_reader *r)
{
    double v;
    size_t n = json_short_number(&v, r->p, r->end);

    if (n == 0)
        return long_number(r);
    r->p += n;
    return v;
}

static void literal(struct json_reader *r, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
        malformed(r, "unexpected text where a value should be");
    else
        r->p += n;
}

double json_read_number(struct json_reader *r)
{
    char first = json_peek(r);

    if (r->st)
        return NAN;
    if (first == 'n') {
        literal(r, "null");
        return NAN;
    }
    if (!first) {
        malformed(r, "the end where a value should be");
        return NAN;
    }
    return number(r);
}

/* ---- lists and objects ---- */

char json_peek(const struct json_reader *r)
{
    return r->p < r->end ? *r->p : '\0';
}

static bool in_object(const struct json_reader *r)
{
    return r->objects[r->depth / 8] >> r->depth % 8 & 1;
}

static void enter(struct json_reader *r, bool object)
{
    unsigned char bit = (unsigned char)(1 << r->depth % 8), *byte = &r->objects[r->depth / 8];

    *byte = (unsigned char)(object ? *byte | bit : *byte & ~bit);
    if (object && !r->checked)
        r->st = json_names_open(&r->names, r->e);
}

bool json_first(struct json_reader *r)
{
    bool object;

    if (r->st)
        return false;
    if (r->depth == r->max_depth) {
        char what[64];

        snprintf(what, sizeof(what), "nested deeper than max_json_depth = %d", r->max_depth);
        return malformed(r, what);
    }
    object = *r->p++ == '{';
    space(r);
    if (r->p < r->end && *r->p == (object ? '}' : ']')) {
        r->p++;
        return false;
    }
    r->depth++;
    enter(r, object);
    return !r->st;
}

/* Refuses a duplicate name. The reported place is that of the second one. */
static void refuse_twin(struct json_reader *r, size_t offset)
{
    const char *name = r->start + offset, *end = json_closing_quote(name);
    char what[96];
    struct buf text;

    buf_init(&text, (size_t)(end - name) + 1);
    json_decode_into(&text, name, (size_t)(end - name));
    snprintf(what, sizeof(what), "the member '%.40s' is there twice,", text.data ? text.data : "");
    buf_release(&text);
    r->p = end + 1;
    malformed(r, what);
}

static void leave(struct json_reader *r)
{
    size_t twin = SIZE_MAX;

    r->p++;
    if (in_object(r) && !r->checked)
        r->st = json_names_close(&twin, &r->names, r->start, r->e);
    if (twin != SIZE_MAX)
        refuse_twin(r, twin);
    r->depth--;
}

bool json_next(struct json_reader *r)
{
    bool object;

    if (r->st)
        return false;
    object = in_object(r);
    space(r);
    if (r->p >= r->end)
        return malformed(r, object ? "an object without its end" : "an array without its end");
    if (*r->p == (object ? '}' : ']')) {
        leave(r);
        return false;
    }
    if (*r->p != ',')
        return malformed(r, "a ',' or the end should be here");
    r->p++;
    space(r);
    return true;
}

bool json_another(struct json_reader *r)
{
    if (!r->st)
        space(r);
    return !r->st && r->p < r->end;
}

struct json_name json_member(struct json_reader *r)
{
    struct json_name name = {"", 0};
    const char *at = r->p + 1;

    if (!r->st && json_peek(r) != '"')
        malformed(r, "a member name in quotes should be here");
    if (r->st || !string(r))
        return name;
    if (!r->checked)
        r->st = json_names_add(&r->names, (size_t)(at - r->start), r->e);
    name = (struct json_name){at, (size_t)(r->p - 1 - at)};
    space(r);
    if (!r->st && json_peek(r) != ':')
        malformed(r, "a ':' should be here");
    r->p += !r->st;
    space(r);
    return name;
}

/* Skips a number that was checked before. */
static void skip_number(struct json_reader *r)
{
    while (r->p < r->end && ((*r->p >= '0' && *r->p <= '9') || *r->p == '.' || *r->p == '-' ||
                             *r->p == '+' || *r->p == 'e' || *r->p == 'E'))
        r->p++;
}

static void skip_nested(struct json_reader *r)
{
    bool object = json_peek(r) == '{';

    for (bool more = json_first(r); more; more = json_next(r)) {
        if (object) {
            struct json_name name = json_member(r);

            r->tree_bytes += STRING_BYTES + name.len + 1;
        }
        json_skip(r);
    }
}

void json_skip(struct json_reader *r)
{
    const char *from = r->p;

    if (r->st)
        return;
    r->tree_bytes += NODE_BYTES;
    switch (json_peek(r)) {
    case '{':
    case '[':
        skip_nested(r);
        break;
    case '"':
        if (string(r))
            r->tree_bytes += STRING_BYTES + (size_t)(r->p - 1 - from);
        break;
    case 't':
        literal(r, "true");
        break;
    case 'f':
        literal(r, "false");
        break;
    case 'n':
        literal(r, "null");
        break;
    default:
        if (r->checked)
            skip_number(r);
        else
            (void)json_read_number(r);
    }
}

/* ---- the document ---- */

void json_reader_begin(struct json_reader *r, const char *bytes, size_t len, int max_depth,
                       struct err *e)
{
    size_t mark = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    r->start = r->p = bytes + mark;
    r->end = bytes + len;
    r->depth = 0;
    r->max_depth = max_depth < JSON_DEPTH_MAX ? max_depth : JSON_DEPTH_MAX;
    r->tree_bytes = 0;
    r->checked = false;
    r->e = e;
    json_names_init(&r->names);
    r->st = len - mark > UINT32_MAX ? err_set(e, ST_TOO_LARGE, "more than 4 GiB of JSON")
                                    : text_valid(r->start, len - mark, e);
    if (!r->st)
        space(r);
}

enum status json_reader_end(struct json_reader *r)
{
    if (!r->st)
        space(r);
    if (!r->st && r->p != r->end)
        malformed(r, "something behind the document");
    json_names_release(&r->names);
    return r->st;
}
