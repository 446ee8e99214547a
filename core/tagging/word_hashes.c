/* word_hashes.c - see word_hashes.h. */
#include "core/tagging/word_hashes.h"

#include "core/tagging/edit_script.h"
#include "core/tagging/plain_token.h"
#include "core/text/truecase.h"
#include <lstm/hash.h>

#include <stdlib.h>
#include <string.h>

enum { TOKEN_WORK = 256 }; /* estimated operations for one */
enum { UNKNOWN_TAG = 7 };  /* its hash */

uint64_t hash_text(const char *s)
{
    return mix64(fnv1a_text(FNV1A_START, s)) | 1; /* never 0 */
}

static uint64_t hash_bytes(const char *s, size_t n)
{
    return mix64(fnv1a(FNV1A_START, s, n)) | 1;
}

static bool inside_point(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static void hash_parts(struct word_hash *out, const char *s, size_t n)
{
    size_t at = 0;

    for (int k = 0; k < WORD_PREFIXES && at < n; k++) {
        do
            at++;
        while (at < n && inside_point(s[at]));
        out->prefix[k] = at < n ? hash_bytes(s, at) : 0;
    }
    at = n;
    for (int k = 0; k < WORD_SUFFIXES && at > 0; k++) {
        do
            at--;
        while (at > 0 && inside_point(s[at]));
        out->suffix[k] = at > 0 ? hash_bytes(s + at, n - at) : 0;
    }
}

/* Case of the first letter and of all letters, and whether there are digits. */
static uint64_t shape_of(const char *form, const char *lower)
{
    bool digit = strpbrk(form, "0123456789") != NULL;
    int letters = strcmp(form, lower) == 0 ? 0 : truecase_is_capitalised(form) ? 1 : 2;

    return 100 + (uint64_t)letters * 2 + digit;
}

void word_hash_of(struct word_hash *out, const char *form)
{
    static const struct edit_script to_lower = {.letter = 'l', .before = "", .after = ""};
    char lower[EDITED_MAX + 1];

    memset(out, 0, sizeof(*out));
    if (!edit_script_apply(lower, &to_lower, form))
        lower[0] = '\0';
    out->exact = hash_text(form);
    out->word = hash_text(lower);
    out->shape = shape_of(form, lower);
    hash_parts(out, lower, strlen(lower));
    for (const char *c = form; *c; c++)
        out->length += !inside_point(*c);
}

enum status word_hashes_init(struct word_hashes *out, const struct sentence_view *sentences,
                             int count, const struct stop_flag *stop, struct err *e)
{
    struct stop_meter m = {.stop = stop};
    size_t tokens = 0, at = 0;
    enum status st = ST_OK;

    for (int i = 0; i < count; i++)
        tokens += (size_t)sentences[i].length;
    out->types = calloc(tokens + 1, sizeof(*out->types));
    if (!out->types)
        return err_nomem(e, tokens * sizeof(*out->types));
    for (int i = 0; !st && i < count; i++) {
        for (int k = 0; !st && k < sentences[i].length; k++) {
            char space[TOKEN_BYTES_MAX + 1];

            st = vocabulary_add(&out->types[at++], &out->forms,
                                plain_token(space, sentences[i].tokens[k]), INT32_MAX / 2, "words",
                                e);
        }
        if (!st && stop_meter_take(&m, TOKEN_WORK * (size_t)sentences[i].length))
            st = tagging_given_up(e);
    }
    if (st)
        return st;
    out->hash = calloc((size_t)out->forms.count + 1, sizeof(*out->hash));
    if (!out->hash)
        return err_nomem(e, (size_t)out->forms.count * sizeof(*out->hash));
    for (int i = 0; i < out->forms.count; i++)
        word_hash_of(&out->hash[i], out->forms.words[i]);
    return ST_OK;
}

void word_hashes_release(struct word_hashes *w)
{
    vocabulary_release(&w->forms);
    free(w->types);
    free(w->hash);
    *w = (struct word_hashes){0};
}

/* ---- tags ---- */

static enum status hash_list(uint64_t **out, const struct vocabulary *tags, struct err *e)
{
    *out = calloc((size_t)tags->count + 1, sizeof(**out));
    if (!*out)
        return err_nomem(e, (size_t)tags->count * sizeof(**out));
    for (int i = 0; i < tags->count; i++)
        (*out)[i] = hash_text(tags->words[i]);
    return ST_OK;
}

enum status tag_hashes_init(struct tag_hashes *out, const struct tagger *t, struct err *e)
{
    const struct vocabulary *tags = &t->tags[tagger_main_column(t)];
    bool both = tagger_has(t, TAG_UPOS) && tagger_has(t, TAG_XPOS);
    enum status st = hash_list(&out->tag, tags, e);

    if (!st && both)
        st = hash_list(&out->other, &t->tags[TAG_XPOS], e);
    if (st)
        return st;
    out->nominal = calloc((size_t)tags->count + 1, sizeof(*out->nominal));
    if (!out->nominal)
        return err_nomem(e, (size_t)tags->count);
    for (int i = 0; i < tags->count; i++)
        out->nominal[i] = strcmp(tags->words[i], "NOUN") == 0 ||
                          strcmp(tags->words[i], "PROPN") == 0 ||
                          strcmp(tags->words[i], "PRON") == 0;
    return ST_OK;
}

void tag_hashes_release(struct tag_hashes *h)
{
    free(h->tag);
    free(h->other);
    free(h->nominal);
    *h = (struct tag_hashes){0};
}

uint64_t tag_hash(const struct tag_hashes *h, const struct tag_numbers *n, size_t token)
{
    return n->tag[token] < 0 ? UNKNOWN_TAG : h->tag[n->tag[token]];
}

uint64_t both_hash(const struct tag_hashes *h, const struct tag_numbers *n, size_t token)
{
    uint64_t tag = tag_hash(h, n, token);

    if (!h->other)
        return tag;
    return mix64(tag * UINT64_C(0x9E3779B97F4A7C15) +
                 (n->other[token] < 0 ? UNKNOWN_TAG : h->other[n->other[token]]));
}
