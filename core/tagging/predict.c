/* predict.c - tags of sentences: batches of like length, so that little padding is computed. */
#include "core/tagging/model.h"
#include <lstm/loss.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A batch grows while it stays under so many sentences and padded tokens: enough to keep the matrix
 * kernels busy, little memory. */
enum { BATCH_SENTENCES = 32, BATCH_TOKENS = 4096 };

struct run {
    const struct tagger *t;
    const struct sentence_view *sentences;
    size_t *offset; /* (n) where a sentence's results begin */
    int *order;     /* (count) sentences with tokens, longest first */
    int count;
    struct net_work *work;
    int work_T, work_B;
    int32_t ids[BATCH_TOKENS + SENTENCE_TOKENS_MAX];
    int lengths[BATCH_SENTENCES];
    float *row; /* (num_tags) log-probabilities of a token */
    int *best;
    float *score, *log_probs; /* as in tagger_predict() */
};

/* Counting sort by length, longest first and else in order. */
static enum status make_order(struct run *r, int n, struct err *e)
{
    int *at = calloc(SENTENCE_TOKENS_MAX + 2, sizeof(*at));
    size_t total = 0;

    r->offset = calloc((size_t)n + 1, sizeof(*r->offset));
    r->order = calloc((size_t)n + 1, sizeof(*r->order));
    if (!at || !r->offset || !r->order) {
        free(at);
        return err_nomem(e, 0);
    }
    for (int i = 0; i < n; i++) {
        r->offset[i] = total;
        total += (size_t)r->sentences[i].length;
        at[r->sentences[i].length]++;
        r->count += r->sentences[i].length > 0;
    }
    for (int len = SENTENCE_TOKENS_MAX, before = 0; len >= 0; len--) {
        int here = at[len];

        at[len] = before;
        before += here;
    }
    for (int i = 0; i < n; i++)
        r->order[at[r->sentences[i].length]++] = i;
    free(at);
    return ST_OK;
}

/* Workspace for (T,B), exactly, unless the one there is large enough. */
static enum status need_work(struct run *r, int T, int B, struct err *e)
{
    enum status st;

    if (r->work && T <= r->work_T && B <= r->work_B)
        return ST_OK;
    net_work_free(r->work);
    r->work = NULL;
    st = net_work_new(&r->work, net_get_config(r->t->net), T, B, false, e);
    r->work_T = T;
    r->work_B = B;
    return st;
}

static enum status take_row(struct run *r, size_t token, const float *y, int O, struct err *e)
{
    float *row = r->log_probs ? r->log_probs + token * (size_t)O : r->row;
    int best = 0;

    log_softmax(row, y, 1, O);
    for (int k = 0; k < O; k++) {
        if (!isfinite(row[k]))
            return err_set(e, ST_CORRUPT,
                           "the weights of this model are so large that it has no "
                           "finite scores");
        if (row[k] > row[best])
            best = k;
    }
    r->best[token] = best;
    r->score[token] = expf(row[best]);
    return ST_OK;
}

/* The sentences order[from..from+B), the longest first. */
static enum status run_batch(struct run *r, int from, int B, struct err *e)
{
    int T = r->sentences[r->order[from]].length;
    int O = net_get_config(r->t->net)->output_size;
    struct net_input in = {.T = T, .B = B, .ids = r->ids, .lengths = r->lengths};
    const float *y;
    enum status st = need_work(r, T, B, e);

    if (st)
        return st;
    for (int j = 0; j < B; j++) {
        const struct sentence_view *s = &r->sentences[r->order[from + j]];

        r->lengths[j] = s->length;
        for (int k = 0; k < T; k++)
            r->ids[k * B + j] = k < s->length ? wordlist_lookup(&r->t->words, s->tokens[k]) : 0;
    }
    y = net_forward(r->work, r->t->net, &in, NULL);
    for (int j = 0; !st && j < B; j++) {
        size_t at = r->offset[r->order[from + j]];

        for (int k = 0; !st && k < r->lengths[j]; k++)
            st = take_row(r, at + (size_t)k, y + ((size_t)k * (size_t)B + (size_t)j) * (size_t)O, O,
                          e);
    }
    return st;
}

static int batch_size(const struct run *r, int from)
{
    int T = r->sentences[r->order[from]].length;
    int B = BATCH_TOKENS / T;

    if (B < 1)
        B = 1;
    if (B > BATCH_SENTENCES)
        B = BATCH_SENTENCES;
    return B < r->count - from ? B : r->count - from;
}

enum status tagger_predict(int *best, float *score, float *log_probs, const struct tagger *t,
                           const struct sentence_view *sentences, int n, struct err *e)
{
    struct run *r;
    enum status st = ST_OK;

    for (int i = 0; !st && i < n; i++)
        st = tagging_check_sentence(&sentences[i], i, e);
    if (st || n < 1)
        return st;
    r = calloc(1, sizeof(*r));
    if (!r)
        return err_nomem(e, sizeof(*r));
    r->t = t;
    r->sentences = sentences;
    r->best = best;
    r->score = score;
    r->log_probs = log_probs;
    r->row = calloc((size_t)t->tags.count, sizeof(*r->row));
    st = r->row ? make_order(r, n, e) : err_nomem(e, 0);
    for (int i = 0; !st && i < r->count;) {
        int B = batch_size(r, i);

        st = run_batch(r, i, B, e);
        i += B;
    }
    net_work_free(r->work);
    free(r->row);
    free(r->offset);
    free(r->order);
    free(r);
    return st;
}
