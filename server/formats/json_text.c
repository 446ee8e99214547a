/* json_text.c - see json_text.h. The functions rely on the checks of json_reader.h: with other text
 * they would read beyond its end. */
#include "server/formats/json_text.h"

#include <string.h>

const char *json_closing_quote(const char *s)
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

/* Decodes an escape; *s is at its u, and moves after it. */
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

void json_decode_into(struct buf *to, const char *text, size_t len)
{
    to->len = 0;
    buf_add(to, text, len); /* no character is longer than its escape */
    if (to->st || !memchr(text, '\\', len))
        return;
    to->len = json_decode(to->data, text, len);
    to->data[to->len] = '\0';
}

void json_name_text(struct buf *to, const struct json_name *n)
{
    json_decode_into(to, n->at, n->len);
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

int json_name_among(const struct json_name *n, const char *const *list)
{
    for (int i = 0; list && list[i]; i++)
        if (json_name_is(n, list[i]))
            return i;
    return -1;
}

const char *json_kind(char first)
{
    switch (first) {
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
