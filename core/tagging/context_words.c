/* context_words.c - see context_words.h. */
#include "core/tagging/context_words.h"

#include "core/text/feature_index.h"
#include <lstm/hash.h>

#include <stdlib.h>

/* ---- hashes of words ---- */

static uint64_t hash_name(const char *s)
{
    return mix64(fnv1a_text(FNV1A_START, s)) | 1; /* never 0 */
}

/* The name that a word in one case may be has a row only where such a name was seen. Weights are
 * found by their hash alone, and would mix what the name and the word are. */
static bool is_guess(const struct features *f, int kind)
{
    return f->uniform && kind == FEATURE_FORM;
}

enum status context_words_init(struct context_words *out, const char *const *forms, int count,
                               struct err *e)
{
    struct features *f = malloc(sizeof(*f));
    enum status st = f ? ST_OK : err_nomem(e, sizeof(*f));

    out->hash = calloc((size_t)count + 1, sizeof(*out->hash));
    if (!st && !out->hash)
        st = err_nomem(e, (size_t)count * sizeof(*out->hash));
    for (int i = 0; !st && i < count; i++) {
        st = features_of(f, forms[i], e);
        for (int k = 0; !st && k < NUM_FEATURES; k++)
            out->hash[i][k] = f->name[k] && !is_guess(f, k) ? hash_name(f->name[k]) : 0;
    }
    free(f);
    return st;
}

void context_words_release(struct context_words *w)
{
    free(w->hash);
    free(w->sums);
    *w = (struct context_words){0};
}

/* ---- features of a place in a sentence ---- */

/* The hashes of a place outside the sentence. */
static const uint64_t outside[NUM_FEATURES] = {[FEATURE_WORD] = 3};

static uint32_t key_of(uint64_t kind, uint64_t a, uint64_t b)
{
    uint32_t key = (uint32_t)(mix64(mix64(kind + 1 + a * UINT64_C(0x9E3779B97F4A7C15)) + b) >> 32);

    return key ? key : 1; /* 0 means that there is no key */
}

int context_word_keys(uint32_t keys[CONTEXT_FEATURES], const uint64_t *hash, int d)
{
    static const int sides[] = {FEATURE_SUFFIX + 1, FEATURE_SHAPE, FEATURE_FIRST_PART,
                                FEATURE_LAST_PART};
    uint64_t kind = 10 * (uint64_t)(d + 3);
    int n = 0;

    for (int i = 0; d == 0 && i < NUM_FEATURES; i++)
        if (hash[i])
            keys[n++] = key_of(kind, hash[i], 0);
    if (d != 0)
        keys[n++] = key_of(kind, hash[FEATURE_WORD], 0);
    for (size_t i = 0; (d == -1 || d == 1) && i < sizeof(sides) / sizeof(sides[0]); i++)
        if (hash[sides[i]])
            keys[n++] = key_of(kind + 1, hash[sides[i]], 0);
    return n;
}

void context_place_keys(uint32_t keys[CONTEXT_PLACE_KEYS], const uint64_t *const at[CONTEXT_SPAN])
{
    uint64_t before = at[CONTEXT_REACH - 1][FEATURE_WORD], here = at[CONTEXT_REACH][FEATURE_WORD],
             behind = at[CONTEXT_REACH + 1][FEATURE_WORD];

    keys[0] = key_of(0, 0, 0);
    keys[1] = key_of(1, before, here);
    keys[2] = key_of(2, here, behind);
    keys[3] = key_of(3, before, behind);
    keys[4] = key_of(4, at[CONTEXT_REACH - 1][FEATURE_SHAPE], at[CONTEXT_REACH][FEATURE_SHAPE]);
    keys[5] = key_of(5, at[CONTEXT_REACH][FEATURE_SHAPE], at[CONTEXT_REACH + 1][FEATURE_SHAPE]);
}

int32_t context_form_at(const int32_t *types, int length, int k)
{
    return k >= 0 && k < length ? types[k] : -1;
}

const uint64_t *context_hashes(const struct context_words *w, int32_t type)
{
    return type < 0 ? outside : w->hash[type];
}

int context_keys(uint32_t keys[CONTEXT_FEATURES], const struct context_words *w,
                 const int32_t *types, int length, int k)
{
    const uint64_t *at[CONTEXT_SPAN];
    int n = CONTEXT_PLACE_KEYS;

    for (int i = 0; i < CONTEXT_SPAN; i++)
        at[i] = context_hashes(w, context_form_at(types, length, k + i - CONTEXT_REACH));
    context_place_keys(keys, at);
    for (int i = 0; i < CONTEXT_SPAN; i++)
        n += context_word_keys(keys + n, at[i], i - CONTEXT_REACH);
    return n;
}
