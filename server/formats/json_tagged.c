/* json_tagged.c - reads sentences out of the text of a document; see json.h. */
#include "server/formats/json.h"
#include "server/formats/json_members.h"

#include <lstm/tagger.h>
#include <stdio.h>
#include <string.h>

enum member { TOKENS, TAGS, UPOS, XPOS, NUM_MEMBERS };
static const char *const member_names[] = {"tokens", "tags", "upos", "xpos", NULL};

struct tagged_reader {
    struct tagged_set *out;
    struct buf text; /* the string that was read last */
    size_t len;      /* of the text */
    size_t tokens;
    struct err *e;
};

/* The string at *p into r->text, checked. */
static enum status read_string(struct tagged_reader *r, const char **p, size_t max,
                               const char *what)
{
    json_string(&r->text, p);
    if (r->text.st)
        return err_nomem(r->e, 0);
    return text_check(r->text.data, r->text.len, max, what, r->e);
}

static enum status read_tag(char **out, struct tagged_reader *r, const char **p)
{
    enum status st;

    if (**p == 'n') {
        (void)json_skip(p);
        return ST_OK;
    }
    if (**p != '"')
        return err_set(r->e, ST_INVALID, "a tag must be a string, or null where it is not known");
    st = read_string(r, p, TOKEN_BYTES_MAX, "tag");
    if (!st && !*out && !(*out = tagged_set_tag(r->out, r->text.data, r->text.len)))
        st = err_nomem(r->e, 0);
    return st;
}

/* p: NULL when the sentence has no such member. */
static enum status read_tags(char **out, struct tagged_reader *r, const char *p, const char *place,
                             enum member m, int n)
{
    const char *count = p;
    enum status st = ST_OK;
    int i = 0;

    if (!p || *p == 'n')
        return ST_OK;
    if (*p != '[' || json_count(&count) != (size_t)n) {
        err_set(r->e, ST_INVALID, "%s must be a list of %d tags, one a token", member_names[m], n);
        return err_at(r->e, "%s/%s", place, member_names[m]);
    }
    for (bool more = json_first(&p); more; more = json_more(&p)) {
        st = read_tag(&out[i], r, &p);
        if (st) {
            err_at(r->e, "%s/%s/%d", place, member_names[m], i);
            return st;
        }
        i++;
    }
    return ST_OK;
}

static enum status read_token(char **out, struct tagged_reader *r, const char **p)
{
    enum status st;

    if (**p != '"')
        return err_set(r->e, ST_INVALID, "a token must be a string");
    st = read_string(r, p, TOKEN_LENGTH_MAX, "token");
    if (!st && !(*out = tagged_set_text(r->out, r->text.data, r->text.len)))
        st = err_nomem(r->e, 0);
    return st;
}

static enum status read_tokens(struct tagged_reader *r, const char *const *member,
                               const char *place)
{
    const char *p = member[TOKENS], *count = p;
    size_t n = p && *p == '[' ? json_count(&count) : 0;
    struct tagged_sentence *s;
    enum status st = ST_OK;
    int i = 0;

    if (n < 1 || n > SENTENCE_TOKENS_MAX) {
        err_set(r->e, ST_INVALID, "tokens must be a list of 1 to %d strings", SENTENCE_TOKENS_MAX);
        return err_at(r->e, "%s/tokens", place);
    }
    s = tagged_set_add(r->out, (int)n);
    if (!s)
        return err_nomem(r->e, 0);
    for (bool more = json_first(&p); more; more = json_more(&p)) {
        st = read_token(&s->form[i], r, &p);
        if (st) {
            err_at(r->e, "%s/tokens/%d", place, i);
            return st;
        }
        i++;
    }
    r->tokens += n;
    st = read_tags(s->upos, r, member[TAGS], place, TAGS, (int)n);
    if (!st)
        st = read_tags(s->upos, r, member[UPOS], place, UPOS, (int)n);
    return st ? st : read_tags(s->xpos, r, member[XPOS], place, XPOS, (int)n);
}

static enum status read_sentences(struct tagged_reader *r, const char *p,
                                  const struct data_limits *limits)
{
    char place[48];
    enum status st = ST_OK;

    for (bool more = json_first(&p); !st && more; more = !st && json_more(&p)) {
        const char *member[NUM_MEMBERS];

        snprintf(place, sizeof(place), "/sentences/%d", r->out->count);
        if ((size_t)r->out->count >= limits->max_sentences || r->tokens > limits->max_tokens)
            return err_set(r->e, ST_TOO_LARGE,
                           "more than max_sentences = %zu sentences or max_tokens = %zu tokens",
                           limits->max_sentences, limits->max_tokens);
        st = json_members(member, &p, member_names, NUM_MEMBERS, NULL, place, r->e);
        if (!st)
            st = read_tokens(r, member, place);
        if (!st && tagged_set_bytes(r->out) > data_memory(r->len))
            st = data_too_large(r->len, r->e);
    }
    return st;
}

enum status json_read_tagged(struct tagged_set *out, const char *bytes, size_t len,
                             const struct data_limits *limits, struct err *e)
{
    static const char *const root[] = {"sentences", NULL};
    struct tagged_reader r = {.out = out, .len = len, .e = e};
    const char *p = json_begin(bytes, len), *list = NULL, *first;
    enum status st;

    tagged_set_init(out);
    buf_init(&r.text, len + 1);
    st = json_members(&list, &p, root, 1, NULL, "", e);
    first = list;
    if (!st && (!list || *list != '[' || !json_first(&first))) {
        st = err_set(e, ST_INVALID, "sentences must be a list of at least one sentence");
        err_at(e, "/sentences");
    }
    if (!st)
        st = read_sentences(&r, list, limits);
    buf_release(&r.text);
    if (st)
        tagged_set_release(out);
    return st;
}
