/* token_features.h - the steps of the tokenizer's net: pieces, split where the treebank splits them, as rows of
 * an embedding.
 *
 * A unit has FEATURES strings, and each that was seen often enough in training is a row: what it is in
 * lower case, what it looks like (category, case, length), the white space on both sides, its last
 * letters, it and the next one together, and the run it was split from. */
#ifndef CORE_TOKENIZER_TOKEN_FEATURES_H
#define CORE_TOKENIZER_TOKEN_FEATURES_H

#include "core/base/strmap.h"
#include "core/text/pretoken.h"

enum {
    UNIT_FEATURES = 6,
    UNIT_WORD = 0,
    UNIT_GAP = 2,
    UNIT_PAIR = 4,
    UNIT_TEXT_MAX = 2 * PIECE_BYTES_MAX + 8
};

struct unit {
    size_t start, end, first, last; /* as in struct piece */
    enum piece_gap after;
    int32_t rows[UNIT_FEATURES]; /* -1: none */
};

/* What a unit looks like in text, before the rows are known. */
struct unit_draft {
    struct unit unit;
    enum piece_kind kind;
    enum piece_gap before;
    char lower[UNIT_TEXT_MAX]; /* NUL-terminated */
    char look[16];
};

struct unit_reader {
    struct piece_reader in;
    /* From runs of letters in lower case, with a '|' at each split, without them, to where the string
     * with them is in split_texts; NULL: nothing is split. Borrowed. */
    const struct strmap *splits;
    char *const *split_texts;
    /* The row of a feature, -1: none. feature: 0..UNIT_FEATURES-1; the first byte of text is a letter
     * that tells it, too. */
    int32_t (*row)(void *ctx, int feature, const char *text);
    void *ctx;
    /* Inside. */
    struct unit_draft two[2]; /* the one to give next, the one behind it */
    bool filled[2], begun;
    struct piece rest; /* what is left of a piece that is split */
    const char *marks; /* the splits of rest, from there on; NULL: it is whole */
    char run[UNIT_TEXT_MAX];
};

/* The next unit; false at the end of the text. Set in, splits, row and ctx first, all else zero. */
bool unit_next(struct unit *out, struct unit_reader *r);

/* s (n bytes of UTF-8) in lower case, code point by code point. out: UNIT_TEXT_MAX bytes; n at most
 * PIECE_BYTES_MAX. */
void lower_text(char *out, const char *s, size_t n);

#endif
