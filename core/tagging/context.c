/* context.c - the weights and scores of a context model: see context.h. */
#include "core/tagging/context.h"

#include "core/base/row.h"
#include "core/nn/kernels.h"
#include "core/tagging/context_impl.h"

#include <stdlib.h>

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
enum { KEYS_MOST = CONTEXT_RUN * CONTEXT_PLACE_KEYS };
_Static_assert((int)CONTEXT_FEATURES <= (int)KEYS_MOST,
               "the keys of one form are looked up together");
struct lookup {
    uint32_t keys[KEYS_MOST];
    int end[CONTEXT_RUN]; /* end of the keys of each row of y; the rows' keys follow each other */
    int num_keys, num_rows;
};

static void end_row(struct lookup *l, int num_keys)
{
    l->num_keys += num_keys;
    l->end[l->num_rows++] = l->num_keys;
}

/* Adds the weights of its keys to each row of y (num_rows, outputs). The table is larger than the
 * nearer caches, so everything is prefetched before any of it is read. */
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
    size_t O = (size_t)c->outputs, n = ((size_t)forms + 1) * CONTEXT_SPAN * O;

    w->sums = calloc(n, sizeof(*w->sums));
    if (!w->sums)
        return err_nomem(e, n * sizeof(*w->sums));
    for (int32_t i = -1; i < forms; i++) {
        struct lookup l = {.num_rows = 0};

        for (int k = 0; k < CONTEXT_SPAN; k++)
            end_row(&l, context_word_keys(l.keys + l.num_keys, context_hashes(w, i),
                                          k - CONTEXT_REACH));
        add_rows(w->sums + (size_t)(i + 1) * CONTEXT_SPAN * O, c, &l);
    }
    return ST_OK;
}

static void prefetch(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i += 64 / sizeof(*x))
        __builtin_prefetch(x + i);
}

/* y: the scores of word k from the forms around it, each alone. keys: those of its place, whose
 * weights the caller adds. */
static void one_word(float *y, uint32_t keys[CONTEXT_PLACE_KEYS], const struct context_words *w,
                     size_t O, const int32_t *types, int length, int k)
{
    const uint64_t *at[CONTEXT_SPAN];
    int32_t sums[CONTEXT_SPAN], next = context_form_at(types, length, k + CONTEXT_REACH + 1);

    prefetch(w->sums + (size_t)(next + 1) * CONTEXT_SPAN * O, CONTEXT_SPAN * O);
    for (int i = 0; i < CONTEXT_SPAN; i++) {
        int32_t type = context_form_at(types, length, k + i - CONTEXT_REACH);

        at[i] = context_hashes(w, type);
        sums[i] = (type + 1) * CONTEXT_SPAN + i;
    }
    context_place_keys(keys, at);
    kernels_get()->sum_rows(y, w->sums, sums, CONTEXT_SPAN, O);
}

void context_scores(float *y, const struct context *c, const struct context_words *w,
                    const int32_t *types, int length, int from, int count)
{
    size_t O = (size_t)c->outputs;
    struct lookup l = {.num_rows = 0};

    for (int i = 0; i < count; i++) {
        one_word(row(y, i, O), l.keys + l.num_keys, w, O, types, length, from + i);
        end_row(&l, CONTEXT_PLACE_KEYS);
    }
    add_rows(y, c, &l);
}
