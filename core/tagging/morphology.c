/* morphology.c - fits, uses, saves and loads the models of FEATS and lemmas together. */
#include "core/tagging/morphology.h"

#include <stdlib.h>
#include <string.h>

enum { SPAN_TOKENS = 32768 }; /* that are analysed at once, to bound the memory */

void morphology_free(struct morphology *m)
{
    if (!m)
        return;
    feats_release(&m->feats);
    lemmas_release(&m->lemmas);
    tag_hashes_release(&m->hashes);
    free(m);
}

size_t morphology_bytes(const struct morphology *m)
{
    return m ? sizeof(*m) + feats_bytes(&m->feats) + lemmas_bytes(&m->lemmas) : 0;
}

static struct lemma_text text_of(const struct morphology *m, const struct word_hashes *words,
                                 const struct tag_numbers *tags, const int *bundles)
{
    return (struct lemma_text){.words = words,
                               .hashes = &m->hashes,
                               .tags = *tags,
                               .feats = m->feats.bundles.count ? &m->feats : NULL,
                               .bundles = bundles};
}

/* ---- training ---- */

static enum status fit_lemmas(struct morphology *m, const struct feats_corpus *c,
                              const struct morphology *from, struct err *e)
{
    struct lemma_text text = text_of(m, c->words, &c->tags, NULL);
    size_t tokens = 0;
    int *bundles;
    enum status st;

    for (int i = 0; i < c->count; i++)
        tokens += (size_t)c->sentences[i].length;
    bundles = calloc(tokens + 1, sizeof(*bundles));
    if (!bundles)
        return err_nomem(e, tokens * sizeof(*bundles));
    if (text.feats)
        feats_numbers(bundles, text.feats, c->sentences, c->count);
    text.bundles = bundles;
    st = lemmas_fit(&m->lemmas, c->sentences, c->count, &text, c->seed,
                    from && from->lemmas.rules.count ? &from->lemmas : NULL, c->stop, e);
    free(bundles);
    return st;
}

enum status morphology_fit(struct tagger *t, const struct sentence_view *sentences, int count,
                           const struct tag_numbers *tags, const struct morphology *from,
                           const struct stop_flag *stop, struct err *e)
{
    struct morphology *m = calloc(1, sizeof(*m));
    struct word_hashes words = {0};
    struct feats_corpus c = {.sentences = sentences,
                             .count = count,
                             .words = &words,
                             .tags = *tags,
                             .seed = (uint64_t)t->params.seed,
                             .stop = stop};
    enum status st;

    if (!m)
        return err_nomem(e, sizeof(*m));
    c.hashes = &m->hashes;
    st = tag_hashes_init(&m->hashes, t, e);
    if (!st)
        st = word_hashes_init(&words, sentences, count, stop, e);
    if (!st && t->params.feats)
        st = feats_fit(&m->feats, &c, from && from->feats.bundles.count ? &from->feats : NULL, e);
    if (!st && t->params.lemmas)
        st = fit_lemmas(m, &c, from, e);
    word_hashes_release(&words);
    if (st)
        morphology_free(m);
    else
        t->morphology = m;
    return st;
}

/* ---- analysing ---- */

struct analysis_texts {
    struct vocabulary lemmas;
};

void word_analysis_release(struct word_analysis *a)
{
    if (a->texts)
        vocabulary_release(&a->texts->lemmas);
    free(a->texts);
    free(a->feats);
    free(a->lemmas);
    *a = (struct word_analysis){0};
}

/* The lemma that a form got last, for the next word with the same form and tags. */
struct last_lemma {
    uint64_t tags;
    const char *lemma; /* NULL: none yet */
};

struct analysing {
    struct word_analysis *out;
    const struct morphology *m;
    struct perceptron_work feats, lemmas;
    int *bundles;            /* (tokens of the span) */
    struct last_lemma *last; /* (forms of the span) */
    const struct stop_flag *stop;
};

static enum status allocate(struct analysing *a, size_t tokens, struct err *e)
{
    const struct morphology *m = a->m;
    enum status st = ST_OK;

    if (m->feats.bundles.count) {
        a->out->feats = calloc(tokens + 1, sizeof(*a->out->feats));
        st = a->out->feats ? perceptron_work_init(&a->feats, m->feats.bundles.count, e)
                           : err_nomem(e, tokens * sizeof(*a->out->feats));
    }
    if (!st && m->lemmas.rules.count) {
        a->out->lemmas = calloc(tokens + 1, sizeof(*a->out->lemmas));
        a->out->texts = calloc(1, sizeof(*a->out->texts));
        st = a->out->lemmas && a->out->texts
                 ? perceptron_work_init(&a->lemmas, m->lemmas.rules.count, e)
                 : err_nomem(e, tokens * sizeof(*a->out->lemmas));
    }
    return st;
}

/* The lemma of a token, which is `token` of the whole text and `at` of the span. */
static enum status put_lemma(struct analysing *a, const struct lemma_text *text, size_t token,
                             size_t at, const char *form, struct err *e)
{
    struct vocabulary *texts = &a->out->texts->lemmas;
    struct last_lemma *last = &a->last[text->words->types[at]];
    uint64_t tags = lemma_tags(text, at);
    char lemma[EDITED_MAX + 1];
    int32_t id = 0;
    enum status st;

    a->out->lemmas[token] = last->tags == tags ? last->lemma : NULL;
    if (strnlen(form, TOKEN_BYTES_MAX + 1) > TOKEN_BYTES_MAX) /* only its ends are read */
        a->out->lemmas[token] = form;
    if (a->out->lemmas[token])
        return ST_OK;
    lemma_of(lemma, &a->m->lemmas, &a->lemmas, text, at);
    st = vocabulary_add(&id, texts, lemma, INT32_MAX / 2, "lemmas", e);
    if (!st)
        *last = (struct last_lemma){tags, texts->words[id]};
    a->out->lemmas[token] = last->lemma;
    return st;
}

/* Analyses n sentences, whose first token is number `first` of the whole text. */
static enum status analyse_span(struct analysing *a, const struct sentence_view *s, int n,
                                const struct tag_numbers *all, size_t first, struct err *e)
{
    struct word_hashes words = {0};
    struct tag_numbers tags = {all->tag + first, all->other ? all->other + first : NULL};
    struct lemma_text text = text_of(a->m, &words, &tags, a->bundles);
    enum status st = word_hashes_init(&words, s, n, a->stop, e);
    size_t at = 0;

    a->last = st ? NULL : calloc((size_t)words.forms.count + 1, sizeof(*a->last));
    if (!st && !a->last)
        st = err_nomem(e, (size_t)words.forms.count * sizeof(*a->last));
    for (int i = 0; !st && i < n; at += (size_t)s[i].length, i++) {
        if (stop_asked(a->stop))
            st = tagging_given_up(e);
        if (!st && text.feats)
            feats_predict(a->bundles + at, text.feats, &a->feats, &words, &a->m->hashes, &tags, at,
                          s[i].length);
        for (int k = 0; !st && k < s[i].length; k++) {
            size_t here = at + (size_t)k;

            if (text.feats)
                a->out->feats[first + here] = text.feats->bundles.words[a->bundles[here]];
            if (a->out->lemmas)
                st = put_lemma(a, &text, first + here, here, s[i].tokens[k], e);
        }
    }
    free(a->last);
    word_hashes_release(&words);
    return st;
}

static enum status analyse(struct analysing *a, const struct sentence_view *s, int n,
                           const struct tag_numbers *tags, struct err *e)
{
    size_t first = 0;
    enum status st = ST_OK;

    a->bundles = calloc(SPAN_TOKENS + SENTENCE_TOKENS_MAX, sizeof(*a->bundles));
    if (!a->bundles)
        return err_nomem(e, SPAN_TOKENS * sizeof(*a->bundles));
    for (int i = 0, count; !st && i < n; i += count) {
        size_t tokens = 0;

        for (count = 0; i + count < n && tokens < SPAN_TOKENS; count++)
            tokens += (size_t)s[i + count].length;
        st = analyse_span(a, s + i, count, tags, first, e);
        first += tokens;
    }
    free(a->bundles);
    return st;
}

enum status morphology_analyse(struct word_analysis *out, const struct tagger *t,
                               const struct sentence_view *sentences, int n,
                               const struct tag_output tags[TAG_COLUMNS],
                               const struct stop_flag *stop, struct err *e)
{
    enum tag_column main = tagger_main_column(t);
    struct tag_numbers numbers = {
        tags[main].best, main == TAG_UPOS && tagger_has(t, TAG_XPOS) ? tags[TAG_XPOS].best : NULL};
    struct word_analysis result = {0};
    struct analysing a = {.out = &result, .m = t->morphology, .stop = stop};
    size_t tokens = 0;
    enum status st = ST_OK;

    for (int i = 0; i < n; i++)
        tokens += (size_t)sentences[i].length;
    if (a.m)
        st = allocate(&a, tokens, e);
    if (!st && a.m)
        st = analyse(&a, sentences, n, &numbers, e);
    perceptron_work_release(&a.feats);
    perceptron_work_release(&a.lemmas);
    if (st)
        word_analysis_release(&result);
    else
        *out = result;
    return st;
}

enum status tagger_analyse(struct word_analysis *out, const struct tagger *t,
                           const struct sentence_view *sentences, int n,
                           const struct tag_output tags[TAG_COLUMNS], struct err *e)
{
    return morphology_analyse(out, t, sentences, n, tags, NULL, e);
}

bool tagger_has_feats(const struct tagger *t)
{
    return t->morphology && t->morphology->feats.bundles.count > 0;
}

bool tagger_has_lemmas(const struct tagger *t)
{
    return t->morphology && t->morphology->lemmas.rules.count > 0;
}

/* ---- files ---- */

bool morphology_owns(const char *tensor)
{
    return strncmp(tensor, "feats.", 6) == 0 || strncmp(tensor, "lemma.", 6) == 0;
}

enum status morphology_save(struct checkpoint *to, const struct morphology *m, struct err *e)
{
    enum status st = m ? feats_save(to, &m->feats, e) : ST_OK;

    return !st && m ? lemmas_save(to, &m->lemmas, e) : st;
}

static enum status load_both(struct tagger *t, struct morphology *m, const struct checkpoint *from,
                             struct err *e)
{
    enum status st = tag_hashes_init(&m->hashes, t, e);

    if (!st && t->params.feats)
        st = tagging_load_list(&m->feats.bundles, from, "feats.bundles", FEATS_MAX, e);
    if (!st && t->params.feats)
        st = feats_load(&m->feats, from, e);
    if (!st && t->params.lemmas)
        st = tagging_load_list(&m->lemmas.rules, from, "lemma.rules", LEMMA_RULES_MAX, e);
    return !st && t->params.lemmas ? lemmas_load(&m->lemmas, from, e) : st;
}

enum status morphology_load(struct tagger *t, const struct checkpoint *from, struct err *e)
{
    struct morphology *m;
    enum status st;

    if (!t->params.feats && !t->params.lemmas)
        return ST_OK;
    m = calloc(1, sizeof(*m));
    if (!m)
        return err_nomem(e, sizeof(*m));
    st = load_both(t, m, from, e);
    if (st)
        morphology_free(m);
    else
        t->morphology = m;
    return st;
}
