/* tagger_io.c - a tagger as a model file and back; <lstm/tagger.h> lists the keys. */
#include "core/tagging/features.h"
#include "core/tagging/morphology.h"
#include "core/tagging/tagger_model.h"
#include <lstm/checkpoint.h>
#include <lstm/tokenizer.h>
#include <lstm/utf8.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static enum status set_words(struct checkpoint *c, const char *key, const struct vocabulary *l,
                             struct err *e)
{
    return checkpoint_set_strings(c, key, (const char *const *)l->words, (size_t)l->count, e);
}

static enum status add_extra(struct checkpoint *c, const char *const *extra, struct err *e)
{
    enum status st = ST_OK;

    for (; !st && extra && extra[0]; extra += 2) {
        if (checkpoint_get(c, extra[0]))
            return err_set(e, ST_INVALID, "metadata \"%.60s\" is the model's own", extra[0]);
        st = checkpoint_set(c, extra[0], extra[1], e);
    }
    return st;
}

enum status tagger_save(const struct tagger *t, const char *const *extra, uint8_t **bytes,
                        size_t *len, struct err *e)
{
    struct checkpoint *c = NULL;
    enum status st = checkpoint_new(&c, e);

    if (!st) /* PyTorch's readers of safetensors expect it */
        st = checkpoint_set(c, "format", "pt", e);
    if (!st)
        st = checkpoint_set(c, "lstmd.task", task_name(TASK_TAG), e);
    if (!st && t->arithmetic[0])
        st = checkpoint_set(c, CHECKPOINT_ARITHMETIC, t->arithmetic, e);
    if (!st)
        st = params_store(c, TASK_TAG, &t->params, e);
    if (!st)
        st = set_words(c, "tags", &t->tags[tagger_main_column(t)], e);
    if (!st && t->params.column == COLUMN_BOTH)
        st = set_words(c, "xpos_tags", &t->tags[TAG_XPOS], e);
    if (!st)
        st = set_words(c, "vocabulary", &t->words, e);
    if (!st)
        st = add_extra(c, extra, e);
    if (!st)
        st = checkpoint_add_net(c, "", t->net, e);
    if (!st)
        st = context_save(c, t->context, e);
    if (!st)
        st = morphology_save(c, t->morphology, e);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

static enum status check_task(const struct checkpoint *c, struct err *e)
{
    const char *task = checkpoint_get(c, "lstmd.task");

    if (!task)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata lstmd.task is missing; it must be \"tag\"");
    if (strcmp(task, task_name(TASK_TAG)) != 0)
        return err_set(e, ST_CORRUPT,
                       "checkpoint: metadata lstmd.task is \"%.40s\"; it must be \"tag\"", task);
    return ST_OK;
}

enum status tagging_load_list(struct vocabulary *l, const struct checkpoint *c, const char *key,
                              int max, struct err *e)
{
    char **v = NULL;
    size_t n = 0;
    enum status st = checkpoint_get_strings(&v, &n, c, key, (size_t)max, e);

    for (size_t i = 0; !st && i < n; i++) {
        int32_t id;

        if (!v[i][0] || strlen(v[i]) > TOKEN_BYTES_MAX || !utf8_printable(v[i], strlen(v[i])))
            st = err_set(
                e, ST_CORRUPT,
                "checkpoint: entry %zu of metadata %s is empty, longer than %d bytes, or has "
                "control characters",
                i, key, TOKEN_BYTES_MAX);
        else if (vocabulary_find(l, v[i]) >= 0)
            st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s has \"%.60s\" twice", key, v[i]);
        else
            st = vocabulary_add(&id, l, v[i], max, key, e);
    }
    free(v);
    if (!st && l->count == 0)
        st = err_set(e, ST_CORRUPT, "checkpoint: metadata %s is empty", key);
    return st;
}

static enum status get_tags(struct tagger *t, const struct checkpoint *c, struct err *e)
{
    bool xpos = t->params.column == COLUMN_XPOS;
    enum status st =
        tagging_load_list(&t->tags[xpos ? TAG_XPOS : TAG_UPOS], c, "tags", TAGS_MAX, e);

    if (!st && t->params.column == COLUMN_BOTH)
        st = tagging_load_list(&t->tags[TAG_XPOS], c, "xpos_tags", TAGS_MAX, e);
    return st;
}

/* With features, every row except that of the unknown word must have the name of a feature. */
static enum status check_rows(const struct tagger *t, struct err *e)
{
    for (int i = 1; t->params.features != FEATURES_WORD && i < t->words.count; i++)
        if (!features_is_name(t->words.words[i]))
            return err_set(
                e, ST_CORRUPT,
                "checkpoint: entry %d of metadata vocabulary is \"%.60s\"; with features = "
                "%s it must be the name of a feature, as \"w:dog\"",
                i, t->words.words[i], params_text(&t->params, params_find(TASK_TAG, "features")));
    return ST_OK;
}

/* Where a file lacks a key that older versions did not write, sets the value that they used: words
 * as features, one column, no context model, no FEATS and lemmas, one net. Automatic values, which
 * a fit chooses by its corpus, are not possible here. */
static void default_to_old(struct params *p, const struct checkpoint *c)
{
    if (!checkpoint_get(c, "features"))
        p->features = FEATURES_WORD;
    if (!checkpoint_get(c, "column"))
        p->column = COLUMN_UPOS;
    if (!checkpoint_get(c, "context"))
        p->context = false;
    if (!checkpoint_get(c, "feats"))
        p->feats = false;
    if (!checkpoint_get(c, "lemmas"))
        p->lemmas = false;
    if (p->members == 0)
        p->members = 1;
    if (!checkpoint_get(c, "hidden_size"))
        p->hidden_size = 128;
}

/* Checked before memory is allocated for the net, because a small file may describe a giant one. */
static enum status check_size(const struct checkpoint *c, const struct net_config *nc,
                              struct err *e)
{
    int64_t want = net_config_num_parameters(nc);
    int64_t have = 0;

    for (int i = 0; i < checkpoint_num_tensors(c); i++) {
        struct checkpoint_tensor t;

        checkpoint_tensor(&t, c, i);
        if (tokenizer_owns(t.name) || context_owns(t.name) || morphology_owns(t.name))
            continue;
        have += checkpoint_elements(&t);
    }
    if (have == want)
        return ST_OK;
    return err_set(e, ST_CORRUPT,
                   "checkpoint: the tensors have %" PRId64
                   " numbers; embedding_dim %d, hidden_size %d, "
                   "num_layers %d, bidirectional %s, a vocabulary of %d and %d tags need %" PRId64,
                   have, nc->input_size, nc->hidden_size, nc->num_layers,
                   nc->bidirectional ? "true" : "false", nc->vocab_size, nc->output_size, want);
}

static enum status load_net(struct tagger *t, const struct checkpoint *c, struct err *e)
{
    struct net_config nc = tagger_net_config(t);
    enum status st = checkpoint_check_net_config(&nc, e);

    if (!st)
        st = check_size(c, &nc, e);
    if (!st)
        st = net_new(&t->net, &nc, e);
    if (!st)
        /* not strict: the file may have a tokenizer and a context model, but check_size() has
         * excluded other tensors */
        st = checkpoint_get_net(t->net, c, "", false, e);
    if (!st)
        st = checkpoint_check_finite(t->net, e);
    return st;
}

enum status tagger_load(struct tagger **out, const uint8_t *bytes, size_t len, struct err *e)
{
    struct checkpoint *c = NULL;
    struct tagger *t = calloc(1, sizeof(*t));
    enum status st;

    if (!t)
        return err_nomem(e, sizeof(*t));
    st = checkpoint_read(&c, bytes, len, e);
    if (!st)
        st = check_task(c, e);
    if (!st)
        st = checkpoint_get_arithmetic(t->arithmetic, c, e);
    if (!st)
        st = params_load(&t->params, c, TASK_TAG, e);
    if (!st)
        default_to_old(&t->params, c);
    if (!st)
        st = get_tags(t, c, e);
    if (!st)
        st = tagging_load_list(&t->words, c, "vocabulary", NET_VOCAB_MAX, e);
    if (!st && strcmp(t->words.words[0], WORD_UNKNOWN) != 0)
        st = err_set(
            e, ST_CORRUPT,
            "checkpoint: the first word of metadata vocabulary is \"%.60s\"; it must be %s, "
            "whose row of embedding.weight stands for unknown words",
            t->words.words[0], WORD_UNKNOWN);
    if (!st)
        st = check_rows(t, e);
    if (!st)
        st = load_net(t, c, e);
    if (!st)
        st = context_load(&t->context, c, (int[]){t->tags[TAG_UPOS].count, t->tags[TAG_XPOS].count},
                          e);
    if (!st)
        st = morphology_load(t, c, e);
    if (!st)
        st = tagger_make_pool(t, e);
    if (!st)
        tagger_count_words(t);
    checkpoint_free(c);
    if (st) {
        tagger_free(t);
        return st;
    }
    *out = t;
    return ST_OK;
}
