/* raw_text.c - see raw_text.h. */
#include "server/formats/raw_text.h"

#include "server/formats/conllu.h"
#include <lstm/buf.h>

#include <stdlib.h>
#include <string.h>

struct builder {
    struct documents *out;
    struct buf text; /* of the present document */
    struct text_word *words;
    size_t count, cap;
    bool space; /* white space precedes the next token */
};

static enum status add_word(struct builder *b, size_t start, size_t end, bool token_end,
                            struct err *e)
{
    if (b->count == b->cap) {
        size_t cap = b->cap ? b->cap + b->cap / 2 : 256;
        struct text_word *p = reallocarray(b->words, cap, sizeof(*p));

        if (!p)
            return err_nomem(e, cap * sizeof(*p));
        b->words = p;
        b->cap = cap;
    }
    b->words[b->count++] = (struct text_word){.start = start, .end = end, .token_end = token_end};
    return ST_OK;
}

static enum status end_document(struct builder *b, struct err *e)
{
    struct documents *d = b->out;
    struct text_view v = {.words = b->words, .count = b->count};
    char *text = NULL;
    enum status st;

    if (b->count == 0)
        return ST_OK;
    if (d->count == d->cap) {
        int cap = d->cap ? 2 * d->cap : 16;
        struct text_view *p = reallocarray(d->items, (size_t)cap, sizeof(*p));

        if (!p)
            return err_nomem(e, 0);
        d->items = p;
        d->cap = cap;
    }
    st = buf_take(&b->text, &text, &v.length, e);
    if (st)
        return st;
    v.text = text;
    d->items[d->count++] = v; /* moved */
    b->words = NULL;
    b->count = b->cap = 0;
    return ST_OK;
}

static bool comment_is(const struct conllu_line *l, const char *name)
{
    const char *s = l->text.at + 1, *end = l->text.at + l->text.len;
    size_t n = strlen(name);

    while (s < end && *s == ' ')
        s++;
    return (size_t)(end - s) >= n && memcmp(s, name, n) == 0 &&
           ((size_t)(end - s) == n || s[n] == ' ' || s[n] == '=');
}

static bool space_after(const struct conllu_line *l)
{
    static const char no[] = "SpaceAfter=No";
    const char *s = l->column[CONLLU_MISC].at, *end = s + l->column[CONLLU_MISC].len;

    while (s < end) {
        const char *bar = memchr(s, '|', (size_t)(end - s));
        const char *stop = bar ? bar : end;

        if ((size_t)(stop - s) == sizeof(no) - 1 && memcmp(s, no, sizeof(no) - 1) == 0)
            return false;
        s = stop + 1;
    }
    return true;
}

/* The place of a sentence in its text, from its CoNLL-U lines. */
struct marks {
    bool newdoc, newpar, spaces_known;
};

static struct marks find_marks(const char *source)
{
    const char *end = source + strlen(source);
    struct conllu_line l;
    struct marks m = {0};

    while (conllu_next(&l, &source, end)) {
        if (l.kind == CONLLU_COMMENT) {
            m.newdoc = m.newdoc || comment_is(&l, "newdoc");
            m.newpar = m.newpar || comment_is(&l, "newpar");
            m.spaces_known = m.spaces_known || comment_is(&l, "text");
        } else if (l.columns == CONLLU_COLUMNS) {
            m.spaces_known = m.spaces_known || !space_after(&l);
        }
    }
    return m;
}

/* Whether the forms of the words first to last, joined, make up the surface token. */
static bool side_by_side(const struct tagged_sentence *s, const struct conllu_line *range)
{
    const char *at = range->column[CONLLU_FORM].at;
    size_t left = range->column[CONLLU_FORM].len;

    if (range->first < 1 || range->last > s->length)
        return false;
    for (int k = range->first; k <= range->last; k++) {
        size_t n = strlen(s->form[k - 1]);

        if (n > left || memcmp(at, s->form[k - 1], n) != 0)
            return false;
        at += n;
        left -= n;
    }
    return left == 0;
}

/* Adds a surface token: a word, or the range of words in line l. */
static enum status add_token(struct builder *b, const struct tagged_sentence *s,
                             const struct conllu_line *l, struct err *e)
{
    size_t start;
    enum status st = ST_OK;

    if (b->space)
        buf_puts(&b->text, " ");
    start = b->text.len;
    buf_add(&b->text, l->column[CONLLU_FORM].at, l->column[CONLLU_FORM].len);
    if (l->kind != CONLLU_RANGE || !side_by_side(s, l)) {
        st = add_word(b, start, b->text.len, true, e);
    } else {
        for (int k = l->first; !st && k <= l->last; k++) {
            size_t end = start + strlen(s->form[k - 1]);

            st = add_word(b, start, end, k == l->last, e);
            start = end;
        }
    }
    b->space = space_after(l);
    return st ? st : buf_status(&b->text, e);
}

static enum status add_sentence(struct builder *b, const struct tagged_sentence *s, struct err *e)
{
    const char *at = s->source, *end;
    struct marks m = {0};
    struct conllu_line l;
    int inside = 0; /* last word of the present range */
    enum status st = ST_OK;

    if (at)
        m = find_marks(at);
    if (!m.spaces_known)
        return ST_OK;
    if (m.newdoc)
        st = end_document(b, e);
    if (b->count > 0 && m.newpar) {
        buf_puts(&b->text, "\n\n");
        b->space = false;
    }
    b->space = b->space && b->count > 0;
    end = at + strlen(at);
    while (!st && conllu_next(&l, &at, end)) {
        if (l.columns != CONLLU_COLUMNS || (l.kind != CONLLU_RANGE && l.kind != CONLLU_WORD) ||
            (l.kind == CONLLU_WORD && l.first <= inside))
            continue;
        if (l.kind == CONLLU_RANGE)
            inside = l.last;
        st = add_token(b, s, &l, e);
    }
    if (!st && b->count > 0)
        b->words[b->count - 1].sentence_end = true;
    return st;
}

enum status documents_init(struct documents *out, const struct tagged_set *set, int first,
                           int count, struct err *e)
{
    struct builder b = {.out = out};
    enum status st = ST_OK;

    *out = (struct documents){0};
    buf_init(&b.text, TOKENIZER_TEXT_MAX);
    for (int i = first; !st && i < first + count; i++)
        st = add_sentence(&b, &set->items[i], e);
    if (!st)
        st = end_document(&b, e);
    buf_release(&b.text);
    free(b.words);
    if (st)
        documents_release(out);
    return st;
}

void documents_release(struct documents *d)
{
    for (int i = 0; i < d->count; i++) {
        free((char *)d->items[i].text);
        free((struct text_word *)d->items[i].words);
    }
    free(d->items);
    *d = (struct documents){0};
}
