/* tagger_resolve.c - checks a corpus, and chooses the parameters that depend on it. */
#include "core/tagging/tagger_model.h"

#include "core/base/size.h"
#include "core/tagging/samples.h"
#include <lstm/utf8.h>

#include <stdlib.h>
#include <string.h>

/* From HOLD_OUT_FROM sentences on, the last tenth is held out by default. With fewer, a tenth is
 * too small for an evaluation, and training needs it. */
enum { HOLD_OUT_FROM = 50, HOLD_OUT_PART = 10 };

/* Epochs when they are automatic: enough for STEPS_LEAST steps, within bounds. A few sentences take
 * hundreds of epochs to learn; with many sentences the last epochs add nothing. */
enum { STEPS_LEAST = 1800, EPOCHS_LEAST = 20, EPOCHS_MOST = 300 };

/* Sizes of the net when they are automatic: with fewer sentences a smaller net learns as much. The
 * number of members is bounded by TOKEN_PASSES (tokens times epochs times members) and by the size
 * of a model, so that a small corpus takes no longer than a large one. */
enum { SMALL_SENTENCES = 2000, SMALL_HIDDEN = 64, LARGE_HIDDEN = 112 };
enum { SMALL_NETS = 3, LARGE_NETS = 2, TOKEN_PASSES = 3200000 };

enum { WORD_BYTES = 128 }; /* that features and lemmas take for a word in training, at most */
enum { TOKEN_WORK = 256 }; /* estimated operations for checking one */

enum status tagging_check_text(const char *s, const char *what, int sentence, int position,
                               struct err *e)
{
    bool tag = strcmp(what, "tag") == 0;
    size_t max = tag ? TOKEN_BYTES_MAX : TOKEN_LENGTH_MAX;
    const char *why = NULL;

    if (!s || !s[0])
        why = "is empty";
    else if (strnlen(s, max + 1) > max)
        why = tag ? "is longer than 1024 bytes" : "is longer than 64 MiB";
    else if (!utf8_valid(s, strlen(s)))
        why = "is not valid UTF-8";
    else if (!utf8_printable(s, strlen(s)))
        why = "contains a control character";
    if (!why)
        return ST_OK;
    return err_set(e, ST_INVALID, "sentence %d: %s %d %s", sentence + 1, what, position + 1, why);
}

enum status tagging_check_sentence(const struct sentence_view *s, int sentence, struct err *e)
{
    enum status st = ST_OK;

    if (s->length < 0 || s->length > SENTENCE_TOKENS_MAX)
        return err_set(e, ST_INVALID, "sentence %d has %d tokens; at most %d are possible",
                       sentence + 1, s->length, SENTENCE_TOKENS_MAX);
    for (int k = 0; !st && k < s->length; k++)
        st = tagging_check_text(s->tokens[k], "token", sentence, k, e);
    return st;
}

/* any: for each column, whether any token has a tag in it. */
static enum status check_tags(const struct sentence_view *s, int sentence, bool *any, struct err *e)
{
    enum status st = ST_OK;

    for (int c = 0; c < TAG_COLUMNS; c++)
        for (int k = 0; !st && s->tags[c] && k < s->length; k++) {
            if (!s->tags[c][k])
                continue;
            any[c] = true;
            st = tagging_check_text(s->tags[c][k], "tag", sentence, k, e);
        }
    return st;
}

/* Notes whether any word of a training sentence has FEATS or a lemma. */
static void note_words(bool *feats, bool *lemmas, const struct sentence_view *s)
{
    for (int k = 0; k < s->length; k++) {
        *feats |= s->feats && s->feats[k] && strcmp(s->feats[k], "_") != 0;
        *lemmas |= s->lemmas && s->lemmas[k];
    }
}

static enum status no_tags(const struct params *p, int sentences, struct err *e)
{
    const struct param_spec *s = params_find(TASK_TAG, "column");

    err_set(e, ST_INVALID, "none of the %d sentences to train on has a tag in column %s", sentences,
            p->column == COLUMN_BOTH ? "upos or xpos" : params_text(p, s));
    err_at(e, "/params/column");
    return ST_INVALID;
}

/* When both columns are wanted, returns those that the corpus has. */
static int column_of(const struct params *p, const bool *any)
{
    if (p->column != COLUMN_BOTH || any[TAG_UPOS] == any[TAG_XPOS])
        return p->column;
    return any[TAG_UPOS] ? COLUMN_UPOS : COLUMN_XPOS;
}

static bool any_wanted(const struct params *p, const bool *any)
{
    return (any[TAG_UPOS] && tagging_wants(p, TAG_UPOS)) ||
           (any[TAG_XPOS] && tagging_wants(p, TAG_XPOS));
}

static enum status check_corpus(int *column, const struct params *p, const struct corpus *c,
                                int train, const struct stop_flag *stop, struct err *e)
{
    struct stop_meter m = {.stop = stop};
    int64_t tokens = 0;
    bool any[TAG_COLUMNS] = {false}, ignored[TAG_COLUMNS];
    enum status st = ST_OK;

    for (int i = 0; !st && i < c->count; i++) {
        const struct sentence_view *s = &c->sentences[i];

        if (s->length == 0)
            return err_set(e, ST_INVALID,
                           "sentence %d has no tokens; every sentence needs at least one", i + 1);
        st = tagging_check_sentence(s, i, e);
        if (!st)
            st = check_tags(s, i, i < train ? any : ignored, e);
        tokens += s->length;
        if (stop_meter_take(&m, TOKEN_WORK * (size_t)s->length))
            st = tagging_given_up(e);
    }
    if (!st && tokens > INT32_MAX / 2)
        st = err_set(e, ST_TOO_LARGE, "the sentences have %lld tokens; at most %d are possible",
                     (long long)tokens, INT32_MAX / 2);
    *column = column_of(p, any);
    return st || any_wanted(p, any) ? st : no_tags(p, train, e);
}

static enum status too_many(const char *name, int value, int sentences, int most, struct err *e)
{
    err_set(e, ST_INVALID, "%s is %d; with %d sentence%s it must be at most %d", name, value,
            sentences, sentences == 1 ? "" : "s", most);
    err_at(e, "/params/%s", name);
    return ST_INVALID;
}

static int choose_epochs(const struct params *p, int sentences)
{
    int batch = p->batch_size > 0 ? p->batch_size : 1;
    int batches = (sentences - 1) / batch + 1;
    int epochs = (STEPS_LEAST - 1) / batches + 1;

    if (epochs < EPOCHS_LEAST)
        return EPOCHS_LEAST;
    return epochs < EPOCHS_MOST ? epochs : EPOCHS_MOST;
}

static int choose_nets(const struct corpus *c, int sentences, int epochs)
{
    int most = sentences < SMALL_SENTENCES ? SMALL_NETS : LARGE_NETS;
    int64_t tokens = 0, nets;

    for (int i = 0; i < sentences; i++)
        tokens += c->sentences[i].length;
    if (tokens < 1 || epochs < 1)
        return 1;
    nets = TOKEN_PASSES / (tokens * epochs);
    if (nets < 1)
        return 1;
    return nets < most ? (int)nets : most;
}

enum status tagging_resolve(struct params *p, const struct corpus *c, const struct stop_flag *stop,
                            struct err *e)
{
    int test = p->test_size;
    int train, column = p->column;
    bool feats = false, lemmas = false;
    enum status st;

    if (c->count < 1)
        return err_set(e, ST_INVALID, "there are no sentences; at least one is needed");
    if (test < 0)
        test = c->count >= HOLD_OUT_FROM ? c->count / HOLD_OUT_PART : 0;
    if (test >= c->count)
        return too_many("test_size", test, c->count, c->count - 1, e);
    train = c->count - test;
    if (p->train_size > train)
        return too_many("train_size", p->train_size, c->count, train, e);
    if (p->train_size > 0)
        train = p->train_size;
    st = check_corpus(&column, p, c, train, stop, e);
    if (st)
        return st;
    p->test_size = test;
    p->column = column;
    for (int i = 0; i < train && (p->feats || p->lemmas); i++)
        note_words(&feats, &lemmas, &c->sentences[i]);
    p->feats = p->feats && feats;
    p->lemmas = p->lemmas && lemmas;
    if (p->epochs == 0)
        p->epochs = choose_epochs(p, train);
    if (p->members == 0)
        p->members = choose_nets(c, train, p->epochs);
    if (p->hidden_size == 0)
        p->hidden_size = train < SMALL_SENTENCES ? SMALL_HIDDEN : LARGE_HIDDEN;
    return ST_OK;
}

size_t tagger_training_bytes(const struct params *p, const struct corpus *c)
{
    bool word = p->features == FEATURES_WORD;
    int vocab = word ? 1 : SAMPLES_TABLE_FLOATS / (p->embedding_dim > 0 ? p->embedding_dim : 1) + 1;
    struct net_config nc = {.vocab_size = vocab,
                            .input_size = p->embedding_dim,
                            .hidden_size = p->hidden_size,
                            .num_layers = p->num_layers,
                            .bidirectional = p->bidirectional,
                            .output_size =
                                64, /* an estimate of the number of tags; they take little memory */
                            .dropout = (float)p->dropout,
                            .features = word ? 1 : NUM_FEATURES,
                            .input_dropout = (float)p->input_dropout,
                            .output_dropout = (float)p->output_dropout};
    int batch = p->batch_size < c->count ? p->batch_size : c->count, T = 1;
    size_t one = (size_t)net_config_num_parameters(&nc) * sizeof(float), all, tokens = 0;

    for (int i = 0; i < c->count; i++) {
        T = c->sentences[i].length > T ? c->sentences[i].length : T;
        tokens += (size_t)c->sentences[i].length;
    }
    all = trainer_size(&nc, T, batch);
    if (p->feats || p->lemmas)
        all = size_add(all, size_mul(tokens, WORD_BYTES));
    /* the finished nets and the joined net */
    return p->members > 1 ? size_add(all, size_mul(2 * (size_t)p->members, one)) : all;
}

enum status tagger_resolve(struct params *p, const struct corpus *c, struct err *e)
{
    return tagging_resolve(p, c, NULL, e);
}
