/* context_fit.c - fits a context model by stochastic gradient ascent on the log-likelihood.
 *
 * One token at a time makes a step of AdaGrad (Duchi, Hazan & Singer 2011), which has one learning
 * rate for each row of the table. Features are dropped out at random. Otherwise a feature that
 * identifies a word would leave nothing to learn for features that several words share. */
#include "core/base/row.h"
#include "core/nn/kernels.h"
#include "core/tagging/context.h"
#include "core/tagging/context_impl.h"

#include <lstm/rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Size of the table: 2.5 MB in a file, and a little for keys and scales. */
enum { TABLE_WEIGHTS = 2500000 };
/* The number of epochs is chosen for this many steps, within bounds. */
enum { TOKEN_PASSES = 600000, EPOCHS_LEAST = 3, EPOCHS_MOST = 12 };
enum { ASK_EVERY = 4096 };  /* tokens between two calls of go_on() */
enum { TOKEN_WORK = 4096 }; /* estimated operations for numbering the features of a token */

static const float rate_first = 0.1F, dropped = 0.4F;
static const float start_new = 1e-3F, start_old = 1.0F; /* initial sum of squares of a row */
/* Factor by which these scores are multiplied before the net's are added. */
static const float share = 0.5F;

struct fitting {
    const struct context_corpus *corpus;
    struct context *model;
    const struct kernels *k;
    size_t tokens;
    int32_t *rows;  /* (tokens, CONTEXT_FEATURES) -1: none */
    int32_t *order; /* (tokens) */
    float *weights; /* (rows, outputs) */
    float *squares; /* (rows, TAG_COLUMNS) */
    float *scores;  /* (outputs) */
    struct rng rng;
    bool (*go_on)(void *ctx); /* or NULL */
    void *ctx;
    struct stop_meter meter;
};

/* Call it before n further operations. Returns false to stop with ST_CANCELLED. */
static bool may_go_on(struct fitting *f, size_t n)
{
    if (!stop_meter_take(&f->meter, n))
        return true;
    if (f->go_on)
        (void)f->go_on(f->ctx);
    return false;
}

/* ---- rows ---- */

/* Numbers the features of all tokens, and counts the tokens that have each of them. */
static enum status number_features(struct fitting *f, struct feature_index *all, int **counts,
                                   struct err *e)
{
    const struct context_corpus *c = f->corpus;
    struct context_words words = {0};
    enum status st =
        context_words_init(&words, (const char *const *)c->forms->words, c->forms->count, e);
    size_t at = 0;

    for (int i = 0; !st && i < c->count; i++) {
        size_t from = c->offset[i];
        int length = (int)(c->offset[i + 1] - from);

        if (!may_go_on(f, TOKEN_WORK * (size_t)length))
            st = err_set(e, ST_CANCELLED, "the training was cancelled");
        for (int k = 0; !st && k < length; k++, at++) {
            uint32_t keys[CONTEXT_FEATURES];
            int n = context_keys(keys, &words, c->types + from, length, k);

            for (int j = 0; !st && j < n; j++)
                st =
                    feature_index_add(&f->rows[at * CONTEXT_FEATURES + (size_t)j], all, keys[j], e);
            for (int j = n; j < CONTEXT_FEATURES; j++)
                f->rows[at * CONTEXT_FEATURES + (size_t)j] = -1;
        }
    }
    context_words_release(&words);
    *counts = st ? NULL : calloc((size_t)all->count + 1, sizeof(**counts));
    if (!st && !*counts)
        st = err_nomem(e, (size_t)all->count * sizeof(**counts));
    for (size_t i = 0; !st && i < f->tokens * CONTEXT_FEATURES; i++)
        if (f->rows[i] >= 0)
            (*counts)[f->rows[i]]++;
    return st;
}

/* Returns how often a feature must occur to get a row in any case: the least number that the size
 * of the table allows. */
static int choose_least(const struct fitting *f, const struct feature_index *all, const int *counts)
{
    for (int least = 1;; least++) {
        int64_t rows = 0;

        for (int i = 0; i < all->count; i++)
            rows += counts[i] >= least;
        if (rows * f->model->outputs <= TABLE_WEIGHTS || rows == 0)
            return least;
    }
}

/* Gives rows to all features that occur often enough, in addition to those that have one already.
 * The remaining rows go to the first features that fall one short of this. Rare features with rows
 * of their own do not disturb the weights of features that words share. */
static enum status choose_rows(struct fitting *f, const struct feature_index *all, int *counts,
                               struct err *e)
{
    struct feature_index *rows = &f->model->rows;
    int least = choose_least(f, all, counts);
    enum status st = ST_OK;
    int32_t row;

    for (int more = 0; more < 2; more++)
        for (int i = 0; !st && i < all->count; i++)
            if (counts[i] >= least - more &&
                (!more || (rows->count + 1) * (int64_t)f->model->outputs <= TABLE_WEIGHTS))
                st = feature_index_add(&row, rows, all->keys[i], e);
    for (size_t i = 0; !st && all->keys && i < f->tokens * CONTEXT_FEATURES; i++)
        if (f->rows[i] >= 0)
            f->rows[i] = feature_index_find(rows, all->keys[f->rows[i]]);
    if (!st && rows->count > CONTEXT_ROWS_MAX)
        st = err_set(e, ST_TOO_LARGE, "the sentences have more than %d different features",
                     CONTEXT_ROWS_MAX);
    return st;
}

static enum status find_rows(struct fitting *f, const struct context *from, struct err *e)
{
    struct feature_index all = {0};
    int *counts = NULL;
    int32_t row;
    enum status st = ST_OK;

    for (int i = 0; !st && from && i < from->rows.count; i++)
        st = feature_index_add(&row, &f->model->rows, from->rows.keys[i], e);
    if (!st)
        st = number_features(f, &all, &counts, e);
    if (!st)
        st = choose_rows(f, &all, counts, e);
    feature_index_release(&all);
    free(counts);
    return st;
}

/* ---- steps ---- */

/* Replaces the scores by the gradient of one column's loss. Returns the mean square of it. */
static float one_column(const struct fitting *f, float *scores, int n, int32_t class)
{
    float top = scores[0], sum = 0;

    for (int o = 1; o < n; o++)
        top = scores[o] > top ? scores[o] : top;
    for (int o = 0; o < n; o++)
        scores[o] -= top;
    f->k->exp(scores, scores, (size_t)n);
    for (int o = 0; o < n; o++)
        sum += scores[o];
    f->k->scale(scores, 1.0F / sum, (size_t)n);
    scores[class] -= 1.0F;
    return (float)(f->k->sum_squares(scores, (size_t)n) / n);
}

/* ids: the features of a token without those that are dropped out this time. Returns how many. */
static int draw(struct fitting *f, int32_t ids[CONTEXT_FEATURES], size_t token)
{
    const int32_t *rows = f->rows + token * CONTEXT_FEATURES;
    uint64_t bits = 0;
    int n = 0;

    for (int i = 0; i < CONTEXT_FEATURES; i++) {
        bits = i % 4 ? bits >> 16 : rng_next(&f->rng);
        if (rows[i] >= 0 && (float)(bits & 0xFFFF) >= dropped * 65536.0F)
            ids[n++] = rows[i];
    }
    return n;
}

static void step(struct fitting *f, size_t token, float rate)
{
    const struct context *m = f->model;
    int32_t ids[CONTEXT_FEATURES];
    int n = draw(f, ids, token), at = 0;

    f->k->sum_rows(f->scores, f->weights, ids, n, (size_t)m->outputs);
    for (int c = 0; c < TAG_COLUMNS; at += m->size[c], c++) {
        int32_t class = m->size[c] ? f->corpus->classes[c][token] : -1;
        float *g = f->scores + at, square;

        if (class < 0)
            continue;
        square = one_column(f, g, m->size[c], class);
        for (int i = 0; i < n; i++) {
            float *w = row(f->weights, ids[i], m->outputs) + at;
            float *sum = &f->squares[(size_t)ids[i] * TAG_COLUMNS + (size_t)c], by;

            *sum += square;
            by = rate / sqrtf(*sum);
            for (int o = 0; o < m->size[c]; o++)
                w[o] -= by * g[o];
        }
    }
}

static enum status learn(struct fitting *f, struct err *e)
{
    size_t work =
        CONTEXT_FEATURES * (size_t)f->model->outputs + 64; /* estimated operations of a step */
    size_t passes = f->tokens ? TOKEN_PASSES / f->tokens : 0;
    int epochs = passes < EPOCHS_LEAST  ? EPOCHS_LEAST
                 : passes > EPOCHS_MOST ? EPOCHS_MOST
                                        : (int)passes;

    for (int i = 0, steps = 0; i < epochs; i++) {
        float rate = rate_first * (1.0F - (float)i / (float)epochs);

        rng_shuffle(&f->rng, f->order, (int)f->tokens);
        for (size_t k = 0; k < f->tokens; k++, steps++) {
            if ((steps == ASK_EVERY && f->go_on && !f->go_on(f->ctx)) || !may_go_on(f, work))
                return err_set(e, ST_CANCELLED, "the training was cancelled");
            steps = steps == ASK_EVERY ? 0 : steps;
            step(f, (size_t)f->order[k], rate);
        }
    }
    return ST_OK;
}

/* ---- all of it ---- */

static enum status allocate(struct fitting *f, struct err *e)
{
    size_t rows = (size_t)f->model->rows.count, O = (size_t)f->model->outputs;

    f->weights = calloc(rows * O + 1, sizeof(float));
    f->squares = calloc(rows * TAG_COLUMNS + 1, sizeof(float));
    f->scores = calloc(O + 1, sizeof(float));
    f->order = calloc(f->tokens + 1, sizeof(*f->order));
    if (!f->weights || !f->squares || !f->scores || !f->order)
        return err_nomem(e, rows * O * sizeof(float));
    for (size_t i = 0; i < rows * TAG_COLUMNS; i++)
        f->squares[i] = start_new;
    for (size_t i = 0; i < f->tokens; i++)
        f->order[i] = (int32_t)i;
    return ST_OK;
}

/* The rows of the earlier model come first, and so do its tags within a column. */
static void start_from(struct fitting *f, const struct context *from)
{
    const struct context *m = f->model;

    for (size_t i = 0; i < (size_t)from->rows.count; i++) {
        float *to = f->weights + i * (size_t)m->outputs;
        const int8_t *w = from->weights + i * (size_t)from->outputs;

        for (int c = 0; c < TAG_COLUMNS; c++) {
            for (int o = 0; o < m->size[c] && o < from->size[c]; o++)
                to[o] = (float)w[o] * from->scale[i] / (share * (1.0F - dropped));
            to += m->size[c];
            w += from->size[c];
            f->squares[i * TAG_COLUMNS + (size_t)c] = start_old;
        }
    }
}

/* Rounds the weights to what the model stores. Training keeps a share 1 - dropped of the features,
 * a prediction all of them, so the weights are scaled by that share. */
static enum status round_weights(struct fitting *f, struct err *e)
{
    struct context *m = f->model;
    size_t O = (size_t)m->outputs;
    enum status st = context_room(m, e);

    for (size_t i = 0; !st && i < (size_t)m->rows.count; i++) {
        const float *w = f->weights + i * O;
        float largest = 0;

        for (size_t o = 0; o < O; o++)
            largest = fmaxf(largest, fabsf(w[o]));
        m->scale[i] = share * (1.0F - dropped) * largest / 127.0F;
        for (size_t o = 0; o < O && largest > 0; o++)
            m->weights[i * O + o] = (int8_t)lrintf(w[o] / largest * 127.0F);
    }
    return st;
}

enum status context_fit(struct context **out, const struct context_corpus *c,
                        const struct context *from, uint64_t seed, bool (*go_on)(void *ctx),
                        void *ctx, struct err *e)
{
    struct fitting f = {.corpus = c,
                        .k = kernels_get(),
                        .tokens = c->offset[c->count],
                        .go_on = go_on,
                        .ctx = ctx,
                        .meter = {.stop = c->stop}};
    enum status st = ST_OK;

    rng_seed(&f.rng, seed);
    f.model = calloc(1, sizeof(*f.model));
    f.rows = calloc(f.tokens * CONTEXT_FEATURES + 1, sizeof(*f.rows));
    if (!f.model || !f.rows)
        st = err_nomem(e, f.tokens * CONTEXT_FEATURES * sizeof(*f.rows));
    for (int k = 0; !st && k < TAG_COLUMNS; k++) {
        f.model->size[k] = c->size[k];
        f.model->outputs += c->size[k];
    }
    if (!st)
        st = find_rows(&f, from, e);
    if (!st)
        st = allocate(&f, e);
    if (!st && from)
        start_from(&f, from);
    if (!st)
        st = learn(&f, e);
    if (!st)
        st = round_weights(&f, e);
    free(f.rows);
    free(f.weights);
    free(f.order);
    free(f.squares);
    free(f.scores);
    if (st)
        context_free(f.model);
    else
        *out = f.model;
    return st;
}
