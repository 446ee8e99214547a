/* token_features.h - the steps that the tokenizer's net reads: pretokens, split where the treebank
 * splits them, as rows of an embedding.
 *
 * A step has TOKEN_FEATURES features, which are strings: the text in lower case; its look
 * (category, case, length); the white space on both sides; its last letters; its text with that of
 * the next step; the run that it was split from. A feature that is frequent enough in training has
 * a row. */
#ifndef CORE_TOKENIZER_TOKEN_FEATURES_H
#define CORE_TOKENIZER_TOKEN_FEATURES_H

#include "core/base/strmap.h"
#include "core/text/pretoken.h"

enum {
    TOKEN_FEATURES = 6,
    TOKEN_FEATURE_WORD = 0,
    TOKEN_FEATURE_GAP = 2,
    TOKEN_FEATURE_PAIR = 4,
    TOKEN_TEXT_MAX = 2 * PRETOKEN_BYTES_MAX + 8
};

struct token_features {
    size_t start, end, first, last; /* as in struct pretoken */
    enum pretoken_gap after;
    bool parts; /* a token ends here (final_marks.h): features as before a space */
    int32_t rows[TOKEN_FEATURES]; /* -1: none */
};

/* A step whose features that depend on the next step are not set yet. */
struct token_draft {
    struct token_features step;
    enum pretoken_kind kind;
    enum pretoken_gap before;
    char lower[TOKEN_TEXT_MAX]; /* NUL-terminated */
    char look[16];
};

struct token_reader {
    struct pretoken_reader in;
    /* The runs of letters that are split, in lower case. Each has the index of its text in
     * split_texts, which has a '|' at each split. NULL: no run is split. Borrowed. */
    const struct strmap *splits;
    char *const *split_texts;
    /* Whether final marks are separated from symbols (final_marks.h); false in training. */
    bool marks_part;
    /* Returns the row of a feature, -1: none. feature: 0..TOKEN_FEATURES-1; the first byte of text
     * is a letter that stands for the feature. */
    int32_t (*row)(void *ctx, int feature, const char *text);
    void *ctx;
    /* Private to token_features.c. */
    struct token_draft two[2]; /* the next step, and the one after it */
    bool filled[2], begun;
    struct pretoken rest; /* the rest of a pretoken that is being split */
    const char *marks;    /* the text with the splits of rest; NULL: it is not split */
    char run[TOKEN_TEXT_MAX];
};

/* Reads the next step. Returns false at the end of the text. Before the first call the caller sets
 * in, splits, split_texts, marks_part, row and ctx, and zeroes all else. */
bool token_features_next(struct token_features *out, struct token_reader *r);

/* s (n bytes of UTF-8) in lower case, code point by code point. out: TOKEN_TEXT_MAX bytes; n at
 * most PRETOKEN_BYTES_MAX. */
void lower_text(char *out, const char *s, size_t n);

#endif
