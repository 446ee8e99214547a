/* tokenizer.c - makes and frees tokenizers, and reads their members: see <lstm/tokenizer.h>. */
#include "core/tokenizer/tokenizer_model.h"

#include <stdlib.h>
#include <string.h>

void tokenizer_defaults(struct tokenizer_params *out)
{
    *out = (struct tokenizer_params){
        .hidden_size = 64,
        .embedding_dim = 48,
        .num_layers = 1,
        .input_dropout = 0.4,
        .output_dropout = 0.3,
        .unknown_rate = 0.1,
        .batch_size = 8,
        .epochs = 0,
        .learning_rate = 0.008,
        .weight_decay = 0.0,
        .gradient_clip = 5,
        .seed = 0,
    };
}

void tokenizer_free(struct tokenizer *t)
{
    if (!t)
        return;
    net_free(t->net);
    vocabulary_release(&t->rows);
    vocabulary_release(&t->splits);
    vocabulary_release(&t->runs);
    free(t);
}

int64_t tokenizer_num_params(const struct tokenizer *t)
{
    return (int64_t)net_num_params(t->net);
}

size_t tokenizer_bytes(const struct tokenizer *t)
{
    return sizeof(*t) + net_num_params(t->net) * sizeof(float) + vocabulary_bytes(&t->rows) +
           vocabulary_bytes(&t->splits) + vocabulary_bytes(&t->runs);
}

struct net_config tokenizer_net_config(const struct tokenizer *t)
{
    const struct tokenizer_params *p = &t->params;

    return (struct net_config){.vocab_size = t->rows.count,
                               .input_size = p->embedding_dim,
                               .hidden_size = p->hidden_size,
                               .num_layers = p->num_layers,
                               .bidirectional = true,
                               .output_size = NUM_ENDS,
                               .features = TOKEN_FEATURES,
                               .input_dropout = (float)p->input_dropout,
                               .output_dropout = (float)p->output_dropout};
}

enum status tokenizer_add_split(struct tokenizer *t, const char *split, struct err *e)
{
    char run[TOKEN_TEXT_MAX];
    size_t n = 0;
    int32_t id;
    enum status st;

    for (const char *s = split; *s && n + 1 < sizeof(run); s++) {
        if (*s != '|')
            run[n++] = *s;
    }
    run[n] = '\0';
    if (vocabulary_find(&t->runs, run) >= 0)
        return ST_OK;
    st = vocabulary_add(&id, &t->runs, run, NET_VOCAB_MAX, "splits", e);
    if (!st)
        st = vocabulary_add(&id, &t->splits, split, NET_VOCAB_MAX, "splits", e);
    return st;
}

static int32_t find_row(void *ctx, int feature, const char *text)
{
    (void)feature;
    return vocabulary_find(ctx, text);
}

void tokenizer_reader(struct token_reader *r, const struct tokenizer *t, const char *text,
                      size_t length)
{
    memset(r, 0, sizeof(*r));
    r->in.text = text;
    r->in.length = length;
    r->splits = &t->runs.index;
    r->split_texts = t->splits.words;
    r->row = find_row;
    r->ctx = (void *)&t->rows; /* only read */
}

enum status tokenizer_check_text(const char *text, size_t length, struct err *e)
{
    size_t bad;
    long line = 1;

    if (length > TOKENIZER_TEXT_MAX)
        return err_set(e, ST_TOO_LARGE, "a text of %zu bytes; at most %d can be split", length,
                       TOKENIZER_TEXT_MAX);
    bad = utf8_check(text, length);
    if (bad == length)
        return ST_OK;
    for (size_t i = 0; i < bad; i++)
        line += text[i] == '\n';
    err_set(e, ST_MALFORMED, "the text is not UTF-8 from byte %zu on", bad);
    return err_at_line(e, line);
}
