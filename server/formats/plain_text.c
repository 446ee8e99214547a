/* plain_text.c - see plain_text.h. */
#include "server/formats/plain_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* The kind of the last line that is not blank. */
static enum plain_kind last_line(const char *text, const char *end)
{
    bool separator = false, digit = false, letter = false;
    const char *p;

    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    for (p = end; p > text && p[-1] != '\n' && p[-1] != '\r'; p--) {
        separator = separator || (p[-1] && strchr(",;\t|", p[-1]));
        digit = digit || isdigit((unsigned char)p[-1]);
        letter = letter || isalpha((unsigned char)p[-1]) || (unsigned char)p[-1] >= 0x80;
    }
    if (separator && digit && (!letter || p > text || isdigit((unsigned char)*p)))
        return PLAIN_TABLE; /* a header alone is none: "On May 5, it rained." */
    return letter ? PLAIN_TEXT : PLAIN_LINE;
}

enum plain_kind plain_text_kind(const char *text, size_t len)
{
    enum plain_kind kind = last_line(text, text + len);
    size_t at = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    while (at < len && isspace((unsigned char)text[at]))
        at++;
    if (kind != PLAIN_TABLE && at < len && (text[at] == '{' || text[at] == '['))
        return PLAIN_JSON;
    return kind;
}

size_t plain_text_cut(const char *text, size_t len, size_t most)
{
    if (len <= most)
        return len;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}
