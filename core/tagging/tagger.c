/* tagger.c - makes and frees taggers, and reads their members. */
#include "core/base/size.h"
#include "core/tagging/features.h"
#include "core/tagging/morphology.h"
#include "core/tagging/plain_token.h"
#include "core/tagging/tagger_model.h"
#include "core/tagging/tagger_nets.h"
#include "core/text/letter_case.h"

#include <stdlib.h>
#include <string.h>

const char *tag_column_name(enum tag_column c)
{
    return c == TAG_XPOS ? "xpos" : "upos";
}

bool tagging_wants(const struct params *p, enum tag_column c)
{
    return p->column == COLUMN_BOTH || p->column == (c == TAG_UPOS ? COLUMN_UPOS : COLUMN_XPOS);
}

static void release_column(struct column_evaluation *ev)
{
    free(ev->tags);
    free(ev->confusion);
}

void tagger_evaluation_release(struct tagger_evaluation *ev)
{
    for (int c = 0; c < TAG_COLUMNS; c++)
        release_column(&ev->column[c]);
    free(ev->first_before);
    free(ev->first_after);
    memset(ev, 0, sizeof(*ev));
}

void tagger_free(struct tagger *t)
{
    if (!t)
        return;
    net_free(t->net);
    context_free(t->context);
    morphology_free(t->morphology);
    vocabulary_release(&t->words);
    for (int c = 0; c < TAG_COLUMNS; c++)
        vocabulary_release(&t->tags[c]);
    tagger_evaluation_release(&t->evaluation);
    work_pool_free(t->pool);
    free(t);
}

enum status tagger_make_pool(struct tagger *t, struct err *e)
{
    enum status st = work_pool_new(&t->pool, net_get_config(t->net), POOL_TOKENS, POOL_SENTENCES,
                                   WORK_POOL_SLOTS_MAX, e);

    if (!st && t->params.precision == PRECISION_INT8)
        work_pool_quantize(t->pool);
    return st;
}

struct net_config tagger_one_config(const struct tagger *t)
{
    const struct params *p = &t->params;

    return (struct net_config){.vocab_size = t->words.count,
                               .input_size = p->embedding_dim,
                               .hidden_size = p->hidden_size,
                               .num_layers = p->num_layers,
                               .bidirectional = p->bidirectional,
                               .output_size = t->tags[TAG_UPOS].count + t->tags[TAG_XPOS].count,
                               .dropout = (float)p->dropout,
                               .features = tagger_num_features(t),
                               .input_dropout = (float)p->input_dropout,
                               .output_dropout = (float)p->output_dropout};
}

struct net_config tagger_net_config(const struct tagger *t)
{
    struct net_config one = tagger_one_config(t);

    return nets_config(&one, t->params.members);
}

int tagger_num_features(const struct tagger *t)
{
    return t->params.features == FEATURES_WORD ? 1 : NUM_FEATURES;
}

bool tagging_is_uniform(const struct params *p, const struct sentence_view *s)
{
    return p->features == FEATURES_CASES && case_is_uniform(s->tokens, s->length);
}

const char *tagging_form(char space[FORM_BYTES_MAX + 1], const struct params *p,
                         const struct sentence_view *s, bool uniform, int k)
{
    char plain[TOKEN_BYTES_MAX + 1];
    const char *token = plain_token(plain, s->tokens[k]), *form = token;

    if (uniform && case_has(token))
        form = truecase_mark_uniform(space, token);
    else if (p->features >= FEATURES_CAPITALS)
        form = truecase_form(space, k > 0 ? s->tokens[k - 1] : NULL, token);
    if (form != plain)
        return form;
    memcpy(space, plain, strlen(plain) + 1);
    return space;
}

enum status tagger_rows(int32_t *rows, const struct tagger *t, const char *form, struct err *e)
{
    if (t->params.features != FEATURES_WORD)
        return features_rows(rows, &t->words, form, e);
    rows[0] = vocabulary_lookup(&t->words, form);
    return ST_OK;
}

enum status tagger_knows(bool *out, const struct tagger *t, const char *token, struct err *e)
{
    char space[FORM_BYTES_MAX + 1], plain[TOKEN_BYTES_MAX + 1];
    int32_t rows[NET_FEATURES_MAX];
    enum status st;

    token = plain_token(plain, token);
    st = tagger_rows(rows, t, token, e);

    if (!st && rows[0] == 0 && t->params.features >= FEATURES_CAPITALS)
        st = tagger_rows(rows, t, truecase_mark(space, token), e);
    *out = !st && rows[0] != 0;
    return st;
}

/* A word with two rows, one of them for inside a sentence, counts twice. */
void tagger_count_words(struct tagger *t)
{
    bool all = t->params.features == FEATURES_WORD;

    t->num_words = 0;
    for (int i = 0; i < t->words.count; i++)
        t->num_words += all || i == 0 || features_word(t->words.words[i]);
}

const char *tagger_arithmetic(const struct tagger *t)
{
    return t->arithmetic;
}

const struct params *tagger_params(const struct tagger *t)
{
    return &t->params;
}

const struct net *tagger_net(const struct tagger *t)
{
    return t->net;
}

int64_t tagger_num_params(const struct tagger *t)
{
    return (int64_t)net_num_params(t->net) + context_num_params(t->context);
}

bool tagger_has(const struct tagger *t, enum tag_column c)
{
    return t->tags[c].count > 0;
}

enum tag_column tagger_main_column(const struct tagger *t)
{
    return tagger_has(t, TAG_UPOS) ? TAG_UPOS : TAG_XPOS;
}

int tagger_num_tags(const struct tagger *t, enum tag_column c)
{
    return t->tags[c].count;
}

const char *tagger_tag(const struct tagger *t, enum tag_column c, int i)
{
    return t->tags[c].words[i];
}

int tagger_num_words(const struct tagger *t)
{
    return t->num_words;
}

const char *tagger_row(const struct tagger *t, int i)
{
    return t->words.words[i];
}

bool tagger_has_context(const struct tagger *t)
{
    return t->context != NULL;
}

size_t tagger_bytes(const struct tagger *t)
{
    const struct tagger_evaluation *ev = &t->evaluation;
    size_t tags = (size_t)t->tags[tagger_main_column(t)].count;
    size_t size = sizeof(*t) + net_num_params(t->net) * sizeof(float) +
                  vocabulary_bytes(&t->words) +
                  2 * (size_t)ev->first_length * tags * sizeof(float) + context_bytes(t->context) +
                  morphology_bytes(t->morphology);
    size_t pool = work_pool_size(net_get_config(t->net), POOL_TOKENS, POOL_SENTENCES,
                                 WORK_POOL_SLOTS_MAX, t->params.precision == PRECISION_INT8);

    for (int c = 0; c < TAG_COLUMNS; c++) {
        size_t n = (size_t)ev->column[c].num_tags;

        size += vocabulary_bytes(&t->tags[c]) + n * sizeof(struct tag_score) +
                n * n * sizeof(*ev->column[c].confusion);
    }
    return size_add(size, pool);
}

const struct tagger_evaluation *tagger_evaluation(const struct tagger *t)
{
    return t->evaluated ? &t->evaluation : NULL;
}
