/* fuzz_text.c - any bytes as text to tag, split in every way: refused, or words in order that hold
 * every character but white space. The first byte chooses the way. */
#include "server/formats/words.h"

#include <lstm/tokenizer.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A tokenizer that was fitted briefly: the quality of its splits does not matter here. */
static const struct tokenizer *tokenizer(void)
{
    static const char text[] = "We can't go. Yes!";
    static const struct text_word words[] = {
        {.start = 0, .end = 2, .token_end = true},
        {.start = 3, .end = 5},
        {.start = 5, .end = 8, .token_end = true},
        {.start = 9, .end = 11, .token_end = true},
        {.start = 11, .end = 12, .token_end = true, .sentence_end = true},
        {.start = 13, .end = 17, .token_end = true, .sentence_end = true}};
    static struct tokenizer *t;
    const struct text_view v = {text, sizeof(text) - 1, words, 6};
    struct tokenizer_params p;
    struct err e = {0};

    if (t)
        return t;
    tokenizer_defaults(&p);
    p.hidden_size = p.embedding_dim = 4;
    p.epochs = 1;
    if (tokenizer_fit(&t, &v, 1, &p, NULL, NULL, &e))
        abort();
    return t;
}

static void check_words(const struct text_word *w, size_t count, size_t size)
{
    size_t at = 0, point = 0;

    for (size_t i = 0; i < count; i++) {
        if (w[i].start < at || w[i].end <= w[i].start || w[i].first < point ||
            w[i].last <= w[i].first || w[i].last - w[i].first > w[i].end - w[i].start)
            abort();
        at = w[i].end;
        point = w[i].last;
    }
    if (at > size || (count && !w[count - 1].sentence_end))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct data_limits limits = {.max_sentences = 1000, .max_tokens = 10000};
    const struct tokenizer *t;
    struct text_word *words = NULL;
    struct tagged_set set;
    struct err e = {0};
    const char *text = (const char *)data + 1;
    enum text_input input;
    size_t count = 0;

    if (size == 0)
        return 0;
    input = (enum text_input)(data[0] & 3);
    t = data[0] & 4 ? tokenizer() : NULL;
    size--;
    if (words_split(&set, text, size, input, t, &limits, &e)) {
        if (!e.message[0] || set.count)
            abort();
    }
    tagged_set_release(&set);
    if ((t ? tokenize(&words, &count, t, text, size, input & 1, &e)
           : rule_tokenize(&words, &count, text, size, input & 1, &e)) == ST_OK)
        check_words(words, count, size);
    free(words);
    return 0;
}
