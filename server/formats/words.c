/* words.c - see words.h. */
#include "server/formats/words.h"

#include "server/data/text_check.h"
#include "server/formats/json.h"

#include <lstm/tagger.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

const char *const text_inputs[] = {"text", "sentences", "words", "vertical", NULL};

struct splitter {
    struct tagged_set *out;
    const char *text;
    size_t len;
    const struct data_limits *limits;
    struct text_word *words; /* owned */
    size_t count, cap;
    size_t line_at; /* byte at which line was counted */
    long line;
};

static bool ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Length of the white space character at s, 0 when there is none. */
static size_t space_at(const char *s, size_t n)
{
    ucs4_t c;
    int len;

    if ((unsigned char)s[0] < 0x80)
        return ascii_space(s[0]);
    len = u8_mbtoucr(&c, (const uint8_t *)s, n);
    return len > 0 && uc_is_property_white_space(c) ? (size_t)len : 0;
}

/* Adds the line of byte `at` to an error. Calls must come in the order of the bytes. */
static enum status fail(struct splitter *s, size_t at, enum status st, struct err *e)
{
    for (; s->line_at < at; s->line_at++)
        s->line += s->text[s->line_at] == '\n';
    err_at_line(e, s->line + 1);
    return st;
}

/* ---- text that is already split ---- */

static enum status add_word(struct splitter *s, size_t start, size_t end, struct err *e)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 64;
        struct text_word *p = reallocarray(s->words, cap, sizeof(*p));

        if (!p)
            return err_nomem(e, cap * sizeof(*p));
        s->words = p;
        s->cap = cap;
    }
    s->words[s->count++] = (struct text_word){.start = start, .end = end, .token_end = true};
    return ST_OK;
}

/* Adds the words of the line [at, end), which white space separates. */
static enum status add_line(struct splitter *s, size_t at, size_t end, struct err *e)
{
    size_t before = s->count;
    enum status st = ST_OK;

    while (!st && at < end) {
        size_t start = at, space = 0;

        while (at < end && (space = space_at(s->text + at, end - at)) == 0)
            at++;
        if (at > start)
            st = add_word(s, start, at, e);
        at += space;
    }
    if (s->count > before)
        s->words[s->count - 1].sentence_end = true;
    return st;
}

/* Takes the line [at, end) as a word; a blank one ends a sentence. */
static enum status add_vertical(struct splitter *s, size_t at, size_t end, struct err *e)
{
    size_t space;

    while (at < end && (space = space_at(s->text + at, end - at)) > 0)
        at += space;
    while (end > at && ascii_space(s->text[end - 1]))
        end--;
    if (at < end)
        return add_word(s, at, end, e);
    if (s->count > 0)
        s->words[s->count - 1].sentence_end = true;
    return ST_OK;
}

static enum status take_lines(struct splitter *s, bool vertical, struct err *e)
{
    enum status st = ST_OK;

    for (size_t at = 0; !st && at < s->len;) {
        const char *nl = memchr(s->text + at, '\n', s->len - at);
        size_t end = nl ? (size_t)(nl - s->text) : s->len;

        st = vertical ? add_vertical(s, at, end, e) : add_line(s, at, end, e);
        at = end + 1;
    }
    if (s->count > 0)
        s->words[s->count - 1].sentence_end = true;
    return st;
}

/* ---- text that is not split ---- */

/* Makes sentences end at line ends, and nowhere else. */
static void join_lines(struct splitter *s)
{
    for (size_t i = 0; i + 1 < s->count; i++)
        s->words[i].sentence_end = memchr(s->text + s->words[i].end, '\n',
                                          s->words[i + 1].start - s->words[i].end) != NULL;
}

static enum status split(struct splitter *s, enum text_input input, const struct tokenizer *t,
                         struct err *e)
{
    bool lines = input == INPUT_SENTENCES;
    enum status st;

    if (input == INPUT_WORDS || input == INPUT_VERTICAL)
        return take_lines(s, input == INPUT_VERTICAL, e);
    st = t ? tokenize(&s->words, &s->count, t, s->text, s->len, lines, e)
           : rule_tokenize(&s->words, &s->count, s->text, s->len, true, e);
    if (!st && lines)
        join_lines(s);
    return st;
}

/* ---- sentences ---- */

/* Copies the word at w; each white space inside becomes a space, so there is no line end. *out is
 * new. */
static enum status copy_form(char **out, struct splitter *s, const struct text_word *w,
                             struct err *e)
{
    size_t n = w->end - w->start, len = 0;
    char *form = tagged_set_text(s->out, s->text + w->start, n);
    enum status st;

    if (!form)
        return err_nomem(e, n + 1);
    *out = form;
    for (size_t at = w->start; at < w->end;) {
        size_t space = space_at(s->text + at, w->end - at);

        if (space == 0)
            form[len++] = s->text[at++];
        else if (len > 0 && form[len - 1] != ' ')
            form[len++] = ' ';
        at += space;
    }
    form[len] = '\0';
    st = text_check(form, len, TOKEN_LENGTH_MAX, "token", e);
    return st ? fail(s, w->start, st, e) : ST_OK;
}

/* The line ends in white space, counted up to two. */
static int line_ends(const char *s, size_t n)
{
    int lines = 0;

    for (size_t i = 0; i < n && lines < 2; i++)
        lines += s[i] == '\n' || (s[i] == '\r' && (i + 1 == n || s[i + 1] != '\n'));
    return lines;
}

/* Keeps what the text has between the words, and in them, beside their forms. */
static enum status keep_spaces(struct word_place *p, struct splitter *s, const struct text_word *w,
                               const char *form, struct err *e)
{
    bool last = w + 1 == s->words + s->count;
    const char *after = s->text + w->end, *word = s->text + w->start;
    size_t n = (last ? s->len : w[1].start) - w->end, length = w->end - w->start;
    bool usual = last ? n == 1 && after[0] == ' ' : n == 0 || (n == 1 && after[0] == ' ');
    bool same = strlen(form) == length && memcmp(form, word, length) == 0;

    p->spaces = usual ? NULL : tagged_set_text(s->out, after, n);
    p->written = same ? NULL : tagged_set_text(s->out, word, length);
    return (usual || p->spaces) && (same || p->written) ? ST_OK : err_nomem(e, n + length);
}

/* Marks what is before the first word, and a paragraph after another. */
static enum status keep_beginning(struct tagged_sentence *t, struct splitter *s,
                                  const struct text_word *w, struct err *e)
{
    bool first = w == s->words;

    t->place[0].newpar = !first && line_ends(s->text + w[-1].end, w->start - w[-1].end) > 1;
    if (!first || w->start == 0)
        return ST_OK;
    t->place[0].spaces_before = tagged_set_text(s->out, s->text, w->start);
    return t->place[0].spaces_before ? ST_OK : err_nomem(e, w->start);
}

static enum status add_sentence(struct splitter *s, const struct text_word *w, size_t n,
                                bool places, struct err *e)
{
    struct tagged_sentence *t;
    enum status st = ST_OK;

    if (n > SENTENCE_TOKENS_MAX)
        return fail(s, w->start,
                    err_set(e, ST_TOO_LARGE, "a sentence has %zu tokens; it may have %d", n,
                            SENTENCE_TOKENS_MAX),
                    e);
    t = tagged_set_add(s->out, (int)n);
    if (!t)
        return err_nomem(e, 0);
    t->place = places ? calloc(n, sizeof(*t->place)) : NULL;
    if (places && !t->place)
        return err_nomem(e, n * sizeof(*t->place));
    for (size_t i = 0; !st && i < n; i++) {
        st = copy_form(&t->form[i], s, &w[i], e);
        if (st || !places)
            continue;
        t->place[i] = (struct word_place){.start = w[i].first,
                                          .end = w[i].last,
                                          .space_after = w[i].space_after,
                                          .token_end = w[i].token_end,
                                          .start_byte = w[i].start,
                                          .end_byte = w[i].end};
        st = keep_spaces(&t->place[i], s, &w[i], t->form[i], e);
    }
    return !st && places ? keep_beginning(t, s, w, e) : st;
}

static enum status add_sentences(struct splitter *s, bool places, struct err *e)
{
    enum status st = ST_OK;

    if (s->count > s->limits->max_tokens)
        return err_set(e, ST_TOO_LARGE, "the text has %zu tokens; it may have %zu", s->count,
                       s->limits->max_tokens);
    for (size_t i = 0, from = 0; !st && i < s->count; i++) {
        if (!s->words[i].sentence_end)
            continue;
        st = add_sentence(s, s->words + from, i + 1 - from, places, e);
        from = i + 1;
    }
    return st;
}

enum status words_split(struct tagged_set *out, const char *text, size_t len, enum text_input input,
                        const struct tokenizer *t, const struct data_limits *limits, struct err *e)
{
    struct splitter s = {.out = out, .text = text, .len = len, .limits = limits};
    enum status st = text_valid(text, len, e);

    tagged_set_init(out);
    if (!st)
        st = split(&s, input, t, e);
    if (!st)
        st = add_sentences(&s, input == INPUT_TEXT || input == INPUT_SENTENCES, e);
    free(s.words);
    if (st)
        tagged_set_release(out);
    return st;
}
