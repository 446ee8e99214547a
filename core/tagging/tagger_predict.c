/* tagger_predict.c - tags sentences.
 *
 * Sentences are processed one span at a time. For each distinct token of a span, its features and
 * its share of the first layer are computed once; an unknown symbol gets those of a known one
 * (stand_in.h). Then sentences of similar length form batches, so that there is little padding. */
#include "core/base/row.h"
#include "core/nn/kernels.h"
#include "core/tagging/stand_in.h"
#include "core/tagging/tagger_model.h"
#include <lstm/loss.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Largest batch in sentences and padded tokens: large enough to keep the matrix kernels busy, with
 * little memory. */
enum { BATCH_SENTENCES = 32, BATCH_TOKENS = 4096 };

/* Tokens of a span: enough for words to recur often. The floats of their gates are bounded too. */
enum { SPAN_TOKENS = 32768, SPAN_FLOATS = 1 << 25 };

struct run {
    const struct tagger *t;
    const struct sentence_view *sentences;
    size_t *offset; /* (n) where the results of each sentence begin */
    int *order;     /* (count) sentences with tokens, longest first */
    int count;
    const struct stop_flag *stop; /* or NULL */
    struct net_work *work;
    int work_T, work_B;      /* the largest batch of work */
    bool pooled;             /* the workspace belongs to the pool of the tagger */
    struct vocabulary forms; /* the distinct forms, by tagging_form() */
    const char **read;       /* (forms) the text that the models read; borrowed */
    struct vocabulary other; /* known symbols that replace unknown ones */
    int32_t *types;          /* (tokens) number of each token's form */
    struct net_types *shared;
    int32_t *ids; /* (BATCH_TOKENS or one sentence) forms, time first */
    int lengths[BATCH_SENTENCES];
    float *row;                 /* (outputs) of one token */
    struct context_words words; /* of the forms, when the tagger has a context model */
    float *scores;              /* (CONTEXT_RUN, outputs) of both models together */
    const struct kernels *k;
    const struct tag_output *out;
};

/* Counting sort by length, longest first. Sentences of equal length keep their order. */
static enum status make_order(struct run *r, int n, struct err *e)
{
    int longest = 0, *at;
    size_t total = 0;

    for (int i = 0; i < n; i++)
        longest = r->sentences[i].length > longest ? r->sentences[i].length : longest;
    at = calloc((size_t)longest + 1, sizeof(*at));
    r->offset = calloc((size_t)n + 1, sizeof(*r->offset));
    r->order = calloc((size_t)n + 1, sizeof(*r->order));
    if (!at || !r->offset || !r->order) {
        free(at);
        err_nomem(e, 0);
        return ST_NOMEM;
    }
    for (int i = 0; i < n; i++) {
        r->offset[i] = total;
        total += (size_t)r->sentences[i].length;
        at[r->sentences[i].length]++;
        r->count += r->sentences[i].length > 0;
    }
    for (int len = longest, before = 0; len >= 0; len--) {
        int here = at[len];

        at[len] = before;
        before += here;
    }
    for (int i = 0; i < n; i++)
        r->order[at[r->sentences[i].length]++] = i;
    free(at);
    return ST_OK;
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

enum status tagging_given_up(struct err *e)
{
    return err_set(e, ST_CANCELLED, "the training was cancelled");
}

static void drop_work(struct run *r)
{
    if (r->work)
        net_work_stop(r->work, NULL); /* the flag belongs to this user only */
    if (r->pooled)
        work_pool_give(r->t->pool, r->work);
    else
        net_work_free(r->work);
    r->work = NULL;
    r->pooled = false;
}

/* Keeps the workspace when (T,B) fits into it. Otherwise takes one from the pool for a short text,
 * or makes one for exactly (T,B). */
static enum status need_work(struct run *r, int T, int B, struct err *e)
{
    enum status st;

    if (r->work && T <= r->work_T && B <= r->work_B)
        return ST_OK;
    drop_work(r);
    r->pooled = r->t->pool && T <= POOL_TOKENS && r->count <= POOL_SENTENCES;
    r->work_T = r->pooled ? POOL_TOKENS : T;
    r->work_B = r->pooled ? POOL_SENTENCES : B;
    if (r->pooled)
        st = work_pool_take(&r->work, r->t->pool, e);
    else if (r->t->params.precision == PRECISION_INT8)
        st = net_work_new_bytes(&r->work, net_get_config(r->t->net), T, B, e);
    else
        st = net_work_new(&r->work, net_get_config(r->t->net), T, B, false, e);
    if (!st)
        net_work_stop(r->work, r->stop);
    return st;
}

/* Finds the rows (forms, features) of all forms, and the text that the models read for each. */
static enum status read_forms(struct run *r, int32_t *rows, struct err *e)
{
    size_t F = (size_t)tagger_num_features(r->t);
    enum status st = ST_OK;

    r->read = calloc((size_t)r->forms.count + 1, sizeof(*r->read));
    if (!r->read)
        return err_nomem(e, (size_t)r->forms.count * sizeof(*r->read));
    for (int i = 0; !st && i < r->forms.count; i++) {
        char space[TOKEN_BYTES_MAX + 1];
        const char *other = NULL;
        int32_t id = 0;

        r->read[i] = r->forms.words[i];
        st = tagger_rows(row(rows, i, F), r->t, r->read[i], e);
        if (!st && r->t->params.features != FEATURES_WORD && *row(rows, i, F) == 0)
            other = stand_in(space, &r->t->words, r->read[i]);
        if (!other)
            continue;
        st = vocabulary_add(&id, &r->other, other, INT32_MAX / 2, "words", e);
        if (st)
            return st;
        r->read[i] = r->other.words[id];
        st = tagger_rows(row(rows, i, F), r->t, r->read[i], e);
    }
    return st;
}

/* Computes the first layer's share for all forms, in the workspace of the first batch. */
static enum status share(struct run *r, struct err *e)
{
    int T = r->count ? r->sentences[r->order[0]].length : 1, B = r->count ? batch_size(r, 0) : 1;
    size_t F = (size_t)tagger_num_features(r->t);
    int32_t *rows = calloc((size_t)r->forms.count * F + 1, sizeof(*rows));
    enum status st = rows ? need_work(r, T, B, e) : err_nomem(e, 0);

    if (!st)
        st = read_forms(r, rows, e);
    if (!st)
        st = net_types_new(&r->shared, r->work, r->t->net, rows, r->forms.count, e);
    free(rows);
    return !st && stop_asked(r->stop) ? tagging_given_up(e) : st;
}

/* Numbers the different tokens of a span, and finds the features of each once. */
static enum status find_types(struct run *r, int n, struct err *e)
{
    size_t tokens = r->offset[n - 1] + (size_t)r->sentences[n - 1].length, at = 0;
    size_t longest = r->count ? (size_t)r->sentences[r->order[0]].length : 0;
    char space[FORM_BYTES_MAX + 1];
    enum status st = ST_OK;

    longest = longest > BATCH_TOKENS ? longest : BATCH_TOKENS;
    r->types = calloc(tokens + 1, sizeof(*r->types));
    r->ids = calloc(longest, sizeof(*r->ids));
    if (!r->types || !r->ids)
        return err_nomem(e, tokens * sizeof(*r->types));
    for (int i = 0; !st && i < n; i++) {
        const struct sentence_view *s = &r->sentences[i];
        bool uniform = tagging_is_uniform(&r->t->params, s);

        for (int k = 0; !st && k < s->length; k++)
            st = vocabulary_add(&r->types[at++], &r->forms,
                                tagging_form(space, &r->t->params, s, uniform, k), INT32_MAX / 2,
                                "words", e);
    }
    if (!st)
        st = share(r, e);
    if (!st && r->t->context)
        st = context_words_init(&r->words, r->read, r->forms.count, e);
    if (!st && r->t->context)
        st = context_words_sum(&r->words, r->t->context, r->forms.count, e);
    return st;
}

static enum status overflow(struct err *e)
{
    return err_set(e, ST_CORRUPT,
                   "the weights of this model are so large that it has no finite scores");
}

/* Returns the softmax probability of the best output. */
static float best_score(struct run *r, const float *y, int best, int n)
{
    float sum = 0;

    for (int k = 0; k < n; k++)
        r->row[k] = y[k] - y[best];
    r->k->exp(r->row, r->row, (size_t)n);
    for (int k = 0; k < n; k++)
        sum += r->row[k];
    return 1.0f / sum;
}

/* Writes the results of one column of one token, from its n outputs y. */
static enum status take_column(struct run *r, const struct tag_output *out, size_t token,
                               const float *y, int n, struct err *e)
{
    int best = 0;
    bool odd = false;

    for (int k = 0; k < n; k++) {
        odd |= isnan(y[k]);
        best = y[k] > y[best] ? k : best;
    }
    if (odd || !isfinite(y[best]))
        return overflow(e);
    if (out->best)
        out->best[token] = best;
    if (out->score)
        out->score[token] = best_score(r, y, best, n);
    if (out->log_probs)
        log_softmax(out->log_probs + token * (size_t)n, y, 1, n);
    return ST_OK;
}

static enum status take_row(struct run *r, size_t token, const float *y, struct err *e)
{
    enum status st = ST_OK;

    for (int c = 0; !st && c < TAG_COLUMNS; c++) {
        int n = r->t->tags[c].count;

        if (n)
            st = take_column(r, &r->out[c], token, y, n, e);
        y += n;
    }
    return st;
}

/* Writes the tags of sentence i. Its outputs are the rows of y, ld apart; the scores of the context
 * model are added to them. */
static enum status take_sentence(struct run *r, int i, const float *y, size_t ld, struct err *e)
{
    const struct context *c = r->t->context;
    int length = r->sentences[i].length;
    size_t O = (size_t)net_get_config(r->t->net)->output_size;
    enum status st = ST_OK;

    for (int from = 0; !st && from < length; from += CONTEXT_RUN) {
        int n = length - from < CONTEXT_RUN ? length - from : CONTEXT_RUN;

        if (stop_asked(r->stop))
            return tagging_given_up(e);
        if (c)
            context_scores(r->scores, c, &r->words, r->types + r->offset[i], length, from, n);
        for (int k = 0; !st && k < n; k++, y += ld) {
            float *row = row(r->scores, k, O);

            if (c)
                r->k->add(row, y, O);
            st = take_row(r, r->offset[i] + (size_t)(from + k), c ? row : y, e);
        }
    }
    return st;
}

/* Tags the sentences order[from] to order[from + B - 1], of which the first is the longest. */
static enum status run_batch(struct run *r, int from, int B, struct err *e)
{
    int T = r->sentences[r->order[from]].length;
    size_t O = (size_t)net_get_config(r->t->net)->output_size;
    struct net_input in = {
        .T = T, .B = B, .types = r->shared, .ids = r->ids, .lengths = r->lengths};
    const float *y;
    enum status st = need_work(r, T, B, e);

    if (st)
        return st;
    for (int j = 0; j < B; j++) {
        const struct sentence_view *s = &r->sentences[r->order[from + j]];

        r->lengths[j] = s->length;
        for (int k = 0; k < T; k++)
            r->ids[(size_t)k * (size_t)B + (size_t)j] =
                k < s->length ? r->types[r->offset[r->order[from + j]] + (size_t)k] : 0;
    }
    y = net_forward(r->work, r->t->net, &in, NULL);
    if (!y)
        return tagging_given_up(e);
    for (int j = 0; !st && j < B; j++)
        st = take_sentence(r, r->order[from + j], row(y, j, O), (size_t)B * O, e);
    return st;
}

static void release(struct run *r)
{
    drop_work(r);
    vocabulary_release(&r->forms);
    vocabulary_release(&r->other);
    free(r->read);
    free(r->types);
    net_types_free(r->shared);
    free(r->ids);
    free(r->row);
    free(r->scores);
    context_words_release(&r->words);
    free(r->offset);
    free(r->order);
    free(r);
}

static enum status predict_span(const struct tag_output out[TAG_COLUMNS], const struct tagger *t,
                                const struct sentence_view *sentences, int n,
                                const struct stop_flag *stop, struct err *e)
{
    struct run *r = calloc(1, sizeof(*r));
    enum status st;

    if (!r)
        return err_nomem(e, sizeof(*r));
    r->t = t;
    r->sentences = sentences;
    r->out = out;
    r->stop = stop;
    r->k = kernels_get();
    r->row = calloc((size_t)net_get_config(t->net)->output_size, sizeof(*r->row));
    r->scores =
        calloc(CONTEXT_RUN * (size_t)net_get_config(t->net)->output_size, sizeof(*r->scores));
    if (!r->row || !r->scores) {
        release(r);
        return err_nomem(e, 0);
    }
    st = make_order(r, n, e);
    if (!st)
        st = find_types(r, n, e);
    for (int i = 0; !st && i < r->count;) {
        int B = batch_size(r, i);

        st = run_batch(r, i, B, e);
        i += B;
    }
    release(r);
    return st;
}

/* Returns how many of the n sentences make a span; *tokens: the number of their tokens. */
static int take_span(size_t *tokens, const struct tagger *t, const struct sentence_view *s, int n)
{
    const struct net_config *c = net_get_config(t->net);
    size_t most = SPAN_FLOATS / (8 * (size_t)c->hidden_size);
    int i = 1;

    most = most < SPAN_TOKENS ? most : SPAN_TOKENS;
    *tokens = (size_t)s[0].length;
    for (; i < n && *tokens + (size_t)s[i].length <= most; i++)
        *tokens += (size_t)s[i].length;
    return i;
}

static void advance(struct tag_output out[TAG_COLUMNS], const struct tagger *t, size_t tokens)
{
    for (int c = 0; c < TAG_COLUMNS; c++) {
        if (out[c].best)
            out[c].best += tokens;
        if (out[c].score)
            out[c].score += tokens;
        if (out[c].log_probs)
            out[c].log_probs += tokens * (size_t)t->tags[c].count;
    }
}

enum status tagging_predict(const struct tag_output out[TAG_COLUMNS], const struct tagger *t,
                            const struct sentence_view *sentences, int n,
                            const struct stop_flag *stop, struct err *e)
{
    struct tag_output rest[TAG_COLUMNS];
    enum status st = ST_OK;

    memcpy(rest, out, sizeof(rest));
    for (int i = 0; !st && i < n; i++)
        st = tagging_check_sentence(&sentences[i], i, e);
    for (int i = 0, count; !st && i < n; i += count) {
        size_t tokens;

        count = take_span(&tokens, t, sentences + i, n - i);
        st = predict_span(rest, t, sentences + i, count, stop, e);
        advance(rest, t, tokens);
    }
    return st;
}

enum status tagger_predict(const struct tag_output out[TAG_COLUMNS], const struct tagger *t,
                           const struct sentence_view *sentences, int n, struct err *e)
{
    return tagging_predict(out, t, sentences, n, NULL, e);
}
