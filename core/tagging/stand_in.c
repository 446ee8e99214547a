/* stand_in.c - see stand_in.h. */
#include "core/tagging/stand_in.h"

#include "core/text/visible.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

/* Symbols that most treebanks have, the most typical of their kind first. */
static const char *const stops[] = {".", "!", "?", NULL}, *const pauses[] = {",", ";", ":", NULL},
                         *const opening[] = {"(", "[", "\"", NULL},
                         *const closing[] = {")", "]", "\"", NULL},
                         *const opening_quotes[] = {"\u201c", "\"", "\u00ab", "'", NULL},
                         *const closing_quotes[] = {"\u201d", "\"", "\u00bb", "'", NULL},
                         *const dashes[] = {"\u2014", "\u2013", "--", "-", NULL},
                         *const currencies[] = {"$", "\u20ac", "\u00a3", "%", "+", NULL},
                         *const operators[] = {"%", "+", "=", "$", "#", NULL},
                         *const others[] = {"%", "#", "+", "$", "=", NULL},
                         *const marks[] = {"\"", "*", "'", ",", NULL};

static bool is_per_mille(ucs4_t c)
{
    return c == 0x2030 || c == 0x2031 || c == 0x066A;
}

/* NULL: c is not a symbol. */
static const char *const *known_like(ucs4_t c)
{
    if (is_per_mille(c))
        return others;
    if (uc_is_property_sentence_terminal(c))
        return stops;
    if (uc_is_property_terminal_punctuation(c))
        return pauses;
    if (uc_is_general_category(c, UC_OPEN_PUNCTUATION))
        return opening;
    if (uc_is_general_category(c, UC_CLOSE_PUNCTUATION))
        return closing;
    if (uc_is_general_category(c, UC_INITIAL_QUOTE_PUNCTUATION))
        return opening_quotes;
    if (uc_is_general_category(c, UC_FINAL_QUOTE_PUNCTUATION))
        return closing_quotes;
    if (uc_is_general_category(c, UC_DASH_PUNCTUATION))
        return dashes;
    if (uc_is_general_category(c, UC_CURRENCY_SYMBOL))
        return currencies;
    if (uc_is_general_category(c, UC_MATH_SYMBOL))
        return operators;
    if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_S))
        return others;
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_P) ? marks : NULL;
}

/* The common kind of all characters of a token, or NULL. */
static const char *const *kind_of(const char *token)
{
    const uint8_t *s = (const uint8_t *)token;
    const char *const *kind = NULL;
    ucs4_t c;

    while ((s = u8_next(&c, s))) {
        const char *const *one = known_like(c);

        if (!one || (kind && one != kind))
            return NULL;
        kind = one;
    }
    return kind;
}

static bool knows(const struct vocabulary *v, const char *token)
{
    char name[TOKEN_BYTES_MAX + 3];

    snprintf(name, sizeof(name), "w:%s", token);
    return vocabulary_find(v, name) >= 0;
}

/* The token in NFKC; NULL if that is unchanged. */
static const char *compatible(char space[TOKEN_BYTES_MAX + 1], const char *token)
{
    size_t n = 0, length = strlen(token);
    uint8_t *s = visible_is_ascii(token)
                     ? NULL
                     : u8_normalize(UNINORM_NFKC, (const uint8_t *)token, length, NULL, &n);
    bool other = s && n > 0 && n <= TOKEN_BYTES_MAX && !memchr(s, ' ', n) &&
                 (n != length || memcmp(s, token, n) != 0);

    if (other) {
        memcpy(space, s, n);
        space[n] = '\0';
    }
    free(s);
    return other ? space : NULL;
}

const char *stand_in(char space[TOKEN_BYTES_MAX + 1], const struct vocabulary *v, const char *token)
{
    const char *plain = compatible(space, token);
    const char *const *kind = kind_of(token), *const *plain_kind = plain ? kind_of(plain) : NULL;

    /* A letter may become letters, but a symbol may not: a numero sign is not "No". */
    if (plain && (kind ? plain_kind && knows(v, plain) : !plain_kind || knows(v, plain)))
        return plain;
    for (kind = plain_kind ? plain_kind : kind; kind && *kind; kind++) {
        if (knows(v, *kind))
            return *kind;
    }
    return NULL;
}
