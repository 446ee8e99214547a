/* tagger.c - a tagger's life and what can be asked of it. */
#include "core/tagging/model.h"

#include <stdlib.h>

void tagger_free(struct tagger *t)
{
    if (!t)
        return;
    net_free(t->net);
    wordlist_release(&t->words);
    wordlist_release(&t->tags);
    tagger_evaluation_release(&t->evaluation);
    free(t);
}

struct net_config tagger_net_config(const struct tagger *t)
{
    return (struct net_config){.vocab_size = t->words.count,
                               .input_size = t->params.embedding_dim,
                               .hidden_size = t->params.hidden_size,
                               .num_layers = t->params.num_layers,
                               .bidirectional = t->params.bidirectional,
                               .output_size = t->tags.count,
                               .dropout = (float)t->params.dropout};
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
    return (int64_t)net_num_params(t->net);
}

int tagger_num_tags(const struct tagger *t)
{
    return t->tags.count;
}

const char *tagger_tag(const struct tagger *t, int i)
{
    return t->tags.words[i];
}

int tagger_num_words(const struct tagger *t)
{
    return t->words.count;
}

static size_t wordlist_bytes(const struct wordlist *l)
{
    return l->bytes + (size_t)l->capacity * sizeof(*l->words) +
           l->index.capacity * sizeof(*l->index.slots);
}

size_t tagger_bytes(const struct tagger *t)
{
    size_t first = (size_t)t->evaluation.first_length * (size_t)t->tags.count;

    return sizeof(*t) + net_num_params(t->net) * sizeof(float) + wordlist_bytes(&t->words) +
           wordlist_bytes(&t->tags) + (size_t)t->evaluation.num_tags * sizeof(struct tag_score) +
           2 * first * sizeof(float);
}

const struct tagger_evaluation *tagger_evaluation(const struct tagger *t)
{
    return t->evaluated ? &t->evaluation : NULL;
}
