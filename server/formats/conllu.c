/* conllu.c - see conllu.h. */
#include "server/formats/conllu.h"

#include "server/data/text_check.h"
#include "server/formats/json.h"

#include <lstm/tagger.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that malloc() adds to a copy. */
enum { SOURCE_BYTES = 16 };

/* Tokens of the sentence being read; borrowed from the text. */
struct draft {
    struct conllu_field form, upos, xpos;
};
struct reader {
    struct tagged_set *out;
    const struct data_limits *limits;
    struct draft *tokens;
    int count, cap;
    int range_end;      /* last word of the last range in the sentence; 0: none */
    size_t total;       /* tokens in all sentences */
    size_t len;         /* of the text */
    size_t sources;     /* memory of the lines that are kept */
    const char *source; /* first line of the sentence */
    long line;
};

/* ---- lines ---- */

static void split_columns(struct conllu_line *l)
{
    const char *s = l->text.at, *end = s + l->text.len;

    for (;;) {
        const char *tab = memchr(s, '\t', (size_t)(end - s));
        const char *stop = tab ? tab : end;

        if (l->columns < CONLLU_COLUMNS)
            l->column[l->columns] = (struct conllu_field){s, (size_t)(stop - s)};
        l->columns++;
        if (!tab)
            return;
        s = tab + 1;
    }
}

/* A number of at most eight digits from *s on; -1 when there is none. */
static int take_number(const char **s, const char *end)
{
    const char *from = *s;
    int v = 0;

    while (*s < end && **s >= '0' && **s <= '9' && *s - from < 9)
        v = v * 10 + (*(*s)++ - '0');
    return *s > from && *s - from < 9 ? v : -1;
}

/* Reads an ID: "3", "3-4" or "3.1". */
static enum conllu_kind read_id(struct conllu_line *l)
{
    const char *s = l->column[CONLLU_ID].at, *end = s + l->column[CONLLU_ID].len;
    char mark;

    l->first = l->last = take_number(&s, end);
    if (l->first < 0)
        return CONLLU_BAD;
    if (s == end)
        return CONLLU_WORD;
    mark = *s++;
    l->last = take_number(&s, end);
    if (l->last < 0 || s < end)
        return CONLLU_BAD;
    return mark == '-' ? CONLLU_RANGE : mark == '.' ? CONLLU_EMPTY : CONLLU_BAD;
}

bool conllu_next(struct conllu_line *out, const char **s, const char *end)
{
    const char *nl;
    size_t len;

    if (*s >= end)
        return false;
    nl = memchr(*s, '\n', (size_t)(end - *s));
    len = (size_t)((nl ? nl : end) - *s);
    out->text = (struct conllu_field){*s, len};
    *s += len + (nl != NULL);
    if (len > 0 && out->text.at[len - 1] == '\r')
        out->text.len--;
    out->columns = 0;
    if (out->text.len == 0) {
        out->kind = CONLLU_BLANK;
    } else if (out->text.at[0] == '#') {
        out->kind = CONLLU_COMMENT;
    } else {
        split_columns(out);
        out->kind = read_id(out);
    }
    return true;
}

/* ---- reading ---- */

static enum status fail(struct reader *r, enum status st, struct err *e)
{
    err_at_line(e, r->line);
    return st;
}

static bool given(const struct conllu_field *f)
{
    return !(f->len == 1 && f->at[0] == '_');
}

static bool copy_field(char **out, struct tagged_set *t, const struct conllu_field *f)
{
    *out = given(f) ? tagged_set_tag(t, f->at, f->len) : NULL;
    return *out || !given(f);
}

static enum status copy_tokens(struct tagged_sentence *s, struct reader *r, struct err *e)
{
    for (int i = 0; i < r->count; i++) {
        const struct draft *d = &r->tokens[i];

        s->form[i] = tagged_set_text(r->out, d->form.at, d->form.len); /* "_": an underscore */
        if (!s->form[i] || !copy_field(&s->upos[i], r->out, &d->upos) ||
            !copy_field(&s->xpos[i], r->out, &d->xpos))
            return err_nomem(e, 0);
    }
    return ST_OK;
}

/* until: after the blank line that ends the sentence. */
static enum status end_sentence(struct reader *r, const char *until, struct err *e)
{
    struct tagged_sentence *s;
    enum status st;

    if (r->count == 0)
        return ST_OK;
    if (r->range_end > r->count)
        return fail(r,
                    err_set(e, ST_MALFORMED,
                            "the sentence has %d words, but a range that goes up to %d", r->count,
                            r->range_end),
                    e);
    if ((size_t)r->out->count >= r->limits->max_sentences)
        return fail(r,
                    err_set(e, ST_TOO_LARGE, "more than max_sentences = %zu sentences",
                            r->limits->max_sentences),
                    e);
    s = tagged_set_add(r->out, r->count);
    if (!s)
        return err_nomem(e, 0);
    st = copy_tokens(s, r, e);
    if (!st && !(s->source = strndup(r->source, (size_t)(until - r->source))))
        st = err_nomem(e, 0);
    r->sources += (size_t)(until - r->source) + SOURCE_BYTES;
    if (!st && tagged_set_bytes(r->out) + r->sources > data_memory(r->len))
        st = data_too_large(r->len, e);
    r->source = until;
    r->count = 0;
    r->range_end = 0;
    return st;
}

static enum status check_id(struct reader *r, const struct conllu_line *l, struct err *e)
{
    const struct conllu_field *id = &l->column[CONLLU_ID];
    int next = r->count + 1;

    switch (l->kind) {
    case CONLLU_WORD:
        if (l->first == next)
            return ST_OK;
        return err_set(e, ST_MALFORMED, "ID %d comes where %d should; words are numbered from 1",
                       l->first, next);
    case CONLLU_RANGE:
        if (l->first == next && l->last > l->first && l->first > r->range_end)
            return ST_OK;
        return err_set(e, ST_MALFORMED,
                       "the range %d-%d comes where word %d should; a range stands before its "
                       "first word, goes up, and shares no word with another",
                       l->first, l->last, next);
    case CONLLU_EMPTY:
        if (l->first == r->count && l->last > 0)
            return ST_OK;
        return err_set(e, ST_MALFORMED,
                       "the empty node %d.%d comes behind word %d; it must be numbered %d.1, "
                       "%d.2 and on",
                       l->first, l->last, r->count, r->count, r->count);
    default:
        return err_set(e, ST_MALFORMED,
                       "ID '%.*s' is not a word number, a range (1-2) or an empty node (1.1)",
                       (int)(id->len < 40 ? id->len : 40), id->at);
    }
}

static enum status check_field(const struct conllu_line *l, int column, const char *name,
                               struct err *e)
{
    const struct conllu_field *f = &l->column[column];
    size_t max = column == CONLLU_FORM ? TOKEN_LENGTH_MAX : TOKEN_BYTES_MAX;
    enum status st = text_check(f->at, f->len, max, name, e);

    if (st && e)
        e->status = ST_MALFORMED;
    return st ? ST_MALFORMED : ST_OK;
}

static enum status add_word(struct reader *r, const struct conllu_line *l, struct err *e)
{
    enum status st = check_field(l, CONLLU_FORM, "FORM", e);

    if (!st)
        st = check_field(l, CONLLU_UPOS, "UPOS", e);
    if (!st)
        st = check_field(l, CONLLU_XPOS, "XPOS", e);
    if (!st && r->count >= SENTENCE_TOKENS_MAX)
        st = err_set(e, ST_TOO_LARGE, "a sentence has more than %d words", SENTENCE_TOKENS_MAX);
    if (!st && ++r->total > r->limits->max_tokens)
        st = err_set(e, ST_TOO_LARGE, "more than %zu words", r->limits->max_tokens);
    if (st)
        return st;
    if (r->count == r->cap) {
        int cap = r->cap ? r->cap * 2 : 64;
        struct draft *p = reallocarray(r->tokens, (size_t)cap, sizeof(*p));

        if (!p)
            return err_nomem(e, 0);
        r->tokens = p;
        r->cap = cap;
    }
    r->tokens[r->count++] =
        (struct draft){l->column[CONLLU_FORM], l->column[CONLLU_UPOS], l->column[CONLLU_XPOS]};
    return ST_OK;
}

static enum status read_row(struct reader *r, const struct conllu_line *l, struct err *e)
{
    enum status st = ST_OK;

    if (l->columns != CONLLU_COLUMNS)
        st = err_set(e, ST_MALFORMED, "a word has 10 columns separated by tabs; this line has %d",
                     l->columns);
    if (!st)
        st = check_id(r, l, e);
    if (!st && l->kind == CONLLU_WORD)
        st = add_word(r, l, e);
    if (!st && l->kind == CONLLU_RANGE) {
        st = check_field(l, CONLLU_FORM, "FORM", e);
        r->range_end = l->last;
    }
    return st ? fail(r, st, e) : ST_OK;
}

enum status conllu_read(struct tagged_set *out, const char *bytes, size_t len,
                        const struct data_limits *limits, struct err *e)
{
    struct reader r = {.out = out, .limits = limits, .len = len};
    const char *s = bytes, *end = bytes + len;
    struct conllu_line l;
    enum status st;

    tagged_set_init(out);
    if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
        s += 3;
    r.source = s;
    st = text_valid(bytes, len, e);
    while (!st && conllu_next(&l, &s, end)) {
        r.line++;
        if (l.kind == CONLLU_BLANK)
            st = end_sentence(&r, s, e);
        else if (l.kind != CONLLU_COMMENT)
            st = read_row(&r, &l, e);
    }
    if (!st)
        st = end_sentence(&r, end, e);
    if (!st && out->count == 0)
        st = err_set(e, ST_INVALID, "there is no sentence with a word");
    if (!st && r.source < end) { /* comments after the last sentence stay with it */
        struct tagged_sentence *last = &out->items[out->count - 1];
        size_t have = strlen(last->source), more = (size_t)(end - r.source);
        char *p = realloc(last->source, have + more + 1);

        if (!p) {
            st = err_nomem(e, have + more + 1);
        } else {
            memcpy(p + have, r.source, more);
            p[have + more] = '\0';
            last->source = p;
        }
    }
    free(r.tokens);
    if (st)
        tagged_set_release(out);
    return st;
}

/* "_" is the lemma of an underscore only. */
static enum status take_words(struct tagged_set *t, struct tagged_sentence *s, struct err *e)
{
    const char *at = s->source, *end = at + strlen(at);
    struct conllu_line l;
    int k = 0;

    if (!tagged_set_words(t, s))
        return err_nomem(e, 0);
    while (k < s->length && conllu_next(&l, &at, end)) {
        const struct conllu_field *lemma = &l.column[CONLLU_LEMMA],
                                  *feats = &l.column[CONLLU_FEATS];

        if (l.kind != CONLLU_WORD || l.columns != CONLLU_COLUMNS)
            continue;
        s->feats[k] = tagged_set_tag(t, feats->at, feats->len);
        if (given(lemma) || strcmp(s->form[k], "_") == 0)
            s->lemma[k] = tagged_set_tag(t, lemma->at, lemma->len);
        if (!s->feats[k] || (given(lemma) && !s->lemma[k]))
            return err_nomem(e, 0);
        k++;
    }
    return ST_OK;
}

enum status conllu_read_words(struct tagged_set *t, struct err *e)
{
    enum status st = ST_OK;

    for (int i = 0; !st && i < t->count; i++)
        if (t->items[i].source)
            st = take_words(t, &t->items[i], e);
    return st;
}

/* ---- writing ---- */

static const char *or_nothing(const char *s)
{
    return s ? s : "_";
}

/* Writes a word's line with its present tags, lemma and features. line: where it begins; at: where
 * the next one does. */
static void write_line(struct buf *out, const struct tagged_sentence *s, int k,
                       const struct conllu_line *l, const char *line, const char *at)
{
    const char *cell[CONLLU_COLUMNS] = {[CONLLU_UPOS] = or_nothing(s->upos[k]),
                                        [CONLLU_XPOS] = or_nothing(s->xpos[k]),
                                        [CONLLU_LEMMA] = s->lemma ? s->lemma[k] : NULL,
                                        [CONLLU_FEATS] = s->feats ? s->feats[k] : NULL};

    for (int i = 0; i < CONLLU_COLUMNS; i++) {
        if (!cell[i])
            continue;
        buf_add(out, line, (size_t)(l->column[i].at - line));
        buf_puts(out, cell[i]);
        line = l->column[i].at + l->column[i].len;
    }
    buf_add(out, line, (size_t)(at - line));
}

/* Writes the lines that were read, with the present tags. */
static void write_source(struct buf *out, const struct tagged_sentence *s)
{
    const char *at = s->source, *end = at + strlen(at), *line = at;
    struct conllu_line l;
    int k = 0;

    for (; conllu_next(&l, &at, end); line = at) {
        if (l.kind != CONLLU_WORD || l.columns != CONLLU_COLUMNS || k >= s->length)
            buf_add(out, line, (size_t)(at - line));
        else
            write_line(out, s, k++, &l, line, at);
    }
}

/* The number of words, from i on, that are one surface token. */
static int token_length(const struct tagged_sentence *s, int i)
{
    int n = 1;

    while (i + n < s->length && !s->place[i + n - 1].token_end)
        n++;
    return n;
}

/* Escapes white space, bars and backslashes as UDPipe does in MISC. */
static void put_escaped(struct buf *out, const char *s)
{
    static const char special[] = " \t\r\n|\\", letters[] = "strnp\\";

    for (; *s; s++) {
        const char *at = strchr(special, *s);

        if (at)
            buf_printf(out, "\\%c", letters[at - special]);
        else
            buf_add(out, s, 1);
    }
}

/* any: whether MISC has something already. */
static void put_misc(struct buf *out, bool *any, const char *name, const char *text)
{
    if (!text)
        return;
    buf_printf(out, "%s%s=", *any ? "|" : "", name);
    put_escaped(out, text);
    *any = true;
}

/* MISC of the surface token of the words i to last: what the text has beside the forms, and with
 * ranges the code points of the token. */
static void write_misc(struct buf *out, const struct tagged_sentence *s, int i, int last,
                       bool ranges)
{
    const struct word_place *from = &s->place[i], *to = &s->place[last];
    bool any = false, none = !to->space_after || (to->spaces && !to->spaces[0]);

    if (i == 0)
        put_misc(out, &any, "SpacesBefore", from->spaces_before);
    put_misc(out, &any, none ? "SpaceAfter" : "SpacesAfter", none ? "No" : to->spaces);
    if (i == last)
        put_misc(out, &any, "SpacesInToken", to->written);
    if (ranges)
        buf_printf(out, "%sTokenRange=%zu:%zu", any ? "|" : "", from->start, to->end);
    else if (!any)
        buf_puts(out, "_");
}

/* newdoc: a new document begins with the sentence. */
static void write_text(struct buf *out, const struct tagged_sentence *s, int number, bool newdoc)
{
    if (newdoc)
        buf_puts(out, "# newdoc\n");
    if (s->place && s->place[0].newpar)
        buf_puts(out, "# newpar\n");
    buf_printf(out, "# sent_id = %d\n# text = ", number);
    for (int i = 0; i < s->length; i++) {
        buf_puts(out, s->form[i]);
        if (s->place[i].space_after && i + 1 < s->length)
            buf_puts(out, " ");
    }
    buf_puts(out, "\n");
}

static void write_range(struct buf *out, const struct tagged_sentence *s, int i, int n, bool ranges)
{
    buf_printf(out, "%d-%d\t", i + 1, i + n);
    for (int k = i; k < i + n; k++)
        buf_puts(out, s->form[k]);
    buf_puts(out, "\t_\t_\t_\t_\t_\t_\t_\t");
    write_misc(out, s, i, i + n - 1, ranges);
    buf_puts(out, "\n");
}

static void write_words(struct buf *out, const struct tagged_sentence *s, int number, bool newdoc,
                        bool ranges)
{
    int inside = 0; /* words left in a multi-word token */

    if (s->place)
        write_text(out, s, number, newdoc);
    for (int k = 0; k < s->length; k++) {
        if (s->place && inside == 0) {
            inside = token_length(s, k);
            if (inside > 1)
                write_range(out, s, k, inside, ranges);
            else
                inside = 0;
        }
        buf_printf(out, "%d\t%s\t%s\t%s\t%s\t%s\t_\t_\t_\t", k + 1, s->form[k],
                   or_nothing(s->lemma ? s->lemma[k] : NULL), or_nothing(s->upos[k]),
                   or_nothing(s->xpos[k]), or_nothing(s->feats ? s->feats[k] : NULL));
        if (s->place && inside == 0)
            write_misc(out, s, k, k, ranges);
        else
            buf_puts(out, "_");
        buf_puts(out, "\n");
        inside -= inside > 0;
    }
    buf_puts(out, "\n");
}

/* Only the last sentence can lack a blank line after it. */
static bool ends_blank(const struct buf *b)
{
    size_t n = b->len;

    if (n == 0 || b->data[n - 1] != '\n')
        return false;
    n--;
    n -= n > 0 && b->data[n - 1] == '\r';
    return n == 0 || b->data[n - 1] == '\n';
}

static bool begins_document(const struct tagged_set *t, int i)
{
    int document = t->items[i].document;

    return document > 0 && (i == 0 || t->items[i - 1].document != document);
}

static void write_all(struct buf *out, const struct tagged_set *t, int first, bool ranges)
{
    for (int i = 0; i < t->count; i++) {
        if (i + first > 1 && !out->st && !ends_blank(out))
            buf_puts(out, out->data[out->len - 1] == '\n' ? "\n" : "\n\n");
        if (t->items[i].source)
            write_source(out, &t->items[i]);
        else
            write_words(out, &t->items[i], i + first, begins_document(t, i), ranges);
    }
}

void conllu_write_from(struct buf *out, const struct tagged_set *t, int first)
{
    write_all(out, t, first, false);
}

void conllu_write(struct buf *out, const struct tagged_set *t)
{
    write_all(out, t, 1, false);
}

void conllu_write_ranges(struct buf *out, const struct tagged_set *t)
{
    write_all(out, t, 1, true);
}
