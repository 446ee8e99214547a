/* features.c - a token's form, beginnings, endings and shape: see core/tagging/features.h. */
#include "core/tagging/features.h"

#include "core/text/truecase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum { SHAPE_MOST = 8, RUN_MOST = 2, FOLDED_MAX = 3 * TOKEN_BYTES_MAX };

static const char *const prefixes[NUM_FEATURES] = {"w",  "f",  "p1", "p2", "p3", "p4", "s1",
                                                   "s2", "s3", "s4", "s5", "h",  "a",  "z"};
/* Prefixes of the features that depend on where a capitalised word stands. */
static const char word_inside[] = "wi", shape_inside[] = "hi";
/* Shape of a word in a sentence that is written in one case. */
static const char shape_uniform[] = "hu";

static bool has_prefix(const char *s, const char *prefix)
{
    size_t n = strlen(prefix);

    return strncmp(s, prefix, n) == 0 && s[n] == ':';
}

bool features_is_name(const char *s)
{
    for (int k = 0; k < NUM_FEATURES; k++)
        if (has_prefix(s, prefixes[k]))
            return true;
    return has_prefix(s, word_inside) || has_prefix(s, shape_inside) ||
           has_prefix(s, shape_uniform);
}

const char *features_word(const char *name)
{
    if (has_prefix(name, prefixes[FEATURE_WORD]))
        return name + strlen(prefixes[FEATURE_WORD]) + 1;
    return has_prefix(name, word_inside) ? name + sizeof(word_inside) : NULL;
}

/* Appends "PREFIX:" and the bytes. A name that is longer than any vocabulary takes is left out:
 * such a token occurs only once. */
static void put_as(struct features *f, int kind, const char *prefix, const char *s, size_t n)
{
    size_t head = strlen(prefix);
    char *to = f->text + f->used;

    if (head + 1 + n > TOKEN_BYTES_MAX || sizeof(f->text) - f->used < head + n + 2)
        return;
    memcpy(to, prefix, head);
    to[head] = ':';
    memcpy(to + head + 1, s, n);
    to[head + 1 + n] = '\0';
    f->name[kind] = to;
    f->used += head + n + 2;
}

static void put(struct features *f, int kind, const char *s, size_t n)
{
    put_as(f, kind, prefixes[kind], s, n);
}

/* ASCII needs no library. */
static bool fold_ascii(char *out, size_t *n, const char *s)
{
    size_t i;

    for (i = 0; s[i]; i++) {
        if ((unsigned char)s[i] >= 0x80)
            return false;
        out[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a' : s[i]);
    }
    *n = i;
    return true;
}

/* Folds case and normalises. A token that becomes far too long by it is not changed. */
static enum status fold(char out[FOLDED_MAX], size_t *n, const char *s, struct err *e)
{
    size_t length = strlen(s), size = 0;
    uint8_t *folded;

    if (fold_ascii(out, n, s))
        return ST_OK;
    folded = u8_casefold((const uint8_t *)s, length, NULL, UNINORM_NFC, NULL, &size);
    if (!folded)
        return err_nomem(e, length);
    *n = size > 0 && size < FOLDED_MAX ? size : length;
    memcpy(out, size > 0 && size < FOLDED_MAX ? (const char *)folded : s, *n);
    out[*n] = '\0';
    free(folded);
    return ST_OK;
}

static bool starts_code_point(char c)
{
    return ((unsigned char)c & 0xC0) != 0x80;
}

static void put_affixes(struct features *f, const char *s, size_t n)
{
    size_t at = 0;

    for (int k = 0; k < FEATURE_SUFFIX - FEATURE_PREFIX && at < n; k++) {
        at++;
        while (at < n && !starts_code_point(s[at]))
            at++;
        put(f, FEATURE_PREFIX + k, s, at);
    }
    at = n;
    for (int k = 0; k < FEATURE_SHAPE - FEATURE_SUFFIX && at > 0; k++) {
        at--;
        while (at > 0 && !starts_code_point(s[at]))
            at--;
        put(f, FEATURE_SUFFIX + k, s + at, n - at);
    }
}

static ucs4_t shape_of(ucs4_t c)
{
    if (c < 0x80) {
        if (c >= 'a' && c <= 'z')
            return 'x';
        if (c >= 'A' && c <= 'Z')
            return 'X';
        return c >= '0' && c <= '9' ? '9' : c;
    }
    if (uc_is_property_lowercase(c))
        return 'x';
    if (uc_is_property_uppercase(c))
        return 'X';
    if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_N))
        return '9';
    return uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L) ? 'o' : c;
}

static void put_shape(struct features *f, const char *prefix, const char *token)
{
    const uint8_t *s = (const uint8_t *)token;
    uint8_t shape[SHAPE_MOST * 4];
    ucs4_t c, last = 0;
    int run = 0, count = 0;
    size_t n = 0;

    while (count < SHAPE_MOST && (s = u8_next(&c, s))) {
        c = shape_of(c);
        run = c == last ? run + 1 : 1;
        last = c;
        if (run > RUN_MOST)
            continue;
        n += (size_t)u8_uctomb(shape + n, c, (ptrdiff_t)(sizeof(shape) - n));
        count++;
    }
    put_as(f, FEATURE_SHAPE, prefix, (const char *)shape, n);
}

/* The first and the last part of a form with blanks. */
static void put_parts(struct features *f, const char *s, size_t n)
{
    const char *first = memchr(s, ' ', n), *last = memrchr(s, ' ', n);

    f->parted = first != NULL;
    put(f, FEATURE_FIRST_PART, s, first ? (size_t)(first - s) : n);
    put(f, FEATURE_LAST_PART, last ? last + 1 : s, last ? n - (size_t)(last + 1 - s) : n);
}

/* Word, form and shape in a sentence that is written in one case, where capital letters do not mark
 * names. So the word is that in small letters, and the form is the name that is written like it. */
static void put_cased(struct features *f, enum truecase_mark mark, const char *token, size_t length,
                      const char *folded, size_t n)
{
    bool inside = mark == MARK_INSIDE, changed = n != length || memcmp(folded, token, n) != 0;

    f->uniform = mark == MARK_UNIFORM;
    put_as(f, FEATURE_WORD, inside ? word_inside : prefixes[FEATURE_WORD], folded, n);
    if (f->uniform)
        put_as(f, FEATURE_FORM, word_inside, folded, n);
    else if (changed)
        put(f, FEATURE_FORM, token, length);
    put_shape(f,
              f->uniform ? shape_uniform
              : inside   ? shape_inside
                         : prefixes[FEATURE_SHAPE],
              token);
}

enum status features_of(struct features *out, const char *form, struct err *e)
{
    char folded[FOLDED_MAX];
    enum truecase_mark mark;
    const char *token = truecase_token(&mark, form);
    size_t n = 0, length = strlen(token);
    enum status st = fold(folded, &n, token, e);

    memset(out->name, 0, sizeof(out->name));
    out->used = 0;
    if (st)
        return st;
    put_cased(out, mark, token, length, folded, n);
    put_affixes(out, folded, n);
    put_parts(out, folded, n);
    return ST_OK;
}

enum status features_rows(int32_t *rows, const struct vocabulary *vocabulary, const char *form,
                          struct err *e)
{
    struct features f;
    enum status st = features_of(&f, form, e);

    for (int k = 0; !st && k < NUM_FEATURES; k++)
        rows[k] = f.name[k] ? vocabulary_find(vocabulary, f.name[k]) : -1;
    if (!st && rows[FEATURE_WORD] < 0)
        rows[FEATURE_WORD] = 0;
    return st;
}
