/* json_text.c - see json_text.h. */
#include "server/formats/json_text.h"

#include "server/formats/json_number.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Of a tree: sizeof(cJSON) and what malloc() adds to it; what it adds to a string. */
enum { NODE_BYTES = 80, STRING_BYTES = 24 };

static void space(const char **p)
{
    while (**p == ' ' || **p == '\t' || **p == '\n' || **p == '\r')
        ++*p;
}

const char *json_begin(const char *bytes, size_t len)
{
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        bytes += 3;
    space(&bytes);
    return bytes;
}

bool json_first(const char **p)
{
    ++*p;
    space(p);
    if (**p != ']' && **p != '}')
        return true;
    ++*p;
    return false;
}

bool json_more(const char **p)
{
    bool more;

    space(p);
    more = **p == ',';
    ++*p;
    if (more)
        space(p);
    return more;
}

/* ---- strings ---- */

/* The closing quote of the string whose text begins at s. */
static const char *closing(const char *s)
{
    while (*s != '"')
        s += *s == '\\' ? 2 : 1;
    return s;
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

static unsigned hex4(const char *s)
{
    unsigned v = 0;

    for (int i = 0; i < 4; i++) {
        unsigned c = (unsigned char)s[i];

        v = v * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return v;
}

/* At the u of an escape. Moves *s behind it. */
static unsigned code_point(const char **s)
{
    unsigned hi = hex4(*s + 1);

    *s += 5;
    if (hi < 0xD800 || hi > 0xDFFF)
        return hi;
    hi = 0x10000 + ((hi - 0xD800) << 10) + (hex4(*s + 2) - 0xDC00);
    *s += 6;
    return hi;
}

size_t json_decode(char *to, const char *text, size_t len)
{
    static const char from[] = "bfnrt", plain[] = "\b\f\n\r\t";
    const char *end = text + len;
    size_t n = 0;

    while (text < end) {
        const char *d;

        if (*text != '\\') {
            to[n++] = *text++;
        } else if (*++text == 'u') {
            n += put_utf8(to + n, code_point(&text));
        } else {
            d = strchr(from, *text);
            to[n++] = d ? plain[d - from] : *text;
            text++;
        }
    }
    return n;
}

static void decode_into(struct buf *to, const char *at, size_t len)
{
    to->len = 0;
    buf_add(to, at, len); /* an escape is never shorter than what it stands for */
    if (to->st || !memchr(at, '\\', len))
        return;
    to->len = json_decode(to->data, at, len);
    to->data[to->len] = '\0';
}

void json_string(struct buf *to, const char **p)
{
    const char *end = closing(*p + 1);

    decode_into(to, *p + 1, (size_t)(end - *p - 1));
    *p = end + 1;
}

struct json_name json_name(const char **p)
{
    const char *end = closing(*p + 1);
    struct json_name n = {*p + 1, (size_t)(end - *p - 1)};

    *p = end + 1;
    space(p);
    ++*p; /* the colon */
    space(p);
    return n;
}

void json_name_text(struct buf *to, const struct json_name *n)
{
    decode_into(to, n->at, n->len);
}

bool json_name_is(const struct json_name *n, const char *text)
{
    char decoded[256];
    size_t len = strlen(text);

    if (!memchr(n->at, '\\', n->len))
        return n->len == len && memcmp(n->at, text, len) == 0;
    return n->len < sizeof(decoded) && json_decode(decoded, n->at, n->len) == len &&
           memcmp(decoded, text, len) == 0;
}

/* ---- values ---- */

const char *json_kind(const char *p)
{
    switch (*p) {
    case '{':
        return "an object";
    case '[':
        return "a list";
    case '"':
        return "a string";
    case 't':
    case 'f':
        return "a boolean";
    case 'n':
        return "null";
    default:
        return "a number";
    }
}

/* Behind a number, true, false or null. */
static const char *scalar_end(const char *p)
{
    while ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || *p == '.' || *p == '-' ||
           *p == '+' || *p == 'E')
        p++;
    return p;
}

double json_number(const char **p)
{
    const char *from = *p;
    double v = NAN;
    size_t n;

    *p = scalar_end(from);
    n = (size_t)(*p - from);
    if (*from == 'n')
        return NAN;
    /* what is behind the number is in the text, too: at least the end of its list or object */
    return json_short_number(&v, from, *p + 20) == n ? v : json_number_value(from, n);
}

size_t json_count(const char **p)
{
    size_t n = 0;

    for (bool more = json_first(p); more; more = json_more(p)) {
        n++;
        if (**p == '[' || **p == '{' || **p == '"')
            (void)json_skip(p);
        else
            *p = scalar_end(*p);
    }
    return n;
}

size_t json_skip(const char **p)
{
    const char *s = *p;
    size_t bytes = 0, depth = 0;

    do {
        const char *end;

        switch (*s) {
        case '[':
        case '{':
            depth++;
            bytes += NODE_BYTES;
            s++;
            break;
        case ']':
        case '}':
            depth--;
            s++;
            break;
        case '"':
            end = closing(s + 1);
            bytes += NODE_BYTES + STRING_BYTES + (size_t)(end - s);
            s = end + 1;
            break;
        case ':': /* the string before is a name, which has no node */
            bytes -= NODE_BYTES;
            s++;
            break;
        case ',':
        case ' ':
        case '\t':
        case '\n':
        case '\r':
            s++;
            break;
        default:
            bytes += NODE_BYTES;
            s = scalar_end(s);
        }
    } while (depth > 0);
    *p = s;
    return bytes;
}
