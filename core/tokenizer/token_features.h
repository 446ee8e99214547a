/* token_features.h - the steps of the tokenizer's net: pretokens, split where the treebank splits them, as rows of
 * an embedding.
 *
 * A step has FEATURES strings, and each that was seen often enough in training is a row: what it is in
 * lower case, what it looks like (category, case, length), the white space on both sides, its last
 * letters, it and the next one together, and the run it was split from. */
#ifndef CORE_TOKENIZER_TOKEN_FEATURES_H
#define CORE_TOKENIZER_TOKEN_FEATURES_H

#include "core/base/strmap.h"
#include "core/text/pretoken.h"

enum {
    TOKEN_FEATURES = 6,
    FEATURE_WORD = 0,
    FEATURE_GAP = 2,
    FEATURE_PAIR = 4,
    TOKEN_TEXT_MAX = 2 * PRETOKEN_BYTES_MAX + 8
};

struct token_features {
    size_t start, end, first, last; /* as in struct pretoken */
    enum pretoken_gap after;
    int32_t rows[TOKEN_FEATURES]; /* -1: none */
};

/* What a step looks like in text, before the rows are known. */
struct token_draft {
    struct token_features step;
    enum pretoken_kind kind;
    enum pretoken_gap before;
    char lower[TOKEN_TEXT_MAX]; /* NUL-terminated */
    char look[16];
};

struct token_reader {
    struct pretoken_reader in;
    /* From runs of letters in lower case, with a '|' at each split, without them, to where the string
     * with them is in split_texts; NULL: nothing is split. Borrowed. */
    const struct strmap *splits;
    char *const *split_texts;
    /* The row of a feature, -1: none. feature: 0..TOKEN_FEATURES-1; the first byte of text is a letter
     * that tells it, too. */
    int32_t (*row)(void *ctx, int feature, const char *text);
    void *ctx;
    /* Inside. */
    struct token_draft two[2]; /* the one to give next, the one behind it */
    bool filled[2], begun;
    struct pretoken rest; /* what is left of a pretoken that is split */
    const char *marks;    /* the splits of rest, from there on; NULL: it is whole */
    char run[TOKEN_TEXT_MAX];
};

/* The next step; false at the end of the text. Set in, splits, row and ctx first, all else zero. */
bool token_features_next(struct token_features *out, struct token_reader *r);

/* s (n bytes of UTF-8) in lower case, code point by code point. out: TOKEN_TEXT_MAX bytes; n at most
 * PRETOKEN_BYTES_MAX. */
void lower_text(char *out, const char *s, size_t n);

#endif
