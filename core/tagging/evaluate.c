/* evaluate.c - how well a tagger does: counts over the tokens whose tag is known. */
#include "core/tagging/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void tagger_evaluation_release(struct tagger_evaluation *ev)
{
    free(ev->tags);
    free(ev->first_before);
    free(ev->first_after);
    memset(ev, 0, sizeof(*ev));
}

static double ratio(int64_t a, int64_t b, double none)
{
    return b ? (double)a / (double)b : none;
}

/* best: the tags given to the tokens of s. A tag that the model does not have is never right. */
static void count_sentence(struct tagger_evaluation *ev, const struct tagger *t,
                           const struct sentence_view *s, const int *best)
{
    int64_t tagged = 0, correct = 0;

    for (int k = 0; k < s->length; k++) {
        const char *tag = s->tags ? s->tags[k] : NULL;
        bool unknown = wordlist_lookup(&t->words, s->tokens[k]) == 0;
        int32_t truth = tag ? wordlist_find(&t->tags, tag) : -1;
        bool right = truth == best[k];

        if (!tag)
            continue;
        tagged++;
        correct += right;
        ev->unknown += unknown;
        ev->unknown_correct += unknown && right;
        ev->tags[best[k]].predicted++;
        if (truth >= 0) {
            ev->tags[truth].support++;
            ev->tags[truth].correct += right;
        }
    }
    ev->tokens += tagged;
    ev->correct += correct;
    ev->sentences += tagged > 0;
    ev->sentences_correct += tagged > 0 && tagged == correct;
}

static void derive(struct tagger_evaluation *ev)
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

enum status tagger_evaluate(struct tagger_evaluation *out, const struct tagger *t,
                            const struct corpus *c, struct err *e)
{
    struct tagger_evaluation ev = {.num_tags = t->tags.count,
                                   .loss_before = (double)NAN,
                                   .loss_after = (double)NAN,
                                   .last_batch_loss = (double)NAN};
    size_t tokens = 0;
    int *best;
    float *score;
    enum status st = ST_OK;

    for (int i = 0; !st && i < c->count; i++) {
        st = tagging_check_sentence(&c->sentences[i], i, e);
        tokens += st ? 0 : (size_t)c->sentences[i].length;
    }
    if (st)
        return st;
    best = calloc(tokens + 1, sizeof(*best));
    score = calloc(tokens + 1, sizeof(*score));
    ev.tags = calloc((size_t)ev.num_tags, sizeof(*ev.tags));
    if (!best || !score || !ev.tags) {
        st = err_nomem(e, tokens * sizeof(*best));
        goto out;
    }
    st = tagger_predict(best, score, NULL, t, c->sentences, c->count, e);
    tokens = 0;
    for (int i = 0; !st && i < c->count; i++) {
        count_sentence(&ev, t, &c->sentences[i], best + tokens);
        tokens += (size_t)c->sentences[i].length;
    }
    if (!st) {
        derive(&ev);
        *out = ev;
        ev.tags = NULL; /* moved */
    }
out:
    free(best);
    free(score);
    free(ev.tags);
    return st;
}
