/* context.c - features of words and neighbours, their table, scores: see core/tagging/context.h. */
#include "core/base/row.h"
#include "core/nn/kernels.h"
#include "core/tagging/context_impl.h"
#include <lstm/hash.h>

#include <stdlib.h>
#include <string.h>

/* ---- what words look like ---- */

static uint64_t hash_name(const char *s)
{
    return mix64(fnv1a_text(FNV1A_START, s)) | 1; /* never 0 */
}

enum status context_words_init(struct context_words *out, const struct vocabulary *forms,
                               struct err *e)
{
    struct features *f = malloc(sizeof(*f));
    enum status st = f ? ST_OK : err_nomem(e, sizeof(*f));

    out->hash = calloc((size_t)forms->count + 1, sizeof(*out->hash));
    if (!st && !out->hash)
        st = err_nomem(e, (size_t)forms->count * sizeof(*out->hash));
    for (int i = 0; !st && i < forms->count; i++) {
        st = features_of(f, forms->words[i], e);
        for (int k = 0; !st && k < NUM_FEATURES; k++)
            out->hash[i][k] = f->name[k] ? hash_name(f->name[k]) : 0;
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

/* Where there is no word. */
enum { REACH = 2, SPAN = 2 * REACH + 1, PLACE_KEYS = 6 };
static const uint64_t outside[NUM_FEATURES] = {[FEATURE_WORD] = 3};

static uint32_t key_of(uint64_t kind, uint64_t a, uint64_t b)
{
    uint32_t key = (uint32_t)(mix64(mix64(kind + 1 + a * UINT64_C(0x9E3779B97F4A7C15)) + b) >> 32);

    return key ? key : 1; /* 0 is no key */
}

/* What a word says of the one that it stands d places behind. */
static int word_keys(uint32_t keys[CONTEXT_FEATURES], const uint64_t *hash, int d)
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

/* What is there at every place, the pairs of forms around it, and of shapes. */
static void place_keys(uint32_t keys[PLACE_KEYS], const uint64_t *const at[SPAN])
{
    uint64_t before = at[REACH - 1][FEATURE_WORD], here = at[REACH][FEATURE_WORD],
             behind = at[REACH + 1][FEATURE_WORD];

    keys[0] = key_of(0, 0, 0);
    keys[1] = key_of(1, before, here);
    keys[2] = key_of(2, here, behind);
    keys[3] = key_of(3, before, behind);
    keys[4] = key_of(4, at[REACH - 1][FEATURE_SHAPE], at[REACH][FEATURE_SHAPE]);
    keys[5] = key_of(5, at[REACH][FEATURE_SHAPE], at[REACH + 1][FEATURE_SHAPE]);
}

static int32_t word_at(const int32_t *types, int length, int k)
{
    return k >= 0 && k < length ? types[k] : -1;
}

static const uint64_t *hashes_of(const struct context_words *w, int32_t type)
{
    return type < 0 ? outside : w->hash[type];
}

int context_keys(uint32_t keys[CONTEXT_FEATURES], const struct context_words *w,
                 const int32_t *types, int length, int k)
{
    const uint64_t *at[SPAN];
    int n = PLACE_KEYS;

    for (int i = 0; i < SPAN; i++)
        at[i] = hashes_of(w, word_at(types, length, k + i - REACH));
    place_keys(keys, at);
    for (int i = 0; i < SPAN; i++)
        n += word_keys(keys + n, at[i], i - REACH);
    return n;
}

/* ---- the table ---- */

void context_free(struct context *c)
{
    if (!c)
        return;
    feature_index_release(&c->rows);
    free(c->scale);
    free(c->weights);
    free(c);
}

enum status context_room(struct context *c, struct err *e)
{
    size_t n = (size_t)context_num_params(c);

    c->scale = calloc((size_t)c->rows.count + 1, sizeof(*c->scale));
    c->weights = calloc(n + 1, sizeof(*c->weights));
    return c->scale && c->weights ? ST_OK : err_nomem(e, n);
}

int64_t context_num_params(const struct context *c)
{
    return c ? (int64_t)c->rows.count * c->outputs : 0;
}

size_t context_bytes(const struct context *c)
{
    return c ? sizeof(*c) + (size_t)context_num_params(c) +
                   (size_t)c->rows.count * sizeof(*c->scale) + feature_index_bytes(&c->rows)
             : 0;
}

/* Keys that are looked up together. */
enum { KEYS_MOST = CONTEXT_RUN * PLACE_KEYS };
_Static_assert((int)CONTEXT_FEATURES <= (int)KEYS_MOST,
               "all that one form says is looked up together");
struct lookup {
    uint32_t keys[KEYS_MOST];
    int end[CONTEXT_RUN]; /* of the keys of each row of y, one row's behind the other's */
    int num_keys, num_rows;
};

static void end_row(struct lookup *l, int num_keys)
{
    l->num_keys += num_keys;
    l->end[l->num_rows++] = l->num_keys;
}

/* The rows of y (num_rows, outputs) += what their keys say. The table is larger than the nearer
 * caches: all is on its way before any of it is awaited. */
static void add_rows(float *y, const struct context *c, const struct lookup *l)
{
    const struct kernels *k = kernels_get();
    size_t O = (size_t)c->outputs;
    int32_t rows[KEYS_MOST];

    for (int i = 0; i < l->num_keys; i++)
        feature_index_prefetch(&c->rows, l->keys[i]);
    for (int i = 0; i < l->num_keys; i++) {
        rows[i] = feature_index_find(&c->rows, l->keys[i]);
        if (rows[i] >= 0)
            __builtin_prefetch(&c->weights[(size_t)rows[i] * O]);
    }
    for (int i = 0, from = 0; i < l->num_rows; from = l->end[i++])
        k->add_byte_rows(row(y, i, O), c->weights, c->scale, rows + from, l->end[i] - from, O);
}

enum status context_words_sum(struct context_words *w, const struct context *c, int forms,
                              struct err *e)
{
    size_t O = (size_t)c->outputs, n = ((size_t)forms + 1) * SPAN * O;

    w->sums = calloc(n, sizeof(*w->sums));
    if (!w->sums)
        return err_nomem(e, n * sizeof(*w->sums));
    for (int32_t i = -1; i < forms; i++) {
        struct lookup l = {.num_rows = 0};

        for (int k = 0; k < SPAN; k++)
            end_row(&l, word_keys(l.keys + l.num_keys, hashes_of(w, i), k - REACH));
        add_rows(w->sums + (size_t)(i + 1) * SPAN * O, c, &l);
    }
    return ST_OK;
}

static void prefetch(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i += 64 / sizeof(*x))
        __builtin_prefetch(x + i);
}

/* What the forms around word k say, each for itself, and the keys of what they say together. */
static void one_word(float *y, uint32_t keys[PLACE_KEYS], const struct context_words *w, size_t O,
                     const int32_t *types, int length, int k)
{
    const uint64_t *at[SPAN];
    int32_t sums[SPAN], next = word_at(types, length, k + REACH + 1);

    prefetch(w->sums + (size_t)(next + 1) * SPAN * O, SPAN * O);
    for (int i = 0; i < SPAN; i++) {
        int32_t type = word_at(types, length, k + i - REACH);

        at[i] = hashes_of(w, type);
        sums[i] = (type + 1) * SPAN + i;
    }
    place_keys(keys, at);
    kernels_get()->sum_rows(y, w->sums, sums, SPAN, O);
}

void context_scores(float *y, const struct context *c, const struct context_words *w,
                    const int32_t *types, int length, int from, int count)
{
    size_t O = (size_t)c->outputs;
    struct lookup l = {.num_rows = 0};

    for (int i = 0; i < count; i++) {
        one_word(row(y, i, O), l.keys + l.num_keys, w, O, types, length, from + i);
        end_row(&l, PLACE_KEYS);
    }
    add_rows(y, c, &l);
}
