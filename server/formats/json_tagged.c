/* json_tagged.c - see json_tagged.h. The members of a sentence may come in any order, so each stays
 * a list of strings until the sentence ends. */
#include "server/formats/json_tagged.h"

#include "server/data/text_check.h"
#include "server/formats/json_series.h"

#include <lstm/tagger.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const member_names[] = {"tokens", "tags", "upos", "xpos", NULL};

void tagged_reader_init(struct tagged_reader *r, struct tagged_set *out, struct json_reader *json,
                        const struct data_limits *limits, size_t len)
{
    *r = (struct tagged_reader){.json = json, .out = out, .limits = limits, .len = len};
    buf_init(&r->text, len + 1);
}

void tagged_reader_release(struct tagged_reader *r)
{
    for (int m = 0; m < TAGGED_MEMBERS; m++) {
        free(r->list[m].item);
        free(r->list[m].fault);
    }
    buf_release(&r->text);
}

/* ---- members in the order of the text ---- */

/* Makes room for one more element. */
static bool make_room(struct string_list *l)
{
    int capacity = l->capacity ? l->capacity * 2 : 64;
    char **p;

    if (l->count < (size_t)l->capacity)
        return true;
    p = reallocarray(l->item, (size_t)capacity, sizeof(*p));
    if (!p)
        return false;
    l->item = p;
    l->capacity = capacity;
    return true;
}

static enum status read_string(char **out, struct tagged_reader *r, enum tagged_member m,
                               struct err *e)
{
    enum status st;

    json_read_string(r->json, &r->text);
    if (r->json->st)
        return ST_OK; /* the document is refused anyway */
    if (r->text.st)
        return err_nomem(e, 0);
    if (m == TOKENS)
        st = text_check(r->text.data, r->text.len, TOKEN_LENGTH_MAX, "token", e);
    else
        st = text_check(r->text.data, r->text.len, TOKEN_BYTES_MAX, "tag", e);
    if (st)
        return st;
    *out = m == TOKENS ? tagged_set_text(r->out, r->text.data, r->text.len)
                       : tagged_set_tag(r->out, r->text.data, r->text.len);
    return *out ? ST_OK : err_nomem(e, 0);
}

static enum status read_element(struct string_list *l, struct tagged_reader *r,
                                enum tagged_member m, struct err *e)
{
    char kind = json_peek(r->json);

    if (!make_room(l)) {
        json_skip(r->json);
        return err_nomem(e, 0);
    }
    l->item[l->count] = NULL;
    if (kind == '"')
        return read_string(&l->item[l->count], r, m, e);
    json_skip(r->json);
    if (m == TOKENS)
        return err_set(e, ST_INVALID, "a token must be a string");
    return kind == 'n'
               ? ST_OK
               : err_set(e, ST_INVALID, "a tag must be a string, or null where it is not known");
}

static void keep_fault(struct string_list *l, enum status st, const struct err *e)
{
    l->st = st;
    l->wrong_at = l->count;
    if (!l->fault)
        l->fault = malloc(sizeof(*l->fault));
    if (l->fault)
        *l->fault = *e;
}

/* Reads a list. Elements are kept up to the first wrong one; all are counted. */
static void read_strings(struct tagged_reader *r, enum tagged_member m)
{
    struct string_list *l = &r->list[m];
    struct err e;

    l->kind = json_peek(r->json);
    if (l->kind != '[') {
        json_skip(r->json);
        return;
    }
    for (bool more = json_first(r->json); more; more = json_next(r->json)) {
        enum status st = ST_OK;

        if (l->st || l->count >= SENTENCE_TOKENS_MAX)
            json_skip(r->json);
        else
            st = read_element(l, r, m, &e);
        if (st)
            keep_fault(l, st, &e);
        l->count++;
    }
}

/* ---- an object becomes a sentence ---- */

static enum status at_element(struct tagged_reader *r, enum tagged_member m, const char *place)
{
    const struct string_list *l = &r->list[m];

    if (!l->fault)
        return err_nomem(&r->err, 0);
    r->err = *l->fault;
    err_at(&r->err, "%s/%s/%zu", place, member_names[m], l->wrong_at);
    return l->st;
}

/* tags and upos mean the same; where both have a tag, the first one counts. */
static enum status take_tags(char **out, struct tagged_reader *r, enum tagged_member m, size_t n,
                             const char *place)
{
    const struct string_list *l = &r->list[m];

    if (!l->kind || l->kind == 'n')
        return ST_OK;
    if (l->kind != '[' || l->count != n) {
        err_set(&r->err, ST_INVALID, "%s must be a list of %zu tags, one for each token",
                member_names[m], n);
        return err_at(&r->err, "%s/%s", place, member_names[m]);
    }
    if (l->st)
        return at_element(r, m, place);
    for (size_t i = 0; i < n; i++)
        if (!out[i])
            out[i] = l->item[i];
    return ST_OK;
}

static enum status add_sentence(struct tagged_reader *r, const char *place)
{
    const struct string_list *tokens = &r->list[TOKENS];
    struct tagged_sentence *s;
    size_t n = tokens->count;
    enum status st;

    if (tokens->kind == '[' && n == 0) {
        if (r->empty++ == 0)
            r->first_empty = r->out->count;
        return ST_OK;
    }
    if (n < 1 || n > SENTENCE_TOKENS_MAX) {
        err_set(&r->err, ST_INVALID, "tokens must be a list of at most %d strings",
                SENTENCE_TOKENS_MAX);
        return err_at(&r->err, "%s/tokens", place);
    }
    s = tagged_set_add(r->out, (int)n);
    if (!s)
        return err_nomem(&r->err, 0);
    if (tokens->st)
        return at_element(r, TOKENS, place);
    memcpy(s->form, tokens->item, n * sizeof(*s->form));
    r->tokens += n;
    st = take_tags(s->upos, r, TAGS, n, place);
    if (!st)
        st = take_tags(s->upos, r, UPOS, n, place);
    if (!st)
        st = take_tags(s->xpos, r, XPOS, n, place);
    if (!st && tagged_set_bytes(r->out) > data_memory(r->len))
        st = data_too_large(r->len, &r->err);
    return st;
}

static enum status read_sentence(struct tagged_reader *r, const char *place)
{
    struct json_name unknown = {NULL, 0};

    for (int m = 0; m < TAGGED_MEMBERS; m++) {
        r->list[m].kind = '\0';
        r->list[m].count = 0;
        r->list[m].st = ST_OK;
    }
    for (bool more = json_first(r->json); more; more = json_next(r->json)) {
        struct json_name name = json_member(r->json);
        int m = json_name_among(&name, member_names);

        if (m >= 0) {
            read_strings(r, (enum tagged_member)m);
            continue;
        }
        if (!unknown.at)
            unknown = name;
        json_skip(r->json);
    }
    if (r->json->st)
        return ST_OK; /* the document is refused anyway */
    if (unknown.at)
        return json_unknown_member(&unknown, member_names, TAGGED_MEMBERS, place, &r->err);
    return add_sentence(r, place);
}

/* ---- all sentences ---- */

static enum status read_one(struct tagged_reader *r)
{
    char place[48], kind = json_peek(r->json);

    snprintf(place, sizeof(place), "/sentences/%d", r->out->count + r->empty);
    if ((size_t)r->out->count >= r->limits->max_sentences || r->tokens > r->limits->max_tokens) {
        json_skip(r->json);
        return err_set(&r->err, ST_TOO_LARGE,
                       "more than max_sentences = %zu sentences or max_tokens = %zu tokens",
                       r->limits->max_sentences, r->limits->max_tokens);
    }
    if (kind == '{')
        return read_sentence(r, place);
    json_skip(r->json);
    err_set(&r->err, ST_INVALID, "%s must be an object, not %s", place, json_kind(kind));
    return err_at(&r->err, "%s", place);
}

void tagged_read_list(struct tagged_reader *r)
{
    size_t n = 0;

    if (json_peek(r->json) != '[') {
        json_skip(r->json);
    } else {
        for (bool more = json_first(r->json); more; more = json_next(r->json)) {
            if (r->st)
                json_skip(r->json);
            else
                r->st = read_one(r);
            n++;
        }
    }
    if (n == 0 || (!r->st && r->out->count == 0)) {
        r->st = err_set(&r->err, ST_INVALID,
                        "sentences must be a list of at least one sentence with a token");
        err_at(&r->err, "/sentences");
    }
}
