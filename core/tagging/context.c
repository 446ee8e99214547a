/* context.c - features of words and neighbours, their table, scores: see core/tagging/context.h. */
#include "core/tagging/context_impl.h"

#include <stdlib.h>
#include <string.h>

/* ---- what words look like ---- */

/* The finaliser of MurmurHash3. */
static uint64_t mix(uint64_t h)
{
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return h ^ h >> 33;
}

static uint64_t hash_name(const char *s)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
    return mix(h) | 1; /* never 0 */
}

enum status context_words_init(struct context_words *out, const struct wordlist *forms,
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
enum { REACH = 2, SPAN = 2 * REACH + 1 };
static const uint64_t outside[NUM_FEATURES] = {[FEATURE_WORD] = 3};

static uint32_t key_of(uint64_t kind, uint64_t a, uint64_t b)
{
    uint32_t key = (uint32_t)(mix(mix(kind + 1 + a * UINT64_C(0x9E3779B97F4A7C15)) + b) >> 32);

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

/* What is there at every place, and the pairs of forms around it. */
static int place_keys(uint32_t keys[CONTEXT_FEATURES], const uint64_t *const at[SPAN])
{
    uint64_t before = at[REACH - 1][FEATURE_WORD], here = at[REACH][FEATURE_WORD],
             behind = at[REACH + 1][FEATURE_WORD];

    keys[0] = key_of(0, 0, 0);
    keys[1] = key_of(1, before, here);
    keys[2] = key_of(2, here, behind);
    keys[3] = key_of(3, before, behind);
    return 4;
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
    int n;

    for (int i = 0; i < SPAN; i++)
        at[i] = hashes_of(w, word_at(types, length, k + i - REACH));
    n = place_keys(keys, at);
    for (int i = 0; i < SPAN; i++)
        n += word_keys(keys + n, at[i], i - REACH);
    return n;
}

/* ---- the table ---- */

/* The salt keeps whoever writes the words from arranging for a crowd; nothing depends on the order. */
static size_t slot_of(const struct keyset *s, uint32_t key)
{
    size_t i = mix(key ^ s->salt) & (s->capacity - 1);

    while (s->slots[i] >= 0 && s->keys[s->slots[i]] != key)
        i = (i + 1) & (s->capacity - 1);
    return i;
}

static enum status grow(struct keyset *s, struct err *e)
{
    size_t capacity = s->capacity ? 2 * s->capacity : 1024;
    int32_t *slots = malloc(capacity * sizeof(*slots));
    uint32_t *keys = realloc(s->keys, capacity / 2 * sizeof(*keys));

    s->keys = keys ? keys : s->keys;
    if (!slots || !keys) {
        free(slots);
        return err_nomem(e, capacity * sizeof(*slots));
    }
    free(s->slots);
    s->slots = slots;
    s->capacity = capacity;
    s->salt = (uint64_t)(uintptr_t)slots;
    for (size_t i = 0; i < capacity; i++)
        slots[i] = -1;
    for (int32_t i = 0; i < s->count; i++)
        slots[slot_of(s, keys[i])] = i;
    return ST_OK;
}

int32_t keyset_find(const struct keyset *s, uint32_t key)
{
    return s->count ? s->slots[slot_of(s, key)] : -1;
}

enum status keyset_add(int32_t *out, struct keyset *s, uint32_t key, struct err *e)
{
    enum status st = (size_t)s->count >= s->capacity / 2 ? grow(s, e) : ST_OK;
    size_t i;

    if (st)
        return st;
    i = slot_of(s, key);
    if (s->slots[i] < 0) {
        s->keys[s->count] = key;
        s->slots[i] = s->count++;
    }
    *out = s->slots[i];
    return ST_OK;
}

void keyset_release(struct keyset *s)
{
    free(s->keys);
    free(s->slots);
    *s = (struct keyset){0};
}

void context_free(struct context *c)
{
    if (!c)
        return;
    keyset_release(&c->rows);
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
                   (size_t)c->rows.count * sizeof(*c->scale) +
                   c->rows.capacity * (sizeof(*c->rows.slots) + sizeof(*c->rows.keys) / 2)
             : 0;
}

static void add_rows(float *y, const struct context *c, const uint32_t *keys, int n)
{
    for (int i = 0; i < n; i++) {
        int32_t row = keyset_find(&c->rows, keys[i]);
        const int8_t *from = c->weights + (size_t)(row < 0 ? 0 : row) * (size_t)c->outputs;
        float scale = row < 0 ? 0 : c->scale[row];

        for (int o = 0; row >= 0 && o < c->outputs; o++)
            y[o] += scale * (float)from[o];
    }
}

enum status context_words_sum(struct context_words *w, const struct context *c, int forms,
                              struct err *e)
{
    size_t O = (size_t)c->outputs, n = ((size_t)forms + 1) * SPAN * O;
    uint32_t keys[CONTEXT_FEATURES];

    w->sums = calloc(n, sizeof(*w->sums));
    if (!w->sums)
        return err_nomem(e, n * sizeof(*w->sums));
    for (int32_t i = -1; i < forms; i++)
        for (int k = 0; k < SPAN; k++)
            add_rows(w->sums + ((size_t)(i + 1) * SPAN + (size_t)k) * O, c, keys,
                     word_keys(keys, hashes_of(w, i), k - REACH));
    return ST_OK;
}

void context_add(float *y, const struct context *c, const struct context_words *w,
                 const int32_t *types, int length, int k)
{
    size_t O = (size_t)c->outputs;
    const uint64_t *at[SPAN];
    uint32_t keys[CONTEXT_FEATURES];

    for (int i = 0; i < SPAN; i++) {
        int32_t type = word_at(types, length, k + i - REACH);
        const float *sum = w->sums + ((size_t)(type + 1) * SPAN + (size_t)i) * O;

        at[i] = hashes_of(w, type);
        for (size_t o = 0; o < O; o++)
            y[o] += sum[o];
    }
    add_rows(y, c, keys, place_keys(keys, at));
}
