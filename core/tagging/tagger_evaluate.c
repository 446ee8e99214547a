/* tagger_evaluate.c - the accuracy of a tagger, over the tokens whose tag is known. */
#include "core/tagging/morphology.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_WORK = 512 }; /* estimated operations for looking a token up */

static double ratio(int64_t a, int64_t b, double none)
{
    return b ? (double)a / (double)b : none;
}

/* truth -1: a tag that the model does not have. It counts as wrong, whatever the tagger gives. */
static void count_token(struct column_evaluation *ev, int32_t truth, int given, bool unknown)
{
    bool right = truth == given;

    if (!ev->tags || !ev->confusion) /* the tagger does not have this column */
        return;
    ev->tokens++;
    ev->correct += right;
    ev->unknown += unknown;
    ev->unknown_correct += unknown && right;
    ev->tags[given].predicted++;
    if (truth < 0)
        return;
    ev->tags[truth].support++;
    ev->tags[truth].correct += right;
    ev->confusion[(size_t)truth * (size_t)ev->num_tags + (size_t)given]++;
}

/* best: the tags given to the tokens of s. */
static void count_sentence(struct column_evaluation *ev, const struct vocabulary *tags,
                           const char *const *truth, int length, const int *best,
                           const uint8_t *unknown)
{
    int64_t tokens = ev->tokens, correct = ev->correct;

    for (int k = 0; truth && k < length; k++)
        if (truth[k])
            count_token(ev, vocabulary_find(tags, truth[k]), best[k], unknown[k]);
    ev->sentences += ev->tokens > tokens;
    ev->sentences_correct += ev->tokens > tokens && ev->tokens - tokens == ev->correct - correct;
}

/* Compares what was found for the words with what they have; NULL: not known. */
static void count_word(struct word_evaluation *ev, const char *truth, const char *found,
                       bool unknown)
{
    bool right;

    if (!truth || !found)
        return;
    right = strcmp(truth, found) == 0;
    ev->tokens++;
    ev->correct += right;
    ev->unknown += unknown;
    ev->unknown_correct += unknown && right;
}

static void derive_words(struct word_evaluation *ev)
{
    ev->accuracy = ratio(ev->correct, ev->tokens, (double)NAN);
    ev->unknown_accuracy = ratio(ev->unknown_correct, ev->unknown, (double)NAN);
}

static void count_words(struct tagger_evaluation *ev, const struct word_analysis *a,
                        const struct corpus *corpus, const uint8_t *unknown)
{
    char bundle[TOKEN_BYTES_MAX + 1];
    size_t at = 0;

    for (int i = 0; i < corpus->count; i++) {
        const struct sentence_view *s = &corpus->sentences[i];

        for (int k = 0; k < s->length; k++, at++) {
            const char *feats = s->feats ? s->feats[k] : NULL;

            if (a->feats && feats && feats_canonical(bundle, feats))
                count_word(&ev->feats, bundle, a->feats[at], unknown[at]);
            if (a->lemmas && s->lemmas)
                count_word(&ev->lemmas, s->lemmas[k], a->lemmas[at], unknown[at]);
        }
    }
    derive_words(&ev->feats);
    derive_words(&ev->lemmas);
}

static void derive(struct column_evaluation *ev)
{
    ev->accuracy = ratio(ev->correct, ev->tokens, (double)NAN);
    ev->unknown_accuracy = ratio(ev->unknown_correct, ev->unknown, (double)NAN);
    for (int i = 0; i < ev->num_tags; i++) {
        struct tag_score *s = &ev->tags[i];

        s->precision = ratio(s->correct, s->predicted, 0);
        s->recall = ratio(s->correct, s->support, 0);
        s->f1 = ratio(2 * s->correct, s->predicted + s->support, 0);
    }
}

struct evaluation_run {
    const struct stop_flag *stop; /* or NULL */
    size_t tokens;
    int *best[TAG_COLUMNS];
    uint8_t *unknown; /* (tokens) whether no row stands for the word */
};

static enum status allocate(struct evaluation_run *r, struct tagger_evaluation *ev,
                            const struct tagger *t, struct err *e)
{
    r->unknown = calloc(r->tokens + 1, sizeof(*r->unknown));
    if (!r->unknown)
        return err_nomem(e, r->tokens);
    for (int c = 0; c < TAG_COLUMNS; c++) {
        struct column_evaluation *col = &ev->column[c];
        size_t n = (size_t)t->tags[c].count;

        if (!n)
            continue;
        col->num_tags = (int)n;
        col->tags = calloc(n, sizeof(*col->tags));
        col->confusion = calloc(n * n, sizeof(*col->confusion));
        r->best[c] = calloc(r->tokens + 1, sizeof(*r->best[c]));
        if (!col->tags || !col->confusion || !r->best[c])
            return err_nomem(e, n * n * sizeof(*col->confusion));
    }
    return ST_OK;
}

static enum status find_unknown(struct evaluation_run *r, const struct tagger *t,
                                const struct corpus *c, struct err *e)
{
    size_t at = 0;
    struct stop_meter m = {.stop = r->stop};
    enum status st = ST_OK;

    for (int i = 0; !st && i < c->count; i++) {
        if (stop_meter_take(&m, TOKEN_WORK * (size_t)c->sentences[i].length))
            return tagging_given_up(e);
        for (int k = 0; !st && k < c->sentences[i].length; k++, at++) {
            bool known = false;

            st = tagger_knows(&known, t, c->sentences[i].tokens[k], e);
            r->unknown[at] = !known;
        }
    }
    return st;
}

static void count(struct tagger_evaluation *ev, const struct evaluation_run *r,
                  const struct tagger *t, const struct corpus *corpus)
{
    size_t at = 0;

    for (int i = 0; i < corpus->count; i++) {
        const struct sentence_view *s = &corpus->sentences[i];

        for (int c = 0; c < TAG_COLUMNS; c++)
            if (r->best[c])
                count_sentence(&ev->column[c], &t->tags[c], s->tags[c], s->length, r->best[c] + at,
                               r->unknown + at);
        at += (size_t)s->length;
    }
    for (int c = 0; c < TAG_COLUMNS; c++)
        derive(&ev->column[c]);
}

static enum status evaluate(struct tagger_evaluation *ev, struct evaluation_run *r,
                            const struct tagger *t, const struct corpus *c, struct err *e)
{
    struct tag_output out[TAG_COLUMNS] = {0};
    struct word_analysis words = {0};
    enum status st = allocate(r, ev, t, e);

    if (!st)
        st = find_unknown(r, t, c, e);
    for (int k = 0; k < TAG_COLUMNS; k++)
        out[k].best = r->best[k];
    if (!st)
        st = tagging_predict(out, t, c->sentences, c->count, r->stop, e);
    if (!st)
        st = morphology_analyse(&words, t, c->sentences, c->count, out, r->stop, e);
    if (!st) {
        count(ev, r, t, c);
        count_words(ev, &words, c, r->unknown);
    }
    word_analysis_release(&words);
    return st;
}

enum status tagger_evaluate(struct tagger_evaluation *out, const struct tagger *t,
                            const struct corpus *c, const struct stop_flag *stop, struct err *e)
{
    struct tagger_evaluation ev = {
        .loss_before = (double)NAN, .loss_after = (double)NAN, .last_batch_loss = (double)NAN};
    struct evaluation_run r = {.stop = stop};
    enum status st = ST_OK;

    for (int i = 0; !st && i < c->count; i++) {
        st = tagging_check_sentence(&c->sentences[i], i, e);
        r.tokens += st ? 0 : (size_t)c->sentences[i].length;
    }
    if (!st)
        st = evaluate(&ev, &r, t, c, e);
    if (st)
        tagger_evaluation_release(&ev);
    else
        *out = ev;
    for (int k = 0; k < TAG_COLUMNS; k++)
        free(r.best[k]);
    free(r.unknown);
    return st;
}
