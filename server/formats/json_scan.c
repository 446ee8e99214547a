/* json_scan.c - see json_scan.h. Recursive, but never deeper than max_depth. */
#include "server/formats/json_scan.h"

#include "server/formats/hash.h"
#include "server/formats/json.h"
#include "server/formats/json_lists.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A member name without its escapes, and the object that it belongs to. */
struct key {
    size_t object;
    const char *at; /* in the text, or decoded */
    size_t len;
    char *decoded; /* owned; NULL when the name has no escape */
};
struct scan {
    const char *start, *p, *end;
    int depth, max_depth;
    size_t objects;   /* objects begun so far: numbers them */
    struct key *keys; /* open-addressing hash set, a power of two slots; empty: at is NULL */
    size_t num_keys, slots;
    struct hash_key hash;
    double number;            /* the last one */
    bool key_values;          /* the last member name is "values" */
    struct json_lists *lists; /* NULL when lists of numbers are left where they are */
    struct buf *text;         /* what is left, up to copied */
    const char *copied;
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
        s->p++;
        if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
            s->p++;
        if (!digit_run(s))
            return malformed(s, "a number needs digits in its exponent");
    }
    n = (size_t)(s->p - from);
    if (n >= 64)
        return malformed(s, "a number of more than 63 characters");
    s->number = json_number_value(from, n);
    return isfinite(s->number) ? ST_OK : malformed(s, "a number too large for a double");
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

static size_t hash_of(const struct scan *s, const struct key *k)
{
    struct hash_key mixed = {s->hash.k0 ^ k->object, s->hash.k1};

    return (size_t)hash_bytes(&mixed, k->at, k->len);
}

static bool same_key(const struct key *a, const struct key *b)
{
    return a->object == b->object && a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

/* Puts k into slots; false: it was there. */
static bool insert_key(const struct scan *s, struct key *slots, size_t n, const struct key *k)
{
    size_t i = hash_of(s, k) & (n - 1);

    for (; slots[i].at; i = (i + 1) & (n - 1))
        if (same_key(&slots[i], k))
            return false;
    slots[i] = *k;
    return true;
}

static enum status grow_keys(struct scan *s)
{
    size_t n = s->slots ? s->slots * 2 : 64;
    struct key *grown;

    if (s->num_keys * 2 < s->slots)
        return ST_OK;
    grown = calloc(n, sizeof(*grown));
    if (!grown)
        return err_nomem(s->e, n * sizeof(*grown));
    for (size_t i = 0; i < s->slots; i++)
        if (s->keys[i].at)
            insert_key(s, grown, n, &s->keys[i]);
    free(s->keys);
    s->keys = grown;
    s->slots = n;
    return ST_OK;
}

static size_t put_utf8(char *to, unsigned c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3F));
        to[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    to[0] = (char)(0xF0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3F));
    to[2] = (char)(0x80 | (c >> 6 & 0x3F));
    to[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* At the u of an escape that string() has seen to. Moves *at to its last character. */
static unsigned code_point(const char **at)
{
    struct scan r = {.p = *at + 1, .end = *at + 11};
    unsigned hi = 0, lo = 0;

    hex4(&r, &hi);
    if (hi >= 0xD800 && hi <= 0xDFFF) {
        r.p += 2;
        hex4(&r, &lo);
        hi = 0x10000 + ((hi - 0xD800) << 10) + (lo - 0xDC00);
    }
    *at = r.p - 1;
    return hi;
}

/* Escapes may hide a twin: "a" and "\u0061" are the same name. */
static enum status decode_key(struct key *k, struct scan *s)
{
    static const char from[] = "bfnrt", plain[] = "\b\f\n\r\t";
    const char *end = k->at + k->len;
    size_t n = 0;

    k->decoded = malloc(k->len + 1); /* an escape is never shorter than what it stands for */
    if (!k->decoded)
        return err_nomem(s->e, k->len + 1);
    for (const char *p = k->at; p < end; p++) {
        const char *d;

        if (*p != '\\') {
            k->decoded[n++] = *p;
        } else if (*++p == 'u') {
            n += put_utf8(k->decoded + n, code_point(&p));
        } else {
            d = strchr(from, *p);
            k->decoded[n++] = d ? plain[d - from] : *p;
        }
    }
    k->at = k->decoded;
    k->len = n;
    return ST_OK;
}

static enum status note_key(struct scan *s, size_t object, const char *at, size_t len)
{
    struct key k = {object, at, len, NULL};
    char what[96];
    enum status st = memchr(at, '\\', len) ? decode_key(&k, s) : ST_OK;

    s->key_values = !st && k.len == 6 && memcmp(k.at, "values", 6) == 0;
    if (!st)
        st = grow_keys(s);
    if (!st && !insert_key(s, s->keys, s->slots, &k)) {
        snprintf(what, sizeof(what), "the member '%.*s' is there twice,",
                 (int)(k.len < 40 ? k.len : 40), k.at);
        st = malformed(s, what);
    }
    if (st)
        free(k.decoded);
    else
        s->num_keys++;
    return st;
}

/* ---- lists of numbers ---- */

/* At the opening bracket: the numbers and nulls up to the closing one, into lists. *plain: nothing else is
 * in it, and there is at least one. */
static enum status read_list(struct scan *s, bool *plain)
{
    enum status st = ST_OK;
    size_t n;

    *plain = false;
    do {
        s->p++;
        space(s);
        if (s->p >= s->end || (*s->p != '-' && *s->p != 'n' && (*s->p < '0' || *s->p > '9')))
            return ST_OK;
        n = json_short_number(&s->number, s->p, s->end);
        s->p += n;
        if (n == 0) {
            s->number = NAN;
            st = *s->p == 'n' ? literal(s, "null") : number(s);
        }
        if (!st)
            st = json_lists_add(s->lists, s->number, s->e);
        if (st)
            return st;
        space(s);
    } while (s->p < s->end && *s->p == ',');
    *plain = s->p < s->end && *s->p == ']';
    s->p += *plain;
    return ST_OK;
}

/* A list that is not plain, or is wrong, is left to value(). */
static enum status list_or_value(struct scan *s)
{
    const char *from = s->p;
    bool plain;
    enum status st = json_lists_begin(s->lists, s->e);

    if (!st)
        st = read_list(s, &plain);
    if (st)
        return st;
    if (!plain) {
        json_lists_undo(s->lists);
        s->p = from;
        return value(s);
    }
    buf_add(s->text, s->copied, (size_t)(from - s->copied));
    buf_puts(s->text, "[");
    buf_put_i64(s->text, (int64_t)s->lists->count - 1);
    buf_puts(s->text, "]");
    s->copied = s->p;
    return ST_OK;
}

static enum status member(struct scan *s, size_t object)
{
    const char *name = s->p + 1;
    enum status st;

    if (s->p >= s->end || *s->p != '"')
        return malformed(s, "a member name in quotes should be here");
    st = string(s);
    if (!st)
        st = note_key(s, object, name, (size_t)(s->p - 1 - name));
    if (st)
        return st;
    space(s);
    if (s->p >= s->end || *s->p != ':')
        return malformed(s, "a ':' should be here");
    s->p++;
    if (s->lists && s->key_values) {
        space(s);
        if (s->p < s->end && *s->p == '[' && s->depth < s->max_depth)
            return list_or_value(s);
    }
    return value(s);
}

/* Members or elements up to close; item reads one. */
static enum status items(struct scan *s, char close, size_t object)
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
        st = close == '}' ? member(s, object) : value(s);
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
    enum status st;

    if (++s->depth > s->max_depth) {
        char what[64];

        snprintf(what, sizeof(what), "nested deeper than max_json_depth = %d", s->max_depth);
        return malformed(s, what);
    }
    st = items(s, close, close == '}' ? ++s->objects : 0);
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
    return json_scan_lists(NULL, NULL, bytes, len, max_depth, e);
}

enum status json_scan_lists(struct buf *text, struct json_lists *lists, const char *bytes,
                            size_t len, int max_depth, struct err *e)
{
    struct scan s = {.start = bytes,
                     .p = bytes,
                     .end = bytes + len,
                     .max_depth = max_depth,
                     .lists = lists,
                     .text = text,
                     .copied = bytes,
                     .e = e};
    enum status st = text_valid(bytes, len, e);

    if (st)
        return st;
    s.hash = thread_hash_key();
    st = value(&s);
    space(&s);
    if (!st && s.p != s.end)
        st = malformed(&s, "something behind the document");
    for (size_t i = 0; i < s.slots; i++)
        free(s.keys[i].decoded);
    free(s.keys);
    if (!st && text) {
        buf_add(text, s.copied, (size_t)(s.end - s.copied));
        st = buf_status(text, e);
    }
    return st;
}
