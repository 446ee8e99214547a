/* word_rules.c - see word_rules.h. */
#include "core/tokenizer/word_rules.h"

#include "core/text/pretoken.h"

#include <string.h>
#include <strings.h>
#include <unictype.h>

/* Abbreviations that a number follows, in some languages of Latin script. */
static const char *const before_numbers[] = {"fig", "figs", "vol",    "vols", "nos",  "nr",  "pp",
                                             "p",   "ch",   "chap",   "sec",  "sect", "art", "eq",
                                             "eqs", "tab",  "ref",    "abb",  "bd",   "kap", "str",
                                             "cap", "pag",  "approx", "ca",   "par",  "app", "ed"};

static bool has_property(uint32_t c, uint32_t mask)
{
    return uc_is_general_category_withtable(c, mask);
}

static bool is_quote_or_bracket(uint32_t c)
{
    return c == '"' || c == '\'' ||
           has_property(c, UC_CATEGORY_MASK_Ps | UC_CATEGORY_MASK_Pe | UC_CATEGORY_MASK_Pi |
                               UC_CATEGORY_MASK_Pf);
}

/* A quote of any shape closes when it touches what is before it and white space follows. */
static bool closes(uint32_t c)
{
    return is_quote_or_bracket(c) && !has_property(c, UC_CATEGORY_MASK_Ps);
}

/* The character before byte `at`; 0 at the beginning. */
static uint32_t point_before(const char *text, size_t at)
{
    uint32_t c = 0;
    size_t from = at;

    if (at == 0)
        return 0;
    do
        from--;
    while (from > 0 && ((unsigned char)text[from] & 0xC0) == 0x80);
    point_at(&c, text + from, at - from);
    return c;
}

/* ---- hashtags and names ---- */

/* The end of the letters, digits and underscores from `at` on; *first is the first character. */
static size_t name_end(uint32_t *first, const char *text, size_t length, size_t at)
{
    *first = 0;
    for (size_t from = at; at < length;) {
        uint32_t c;
        size_t n = (size_t)point_at(&c, text + at, length - at);

        if (at == from)
            *first = c;
        if (c != '_' &&
            !has_property(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N))
            break;
        at += n;
    }
    return at;
}

/* Whether the name ends at `at`, and no domain or address goes on there, as in "@enron.com". */
static bool name_is_whole(const char *text, size_t length, size_t at)
{
    uint32_t c = 0;

    if (at + 1 < length && strchr(".@-/", text[at]))
        point_at(&c, text + at + 1, length - at - 1);
    return c == 0 || !has_property(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
}

/* Returns the number of the last word of a hashtag or name that begins with word i; i: none. */
static size_t handle_end(const struct text_word *w, size_t count, size_t i, const char *text,
                         size_t length)
{
    size_t at = w[i].start, end;
    uint32_t first, before = point_before(text, at);

    if (text[at] != '#' && text[at] != '@')
        return i;
    if (before && !space_point(before) && !is_quote_or_bracket(before))
        return i;
    end = name_end(&first, text, length, at + 1);
    if (!has_property(first, UC_CATEGORY_MASK_L) || !name_is_whole(text, length, end))
        return i;
    for (size_t k = i; k < count && w[k].end <= end; k++)
        if (w[k].end == end)
            return k;
    return i;
}

static void join(struct text_word *to, const struct text_word *last)
{
    to->end = last->end;
    to->last = last->last;
    to->space_after = last->space_after;
    to->sentence_end = last->sentence_end;
    to->token_end = true;
}

/* ---- abbreviations ---- */

static bool is_listed(const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof(before_numbers) / sizeof(before_numbers[0]); i++)
        if (strlen(before_numbers[i]) == n && strncasecmp(before_numbers[i], s, n) == 0)
            return true;
    return false;
}

/* Whether the text from word i on is an abbreviation with its full stop, one space and a number.
 * *end: the byte behind the full stop. */
static bool is_reference(size_t *end, const struct text_word *word, const char *text, size_t length)
{
    size_t n = word->end - word->start;

    n -= n > 1 && text[word->end - 1] == '.';
    *end = word->start + n + 1;
    return *end + 1 < length && text[*end - 1] == '.' && text[*end] == ' ' &&
           text[*end + 1] >= '0' && text[*end + 1] <= '9' && is_listed(text + word->start, n);
}

/* Returns the last word of an abbreviation that wrongly ends a sentence, or i. */
static size_t reference_end(struct text_word *w, size_t count, size_t i, const char *text,
                            size_t length)
{
    size_t end, last = i;

    if (!is_reference(&end, &w[i], text, length))
        return i;
    if (w[i].end < end && i + 1 < count)
        last++;
    if (w[last].end != end || !w[last].sentence_end)
        return i;
    w[last].sentence_end = false;
    return last;
}

/* ---- ends of sentences ---- */

static bool all_close(const char *text, const struct text_word *word)
{
    for (size_t at = word->start; at < word->end;) {
        uint32_t c;

        at += (size_t)point_at(&c, text + at, word->end - at);
        if (!closes(c))
            return false;
    }
    return true;
}

static void move_ends(struct text_word *w, size_t count, const char *text)
{
    for (size_t i = 0; i + 1 < count; i++) {
        size_t last = i;

        while (w[i].sentence_end && last + 1 < count && w[last].end == w[last + 1].start &&
               all_close(text, &w[last + 1]))
            last++;
        if (last == i || !w[last].space_after)
            continue;
        for (size_t k = i; k < last; k++)
            w[k].sentence_end = false;
        w[last].sentence_end = w[last].token_end = true;
        i = last;
    }
}

size_t word_rules_apply(struct text_word *words, size_t count, const char *text, size_t length)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        size_t last = handle_end(words, count, i, text, length);

        if (last == i)
            last = reference_end(words, count, i, text, length);
        words[n] = words[i];
        if (last > i)
            join(&words[n], &words[last]);
        n++;
        i = last;
    }
    move_ends(words, n, text);
    return n;
}
