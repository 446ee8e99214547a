/* perceptron.c - see perceptron.h. */
#include "core/tagging/perceptron.h"

#include <limits.h>
#include <stdlib.h>

enum { LEAST = PERCEPTRON_UNIT / 4 }; /* smaller mean weights decide next to nothing */

enum status perceptron_work_init(struct perceptron_work *w, int labels, struct err *e)
{
    size_t n = (size_t)labels + 1;

    w->place = malloc(n * sizeof(*w->place));
    w->score = calloc(n, sizeof(*w->score));
    if (!w->place || !w->score)
        return err_nomem(e, n * sizeof(*w->score));
    for (size_t i = 0; i < n; i++)
        w->place[i] = -1;
    return ST_OK;
}

void perceptron_work_release(struct perceptron_work *w)
{
    free(w->place);
    free(w->score);
    *w = (struct perceptron_work){0};
}

static void begin(struct perceptron_work *w, const int32_t *candidates, int count)
{
    for (int i = 0; i < count; i++) {
        w->place[candidates[i]] = i;
        w->score[i] = 0;
    }
}

static int end(struct perceptron_work *w, const int32_t *candidates, int count)
{
    int best = 0;

    for (int i = 0; i < count; i++) {
        w->place[candidates[i]] = -1;
        best = w->score[i] > w->score[best] ? i : best;
    }
    return best;
}

/* The tables are larger than the nearer caches, so everything is prefetched before any of it is
 * read. */
int perceptron_best(struct perceptron_work *w, const struct sparse *weights, const uint32_t *keys,
                    int num_keys, const int32_t *candidates, int count)
{
    int32_t rows[PERCEPTRON_KEYS_MAX];
    int n = 0;

    for (int k = 0; k < num_keys; k++)
        feature_index_prefetch(&weights->keys, keys[k]);
    begin(w, candidates, count);
    for (int k = 0; k < num_keys; k++) {
        int32_t row = feature_index_find(&weights->keys, keys[k]);

        if (row < 0)
            continue;
        rows[n++] = row;
        __builtin_prefetch(&weights->start[row]);
    }
    for (int k = 0; k < n; k++) {
        __builtin_prefetch(&weights->label[weights->start[rows[k]]]);
        __builtin_prefetch(&weights->number[weights->start[rows[k]]]);
    }
    for (int k = 0; k < n; k++)
        for (int32_t i = weights->start[rows[k]]; i < weights->start[rows[k] + 1]; i++) {
            int32_t place = w->place[weights->label[i]];

            if (place >= 0)
                w->score[place] += weights->number[i];
        }
    return end(w, candidates, count);
}

/* ---- training ---- */

void perceptron_fit_release(struct perceptron_fit *f)
{
    sparse_draft_release(&f->weights);
}

enum status perceptron_start(struct perceptron_fit *f, const struct sparse *from, struct err *e)
{
    return sparse_count_all(&f->weights, from, e);
}

static enum status move(struct perceptron_fit *f, uint32_t key, int32_t label, int by,
                        struct err *e)
{
    struct sparse_entry *x;
    enum status st = sparse_entry(&x, &f->weights, key, label, e);

    if (st || !x || x->number > INT_MAX - PERCEPTRON_UNIT || x->number < PERCEPTRON_UNIT - INT_MAX)
        return st;
    x->number += by;
    x->sum += by * f->steps;
    return ST_OK;
}

enum status perceptron_step(struct perceptron_fit *f, struct perceptron_work *w,
                            const uint32_t *keys, int num_keys, const int32_t *candidates,
                            int count, int truth, struct err *e)
{
    const struct sparse_entry *entries = f->weights.entries;
    enum status st = ST_OK;
    int best;

    begin(w, candidates, count);
    for (int k = 0; k < num_keys; k++)
        for (int32_t i = sparse_first(&f->weights, keys[k]); i >= 0; i = entries[i].next)
            if (w->place[entries[i].label] >= 0)
                w->score[w->place[entries[i].label]] += entries[i].number;
    best = end(w, candidates, count);
    f->steps++;
    for (int k = 0; !st && best != truth && k < num_keys; k++) {
        st = move(f, keys[k], candidates[truth], PERCEPTRON_UNIT, e);
        if (!st)
            st = move(f, keys[k], candidates[best], -PERCEPTRON_UNIT, e);
    }
    return st;
}

enum status perceptron_end(struct sparse *out, struct perceptron_fit *f, struct err *e)
{
    int64_t n = f->steps + 1;
    enum status st;

    for (int32_t i = 0; i < f->weights.count; i++) {
        struct sparse_entry *x = &f->weights.entries[i];

        x->number = (int32_t)((x->number * n - x->sum) / n);
        if (abs(x->number) < LEAST)
            x->number = 0;
    }
    st = sparse_finish(out, &f->weights, INT64_MIN, INT_MAX, e);
    perceptron_fit_release(f);
    return st;
}
