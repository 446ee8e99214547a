/* words.c - see words.h. */
#include "server/formats/words.h"

#include "server/formats/json.h"

#include <lstm/tagger.h>
#include <stdlib.h>
#include <string.h>

/* A token as a piece of the text. */
struct span {
    const char *at;
    size_t len;
};
struct spans {
    struct span *items;
    size_t count, cap;
};

/* Length of the white space character at s, 0 when there is none. */
static size_t space_at(const char *s)
{
    const unsigned char *u = (const unsigned char *)s;

    if (u[0] == ' ' || u[0] == '\t' || u[0] == '\r' || u[0] == '\f' || u[0] == '\v')
        return 1;
    if (u[0] == 0xC2 && u[1] == 0xA0)
        return 2;
    if (u[0] == 0xE2 && u[1] == 0x80 && ((u[2] >= 0x80 && u[2] <= 0x8A) || u[2] == 0xAF))
        return 3;
    if ((u[0] == 0xE2 && u[1] == 0x81 && u[2] == 0x9F) ||
        (u[0] == 0xE3 && u[1] == 0x80 && u[2] == 0x80))
        return 3;
    return 0;
}

static bool punctuation(char c)
{
    return c > 0x20 && c < 0x7f && strchr("!\"'(),-./:;?[]{}<>`*_", c) != NULL;
}

static enum status spans_add(struct spans *v, const char *at, size_t len, struct err *e)
{
    if (v->count == v->cap) {
        size_t cap = v->cap ? v->cap * 2 : 64;
        struct span *p = realloc(v->items, cap * sizeof(*p));

        if (!p)
            return err_nomem(e, cap * sizeof(*p));
        v->items = p;
        v->cap = cap;
    }
    v->items[v->count++] = (struct span){at, len};
    return ST_OK;
}

/* Splits the punctuation around one word off; a word of nothing but punctuation stays whole. */
static enum status add_word(struct spans *v, const char *s, size_t n, struct err *e)
{
    size_t head = 0, tail = n;
    enum status st = ST_OK;

    while (head < n && punctuation(s[head]))
        head++;
    if (head == n)
        return spans_add(v, s, n, e);
    while (tail > head && punctuation(s[tail - 1]))
        tail--;
    for (size_t i = 0; !st && i < head; i++)
        st = spans_add(v, s + i, 1, e);
    if (!st)
        st = spans_add(v, s + head, tail - head, e);
    for (size_t i = tail; !st && i < n; i++)
        st = spans_add(v, s + i, 1, e);
    return st;
}

static enum status split_line(struct spans *v, const char *s, const char *end, struct err *e)
{
    enum status st = ST_OK;

    while (!st && s < end) {
        const char *word = s;
        size_t space = 0;

        while (s < end && (space = space_at(s)) == 0)
            s++;
        if (s > word)
            st = add_word(v, word, (size_t)(s - word), e);
        s += space;
    }
    return st;
}

static enum status add_sentence(struct tagged_set *out, const struct spans *v, struct err *e)
{
    struct tagged_sentence *t;
    enum status st = ST_OK;

    if (v->count > SENTENCE_TOKENS_MAX)
        return err_set(e, ST_TOO_LARGE, "a line has %zu tokens; a sentence has at most %d",
                       v->count, SENTENCE_TOKENS_MAX);
    t = tagged_set_add(out, (int)v->count);
    if (!t)
        return err_nomem(e, 0);
    for (size_t i = 0; !st && i < v->count; i++) {
        st = text_check(v->items[i].at, v->items[i].len, TOKEN_BYTES_MAX, "token", e);
        if (!st) {
            t->form[i] = strndup(v->items[i].at, v->items[i].len);
            if (!t->form[i])
                st = err_nomem(e, v->items[i].len);
        }
    }
    return st;
}

enum status words_split(struct tagged_set *out, const char *text, const struct data_limits *limits,
                        struct err *e)
{
    struct spans v = {0};
    size_t tokens = 0;
    enum status st = ST_OK;

    tagged_set_init(out);
    if (!utf8_valid(text, strlen(text)))
        st = err_set(e, ST_MALFORMED, "the text is not valid UTF-8");
    while (!st && *text) {
        const char *end = strchrnul(text, '\n');

        v.count = 0;
        st = split_line(&v, text, end, e);
        tokens += v.count;
        if (!st && tokens > limits->max_tokens)
            st = err_set(e, ST_TOO_LARGE, "the text has more than %zu tokens", limits->max_tokens);
        if (!st && v.count > 0)
            st = add_sentence(out, &v, e);
        text = *end ? end + 1 : end;
    }
    if (!st && out->count == 0)
        st = err_set(e, ST_INVALID, "the text has no word to tag");
    free(v.items);
    if (st)
        tagged_set_release(out);
    return st;
}
