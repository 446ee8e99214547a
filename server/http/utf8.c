/* utf8.c - see utf8.h. */
#include "server/http/utf8.h"

static size_t length_by_lead(unsigned char c)
{
    if (c < 0x80)
        return 1;
    if (c < 0xC2)
        return 0;
    if (c < 0xE0)
        return 2;
    if (c < 0xF0)
        return 3;
    return c < 0xF5 ? 4 : 0;
}

size_t http_utf8_length(const char *s, size_t n)
{
    unsigned char lead = (unsigned char)s[0], second;
    size_t len = length_by_lead(lead);

    if (len < 2)
        return len;
    if (len > n)
        return 0;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)s[i] & 0xC0) != 0x80)
            return 0;
    second = (unsigned char)s[1];
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90))
        return 0; /* overlong */
    if ((lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F))
        return 0; /* surrogate, above U+10FFFF */
    return len;
}

bool http_utf8_valid(const char *s, size_t n)
{
    for (size_t i = 0, len; i < n; i += len) {
        len = http_utf8_length(s + i, n - i);
        if (len == 0)
            return false;
    }
    return true;
}
