/* visible.c - see visible.h. */
#include "core/text/visible.h"

#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum { ZERO_WIDTH_NON_JOINER = 0x200C, ZERO_WIDTH_JOINER = 0x200D, VIRAMA = 9 };

/* A joiner is part of the spelling after a virama, and after a letter that joins the next one. */
static bool is_spelling(uint32_t before)
{
    switch (uc_joining_type(before)) {
    case UC_JOINING_TYPE_D:
    case UC_JOINING_TYPE_L:
    case UC_JOINING_TYPE_R:
    case UC_JOINING_TYPE_C:
        return true;
    default:
        return uc_combining_class(before) == VIRAMA;
    }
}

bool visible_point(uint32_t c, uint32_t before)
{
    if (c < 0x80)
        return true;
    if (c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER)
        return before >= 0x80 && is_spelling(before);
    return !uc_is_property_default_ignorable_code_point(c);
}

/* Whether NFC may change c. May return true for characters that NFC keeps, but not for the composed
 * letters of the most frequent scripts, which are skipped here to save time. */
static bool may_compose(uint32_t c)
{
    ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];

    if (c < 0x300 || (c >= 0x400 && c < 0x483) || (c >= 0x1E00 && c < 0x1F00) ||
        (c >= 0x3400 && c < 0xD7A4)) /* Latin, Cyrillic, Han, Hangul */
        return false;
    if (uc_combining_class(c) != 0 || (c >= 0x1100 && c < 0x1200))
        return true;
    return uc_canonical_decomposition(c, parts) > 0;
}

static size_t normalised(char *out, size_t size, size_t n)
{
    size_t length = 0;
    uint8_t *nfc = u8_normalize(UNINORM_NFC, (const uint8_t *)out, n, NULL, &length);

    if (nfc && length > 0 && length < size) {
        memcpy(out, nfc, length);
        n = length;
    }
    free(nfc);
    return n;
}

bool visible_is_ascii(const char *s)
{
    while (*s && (unsigned char)*s < 0x80)
        s++;
    return !*s;
}

size_t visible_text(char *out, size_t size, const char *s, size_t n)
{
    size_t used = 0;
    ucs4_t c, before = 0;
    bool composed = true;

    while (used < n && (unsigned char)s[used] < 0x80) {
        before = (unsigned char)s[used];
        out[used] = s[used];
        used++;
    }
    for (size_t at = used; at < n;) {
        size_t width = (size_t)u8_mbtouc(&c, (const uint8_t *)s + at, n - at);

        if (visible_point(c, before)) {
            memcpy(out + used, s + at, width);
            used += width;
            before = c;
            composed = composed && (c < 0x80 || !may_compose(c));
        }
        at += width;
    }
    if (!composed)
        used = normalised(out, size, used);
    out[used] = '\0';
    return used;
}
