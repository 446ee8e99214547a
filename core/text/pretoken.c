/* pretoken.c - cuts text into pretokens: see core/text/pretoken.h. */
#include "core/text/pretoken.h"

#include "core/text/visible.h"

#include <unictype.h>
#include <unigbrk.h>
#include <unistr.h>
#include <uniwbrk.h>

enum { ZERO_WIDTH_JOINER = 0x200D };

int point_at(uint32_t *c, const char *s, size_t n)
{
    unsigned char u = (unsigned char)*s;
    ucs4_t wide;
    int len;

    if (u < 0x80) {
        *c = u;
        return 1;
    }
    len = u8_mbtoucr(&wide, (const uint8_t *)s, n);
    *c = len > 0 ? wide : 0xFFFD;
    return len > 0 ? len : 1;
}

size_t utf8_check(const char *s, size_t n)
{
    const uint8_t *bad = u8_check((const uint8_t *)s, n);

    return bad ? (size_t)(bad - (const uint8_t *)s) : n;
}

static enum pretoken_kind kind_of(uint32_t c)
{
    if (c < 0x80)
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z' ? PRETOKEN_LETTERS
               : c >= '0' && c <= '9'                 ? PRETOKEN_DIGITS
                                                      : PRETOKEN_OTHER;
    switch (uc_wordbreak_property(c)) {
    case WBP_ALETTER:
    case WBP_HL:
        return PRETOKEN_LETTERS;
    case WBP_NUMERIC:
        return PRETOKEN_DIGITS;
    default:
        return PRETOKEN_OTHER;
    }
}

bool space_point(uint32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r');
    return uc_is_property_white_space(c);
}

/* Whether c belongs to the same pretoken as the character before it. */
static bool continues(uint32_t before, uint32_t c)
{
    if (c < 0x80)
        return false;
    return before == ZERO_WIDTH_JOINER || !uc_is_grapheme_break(before, c);
}

/* Skips white space and returns its kind. Line ends are LF, CR, CRLF, NEL, LS; PS is a blank
 * line. */
static enum pretoken_gap skip_space(struct pretoken_reader *r)
{
    size_t count = 0, lines = 0;
    uint32_t c, before = 0;

    while (r->at < r->length) {
        int n = point_at(&c, r->text + r->at, r->length - r->at);

        if (!space_point(c))
            break;
        if (c == '\n')
            lines += before != '\r';
        else if (c == '\r' || c == 0x85 || c == 0x2028 || c == '\f')
            lines++;
        else if (c == 0x2029)
            lines += 2;
        before = c;
        count++;
        r->at += (size_t)n;
        r->point++;
    }
    if (lines > (r->lines ? 0 : 1) && !r->joined)
        return GAP_BLANK_LINE;
    if (r->at == r->length)
        return GAP_END;
    if (lines > 1)
        return GAP_SPACE;
    if (lines == 1)
        return GAP_NEWLINE;
    return count == 0 ? GAP_NONE : count == 1 ? GAP_SPACE : GAP_SPACES;
}

bool pretoken_next(struct pretoken *out, struct pretoken_reader *r)
{
    uint32_t c, before;

    if (r->at == 0)
        skip_space(r);
    if (r->at >= r->length)
        return false;
    out->start = r->at;
    out->first = r->point;
    r->at += (size_t)point_at(&c, r->text + r->at, r->length - r->at);
    r->point++;
    before = c;
    while (!visible_point(c, 0) && r->at < r->length) {
        int n = point_at(&c, r->text + r->at, r->length - r->at);

        if (space_point(c))
            break;
        before = c;
        r->at += (size_t)n;
        r->point++;
    }
    out->kind = kind_of(before);
    while (r->at < r->length && r->at - out->start < PRETOKEN_BYTES_MAX - 4) {
        int n = point_at(&c, r->text + r->at, r->length - r->at);

        if (space_point(c))
            break;
        if (visible_point(c, before)) {
            if ((out->kind == PRETOKEN_OTHER || kind_of(c) != out->kind) && !continues(before, c))
                break;
            before = c;
        } else if (c == ZERO_WIDTH_JOINER) {
            before = c; /* the next part of an emoji */
        }
        r->at += (size_t)n;
        r->point++;
    }
    out->end = r->at;
    out->last = r->point;
    out->after = skip_space(r);
    return true;
}
