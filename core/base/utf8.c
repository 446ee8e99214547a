/* utf8.c - the checks of <lstm/utf8.h>, by GNU libunistring. */
#include <lstm/utf8.h>
#include <stdint.h>
#include <string.h>
#include <unistr.h>

size_t utf8_length(const char *s, size_t n)
{
    ucs4_t c;
    int len = u8_mbtoucr(&c, (const uint8_t *)s, n);

    return len > 0 ? (size_t)len : 0;
}

/* Uploads are mostly ASCII, which takes eight bytes a step here; u8_check() takes one. */
static size_t ascii_prefix(const char *s, size_t n)
{
    size_t i = 0;
    uint64_t eight;

    for (; n - i >= sizeof(eight); i += sizeof(eight)) {
        memcpy(&eight, s + i, sizeof(eight));
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    return i;
}

size_t utf8_valid_prefix(const char *s, size_t n)
{
    size_t ascii = ascii_prefix(s, n);
    const uint8_t *rest = (const uint8_t *)s + ascii;
    const uint8_t *bad = u8_check(rest, n - ascii);

    return bad ? ascii + (size_t)(bad - rest) : n;
}

bool utf8_valid(const char *s, size_t n)
{
    return utf8_valid_prefix(s, n) == n;
}

bool utf8_printable(const char *s, size_t n)
{
    const uint8_t *p = (const uint8_t *)s;
    const uint8_t *end = p + n;

    while (p < end) {
        ucs4_t c;
        int len = u8_mbtoucr(&c, p, (size_t)(end - p));

        if (len <= 0 || c < 0x20 || (c >= 0x7F && c < 0xA0))
            return false;
        p += len;
    }
    return true;
}

void utf8_scrub(char *s)
{
    size_t left = strlen(s);

    while (left > 0) {
        size_t good = utf8_valid_prefix(s, left);

        s += good;
        left -= good;
        if (left > 0) {
            *s++ = '?';
            left--;
        }
    }
}
