/* rule_tokenizer.c - splits text by rules alone: rule_tokenize() of <lstm/tokenizer.h>.
 *
 * Word boundaries are those of Unicode Standard Annex #29, as GNU libunistring computes them. They
 * never cross a line end, so the text is processed one line at a time. */
#include "core/tokenizer/tokenizer_model.h"

#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <uniwbrk.h>
#include <uniwidth.h>

struct splitter {
    const char *text;
    size_t length;
    size_t point;   /* code points in the first `counted` bytes */
    size_t counted; /* bytes before the word that is added next */
    char *breaks;
    size_t breaks_capacity;
    struct text_word *words;
    size_t count, capacity;
};

static enum status add_word(struct splitter *s, size_t start, size_t end, struct err *e)
{
    size_t want = s->capacity ? s->capacity + s->capacity / 2 : 64;
    struct text_word *w;

    if (!s->words || s->count == s->capacity) {
        w = reallocarray(s->words, want, sizeof(*w));
        if (!w) {
            err_nomem(e, want * sizeof(*w));
            return ST_NOMEM;
        }
        s->words = w;
        s->capacity = want;
    }
    w = &s->words[s->count++];
    *w = (struct text_word){.start = start, .end = end, .token_end = true};
    for (; s->counted < start; s->counted++)
        s->point += ((unsigned char)s->text[s->counted] & 0xC0) != 0x80;
    w->first = s->point;
    for (; s->counted < end; s->counted++)
        s->point += ((unsigned char)s->text[s->counted] & 0xC0) != 0x80;
    w->last = s->point;
    return ST_OK;
}

/* Returns the first byte from start on that is (or is not) white space; end when there is none. */
static size_t find_space(const char *text, size_t start, size_t end, bool space)
{
    while (start < end) {
        uint32_t c;
        int n = point_at(&c, text + start, end - start);

        if (space_point(c) == space)
            break;
        start += (size_t)n;
    }
    return start;
}

/* Adds the words between two word boundaries. There may be several, since the annex has words with
 * U+202F inside. */
static enum status add_segment(struct splitter *s, size_t start, size_t end, struct err *e)
{
    enum status st = ST_OK;

    while (!st) {
        size_t stop;

        start = find_space(s->text, start, end, false);
        if (start == end)
            break;
        stop = find_space(s->text, start, end, true);
        st = add_word(s, start, stop, e);
        start = stop;
    }
    return st;
}

static enum status add_line(struct splitter *s, size_t from, size_t until, struct err *e)
{
    size_t n = until - from;
    size_t start = from;
    enum status st = ST_OK;

    if (!s->breaks || n + 1 > s->breaks_capacity) {
        free(s->breaks);
        s->breaks_capacity = 0;
        s->breaks = calloc(n + 1, 1);
        if (!s->breaks)
            return err_nomem(e, n + 1);
        s->breaks_capacity = n + 1;
    }
    u8_wordbreaks((const uint8_t *)s->text + from, n, s->breaks);
    for (size_t at = from + 1; !st && at <= until; at++) {
        if (at < until && !s->breaks[at - from])
            continue;
        st = add_segment(s, start, at, e);
        start = at;
    }
    return st;
}

/* ---- sentences ---- */

static uint32_t first_point(const struct splitter *s, size_t word)
{
    uint32_t c;

    point_at(&c, s->text + s->words[word].start, s->words[word].end - s->words[word].start);
    return c;
}

static bool terminal(uint32_t c)
{
    return uc_is_property_sentence_terminal(c);
}

/* Quotes of every shape: in some languages the opening one of others closes. */
static bool closing(uint32_t c)
{
    return c == '"' || c == '\'' ||
           uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Pe | UC_CATEGORY_MASK_Pi |
                                                   UC_CATEGORY_MASK_Pf);
}

/* Whether the full stop follows an initial: a letter alone, as in "J. Smith". */
static bool initial(const struct splitter *s, size_t stop)
{
    const struct text_word *w;

    if (stop == 0 || first_point(s, stop) != '.')
        return false;
    w = &s->words[stop - 1];
    return w->end == s->words[stop].start && w->last - w->first == 1 &&
           uc_is_general_category(first_point(s, stop - 1), UC_UPPERCASE_LETTER);
}

/* Line ends between two words: 0, 1, or 2 for more. */
static int lines_between(const struct splitter *s, size_t a, size_t b)
{
    int lines = 0;

    for (size_t i = a; i < b && lines < 2; i++)
        lines += s->text[i] == '\n' || (s->text[i] == '\r' && s->text[i + 1] != '\n');
    return lines;
}

/* Returns whether a sentence ends after word `last`. Word i is its terminal mark, as a full stop,
 * and the words from i to `last` belong to the end. */
static bool ends_sentence(const struct splitter *s, size_t i, size_t last)
{
    uint32_t next;

    if (last + 1 == s->count || uc_width(first_point(s, i), "UTF-8") == 2)
        return true;
    if (s->words[last].end == s->words[last + 1].start || initial(s, i))
        return false;
    next = first_point(s, last + 1);
    return !uc_is_property_lowercase(next);
}

static void mark_lines(struct splitter *s, bool lines)
{
    for (size_t i = 0; i < s->count; i++) {
        struct text_word *w = &s->words[i];
        size_t next = i + 1 < s->count ? s->words[i + 1].start : s->length;

        w->space_after = next > w->end || i + 1 == s->count;
        w->sentence_end = i + 1 == s->count || lines_between(s, w->end, next) > (lines ? 0 : 1);
    }
}

static void mark_sentences(struct splitter *s)
{
    for (size_t i = 0; i < s->count; i++) {
        size_t last = i;

        if (!terminal(first_point(s, i)))
            continue;
        while (last + 1 < s->count && s->words[last].end == s->words[last + 1].start &&
               (terminal(first_point(s, last + 1)) || closing(first_point(s, last + 1))))
            last++;
        if (ends_sentence(s, i, last))
            s->words[last].sentence_end = true;
        i = last;
    }
}

enum status rule_tokenize(struct text_word **words, size_t *count, const char *text, size_t length,
                          bool lines, struct err *e)
{
    struct splitter s = {.text = text, .length = length};
    enum status st = tokenizer_check_text(text, length, e);
    size_t from = 0;

    s.words = st ? NULL : calloc(64, sizeof(*s.words));
    s.capacity = 64;
    if (!st && !s.words)
        st = err_nomem(e, 0);
    while (!st && from < length) {
        const char *nl = memchr(text + from, '\n', length - from);
        size_t until = nl ? (size_t)(nl - text) + 1 : length;

        st = add_line(&s, from, until, e);
        from = until;
    }
    free(s.breaks);
    if (st) {
        free(s.words);
        return st;
    }
    mark_lines(&s, lines);
    mark_sentences(&s);
    *words = s.words;
    *count = s.count;
    return ST_OK;
}
