/* conllu.c - see conllu.h. */
#include "server/formats/conllu.h"

#include "server/formats/json.h"

#include <lstm/tagger.h>
#include <stdlib.h>
#include <string.h>

struct field {
    const char *at;
    size_t len;
};

/* Tokens of the sentence being read; borrowed from the text. */
struct draft {
    struct field form, upos, xpos;
};
struct reader {
    struct tagged_set *out;
    const struct data_limits *limits;
    struct draft *tokens;
    int count, cap;
    size_t total; /* tokens in all sentences */
    long line;
};

static enum status fail(struct reader *r, enum status st, struct err *e)
{
    err_at_line(e, r->line);
    return st;
}

static char *copy_field(const struct field *f)
{
    return f->len == 1 && f->at[0] == '_' ? NULL : strndup(f->at, f->len);
}

static bool given(const struct field *f)
{
    return !(f->len == 1 && f->at[0] == '_');
}

static enum status end_sentence(struct reader *r, struct err *e)
{
    struct tagged_sentence *s;

    if (r->count == 0)
        return ST_OK;
    if ((size_t)r->out->count >= r->limits->max_sentences)
        return fail(r,
                    err_set(e, ST_TOO_LARGE, "more than max_sentences = %zu sentences",
                            r->limits->max_sentences),
                    e);
    s = tagged_set_add(r->out, r->count);
    if (!s)
        return err_nomem(e, 0);
    for (int i = 0; i < r->count; i++) {
        const struct draft *d = &r->tokens[i];

        s->form[i] = strndup(d->form.at, d->form.len); /* a token "_" is an underscore */
        s->upos[i] = copy_field(&d->upos);
        s->xpos[i] = copy_field(&d->xpos);
        if (!s->form[i] || (given(&d->upos) && !s->upos[i]) || (given(&d->xpos) && !s->xpos[i]))
            return err_nomem(e, 0);
    }
    r->count = 0;
    return ST_OK;
}

static int split_fields(struct field f[10], const char *s, size_t len)
{
    const char *end = s + len;
    int n = 0;

    for (;;) {
        const char *tab = memchr(s, '\t', (size_t)(end - s));
        const char *stop = tab ? tab : end;

        if (n < 10)
            f[n] = (struct field){s, (size_t)(stop - s)};
        n++;
        if (!tab)
            return n;
        s = tab + 1;
    }
}

/* A range "1-2" or an empty node "1.1", which are skipped. */
static bool skipped_id(const struct field *id)
{
    size_t a = 0, b;

    while (a < id->len && id->at[a] >= '0' && id->at[a] <= '9')
        a++;
    if (a == 0 || a == id->len || (id->at[a] != '-' && id->at[a] != '.'))
        return false;
    b = a + 1;
    while (b < id->len && id->at[b] >= '0' && id->at[b] <= '9')
        b++;
    return b > a + 1 && b == id->len;
}

static enum status check_id(const struct reader *r, const struct field *id, struct err *e)
{
    long v = 0;

    for (size_t i = 0; i < id->len; i++) {
        if (id->at[i] < '0' || id->at[i] > '9' || i > 8)
            return err_set(e, ST_MALFORMED,
                           "ID '%.*s' is not a word number, a range (1-2) or an empty node (1.1)",
                           (int)(id->len < 40 ? id->len : 40), id->at);
        v = v * 10 + (id->at[i] - '0');
    }
    if (v != r->count + 1)
        return err_set(e, ST_MALFORMED, "ID %ld comes where %d should; words are numbered from 1",
                       v, r->count + 1);
    return ST_OK;
}

static enum status check_fields(const struct field *f, struct err *e)
{
    enum status st = text_check(f[1].at, f[1].len, TOKEN_BYTES_MAX, "FORM", e);

    if (!st)
        st = text_check(f[3].at, f[3].len, TOKEN_BYTES_MAX, "UPOS", e);
    if (!st)
        st = text_check(f[4].at, f[4].len, TOKEN_BYTES_MAX, "XPOS", e);
    if (st && e)
        e->status = ST_MALFORMED;
    return st ? ST_MALFORMED : ST_OK;
}

static enum status add_token(struct reader *r, const struct field *f, struct err *e)
{
    enum status st = check_id(r, &f[0], e);

    if (!st)
        st = check_fields(f, e);
    if (!st && r->count >= SENTENCE_TOKENS_MAX)
        st = err_set(e, ST_TOO_LARGE, "a sentence has more than %d words", SENTENCE_TOKENS_MAX);
    if (!st && ++r->total > r->limits->max_tokens)
        st = err_set(e, ST_TOO_LARGE, "more than %zu words", r->limits->max_tokens);
    if (st)
        return fail(r, st, e);
    if (r->count == r->cap) {
        int cap = r->cap ? r->cap * 2 : 64;
        struct draft *p = reallocarray(r->tokens, (size_t)cap, sizeof(*p));

        if (!p)
            return err_nomem(e, 0);
        r->tokens = p;
        r->cap = cap;
    }
    r->tokens[r->count++] = (struct draft){f[1], f[3], f[4]};
    return ST_OK;
}

static enum status read_line(struct reader *r, const char *s, size_t len, struct err *e)
{
    struct field f[10];
    int n;

    if (len > 0 && s[len - 1] == '\r')
        len--;
    if (len == 0)
        return end_sentence(r, e);
    if (s[0] == '#')
        return ST_OK;
    n = split_fields(f, s, len);
    if (n != 10)
        return fail(r,
                    err_set(e, ST_MALFORMED,
                            "a word has 10 columns separated by tabs; this line has %d", n),
                    e);
    return skipped_id(&f[0]) ? ST_OK : add_token(r, f, e);
}

enum status conllu_read(struct tagged_set *out, const char *bytes, size_t len,
                        const struct data_limits *limits, struct err *e)
{
    struct reader r = {.out = out, .limits = limits};
    const char *s = bytes, *end = bytes + len;
    enum status st;

    tagged_set_init(out);
    if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
        s += 3;
    st = text_valid(bytes, len, e);
    while (!st && s < end) {
        const char *nl = memchr(s, '\n', (size_t)(end - s));
        const char *stop = nl ? nl : end;

        r.line++;
        st = read_line(&r, s, (size_t)(stop - s), e);
        s = nl ? nl + 1 : end;
    }
    if (!st)
        st = end_sentence(&r, e);
    if (!st && out->count == 0)
        st = err_set(e, ST_INVALID, "there is no sentence with a word");
    free(r.tokens);
    if (st)
        tagged_set_release(out);
    return st;
}

void conllu_write(struct buf *out, const struct tagged_set *t)
{
    for (int i = 0; i < t->count; i++) {
        const struct tagged_sentence *s = &t->items[i];

        for (int k = 0; k < s->length; k++)
            buf_printf(out, "%d\t%s\t_\t%s\t%s\t_\t_\t_\t_\t_\n", k + 1, s->form[k],
                       s->upos[k] ? s->upos[k] : "_", s->xpos[k] ? s->xpos[k] : "_");
        buf_puts(out, "\n");
    }
}
