/* letter_case.c - see letter_case.h. */
#include "core/text/letter_case.h"

#include "core/text/truecase.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unistr.h>

/* Fewer words are too few to tell a case. */
enum { WORDS_LEAST = 2 };
/* One word in TITLE_EXCEPT may have a small first letter in Title Case ("of"), and one in
 * UPPER_EXCEPT small letters among capitals ("iPad", a link). */
enum { TITLE_EXCEPT = 5, UPPER_EXCEPT = 10 };

/* The letters of a token. */
struct letters {
    bool first_upper, first_lower, upper, lower;
};

static struct letters letters_of(const char *token)
{
    struct letters l = {0};
    const uint8_t *s = (const uint8_t *)token;
    ucs4_t c;

    for (bool first = true; (s = u8_next(&c, s)) && !(l.upper && l.lower); first = false) {
        bool upper = truecase_is_upper(c), lower = !upper && truecase_is_lower(c);

        l.first_upper |= first && upper;
        l.first_lower |= first && lower;
        l.upper |= upper;
        l.lower |= lower;
    }
    return l;
}

bool case_has(const char *token)
{
    struct letters l = letters_of(token);

    return l.upper || l.lower;
}

int case_count(const char *const *tokens, int n, int most)
{
    int count = 0;

    for (int i = 0; i < n && count < most; i++)
        count += case_has(tokens[i]);
    return count;
}

bool case_is_uniform(const char *const *tokens, int n)
{
    int words = 0, upper = 0, lower = 0, first_upper = 0, first_lower = 0;

    for (int i = 0; i < n; i++) {
        struct letters l = letters_of(tokens[i]);

        words += l.upper || l.lower;
        upper += l.upper;
        lower += l.lower;
        first_upper += l.first_upper;
        first_lower += l.first_lower;
    }
    if (words < WORDS_LEAST)
        return false;
    return upper == 0 || lower <= words / UPPER_EXCEPT ||
           (first_upper >= WORDS_LEAST &&
            first_lower <= (first_upper + first_lower) / TITLE_EXCEPT);
}

/* ASCII needs no library. Returns false for other text. */
static bool change_ascii(char *out, enum letter_case c, const char *token)
{
    size_t i;

    for (i = 0; token[i]; i++) {
        bool up = c == CASE_UPPER || (c == CASE_TITLE && i == 0);
        char a = token[i];

        if ((unsigned char)a >= 0x80)
            return false;
        if (up)
            a = (char)(a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a);
        else if (c == CASE_LOWER)
            a = (char)(a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a);
        out[i] = a;
    }
    out[i] = '\0';
    return true;
}

/* Title Case changes the first character alone. */
void case_change(char out[TOKEN_BYTES_MAX + 1], enum letter_case c, const char *token)
{
    const uint8_t *s = (const uint8_t *)token;
    size_t n = strlen(token), head = n, size = 0;
    uint8_t *changed;

    if (change_ascii(out, c, token))
        return;
    if (c == CASE_TITLE)
        head = (size_t)u8_strmblen(s);
    changed = c == CASE_LOWER   ? u8_tolower(s, n, NULL, NULL, NULL, &size)
              : c == CASE_UPPER ? u8_toupper(s, n, NULL, NULL, NULL, &size)
                                : u8_totitle(s, head, NULL, NULL, NULL, &size);
    if (!changed || size + (n - head) > TOKEN_BYTES_MAX)
        memcpy(out, token, n + 1);
    else {
        memcpy(out, changed, size);
        memcpy(out + size, token + head, n - head + 1);
    }
    free(changed);
}
