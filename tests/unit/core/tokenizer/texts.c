/* texts.c - texts with their words: see texts.h. */
#include "tests/unit/core/tokenizer/texts.h"

#include <check.h>
#include <lstm/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void end_word(struct marked *m, size_t *start, bool token)
{
    if (m->length > *start)
        m->words[m->count++] =
            (struct text_word){.start = *start, .end = m->length, .token_end = token};
    *start = m->length;
}

void marked_init(struct marked *m, const char *marked)
{
    size_t n = strlen(marked);
    size_t start = 0;

    memset(m, 0, sizeof(*m));
    m->text = calloc(n + 1, 1);
    m->words = calloc(n + 1, sizeof(*m->words));
    ck_assert(m->text && m->words);
    for (const char *s = marked; *s; s++) {
        bool inside = *s == '~';

        if (*s == '|' || *s == '/' || *s == '^' || space(*s))
            end_word(m, &start, *s != '/');
        if (*s == '^')
            m->words[m->count - 1].sentence_end = true;
        if (inside)
            s++;
        if (!strchr("|/^", *s)) {
            m->text[m->length++] = *s;
            if (space(*s) && !inside)
                start = m->length;
        }
    }
    end_word(m, &start, true);
}

void marked_release(struct marked *m)
{
    free(m->text);
    free(m->words);
}

struct text_view marked_view(const struct marked *m)
{
    return (struct text_view){m->text, m->length, m->words, m->count};
}

/* Counts code points before byte `until`. The first *at bytes, with *n code points, were counted
 * before. */
static size_t points(size_t *n, size_t *at, const char *s, size_t until)
{
    for (; *at < until; ++*at)
        *n += ((unsigned char)s[*at] & 0xC0) != 0x80;
    return *n;
}

char *marked_show(const char *text, size_t length, const struct text_word *words, size_t count)
{
    char *out = calloc(3 * length + 3, 1), *to = out;
    size_t at = 0, n = 0, counted = 0;

    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < count; i++) {
        const struct text_word *w = &words[i];
        size_t next = i + 1 < count ? words[i + 1].start : length;

        ck_assert(w->start >= at && w->end > w->start && w->end <= length);
        ck_assert_uint_eq(w->first, points(&n, &counted, text, w->start));
        ck_assert_uint_eq(w->last, points(&n, &counted, text, w->end));
        ck_assert(w->space_after == (next > w->end || w->end == length));
        ck_assert(w->token_end || !w->sentence_end);
        for (; at < w->start; at++)
            *to++ = text[at];
        for (; at < w->end; at++) {
            if (space(text[at]))
                *to++ = '~';
            *to++ = text[at];
        }
        if (w->sentence_end)
            *to++ = '^';
        else if (next == w->end)
            *to++ = w->token_end ? '|' : '/';
    }
    for (; at < length; at++)
        *to++ = text[at];
    return out;
}

char *marked_random(int count, unsigned seed)
{
    static const char *const words[] = {"dogs",  "cats",   "do/n't",    "can/not",  "3.14",
                                        "Mr.",   "eat",    "New~ York", "e|-|mail", "看见|了",
                                        "trees", "apples", "Dr.",       "grünen",   "it/'s"};
    static const char *const ends[] = {"|.^", "|!^", "|?^", " .^"};
    static const char *const gaps[] = {" ", " ", " ", "\n", "\n\n"};
    size_t size = (size_t)count * 200 + 1, at = 0;
    char *out = calloc(size, 1);
    struct rng r;

    ck_assert_ptr_nonnull(out);
    rng_seed(&r, seed);
    for (int i = 0; i < count; i++) {
        int length = 2 + (int)rng_below(&r, 8);

        for (int k = 0; k < length; k++)
            at += (size_t)snprintf(out + at, size - at, "%s%s", k ? " " : "",
                                   k ? words[rng_below(&r, 15)] : "We");
        at += (size_t)snprintf(out + at, size - at, "%s%s", ends[rng_below(&r, 4)],
                               gaps[rng_below(&r, 5)]);
    }
    return out;
}
