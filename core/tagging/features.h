/* features.h - the features of a token, as names of embedding rows.
 *
 * The vector of a token is the sum of the embeddings of these features (as in the taggers of
 * Toutanova et al. 2003 and spaCy's MultiHashEmbed, but each feature of the training part has a row
 * of its own, without hashing):
 *
 *     w:FORM     the case-folded, NFC-normalised form; an unknown word has the row "<unk>" instead;
 *                a capitalised word inside a sentence (truecase.h) has wi:FORM
 *     f:FORM     the form as written, when folding changes it
 *     p1: .. p4:, s1: .. s5:   the first and last code points of the folded form
 *     h:SHAPE    upper case X, lower case x, other letters o, digits 9, everything else unchanged;
 *                of a run of one class at most two are kept, 8 code points in all; inside a
 *                sentence hi:SHAPE
 *     a:, z:     the first and last part of a folded form with blanks; a form without blanks is its
 *                own first and last part, if a form with blanks has given that part a row
 *
 * In a sentence that is written in one case (letter_case.h) a word with such letters has w:FORM,
 * wi:FORM in place of f:FORM, and hu:SHAPE.
 *
 * A feature that is too rare in the training part has no row and adds nothing. */
#ifndef CORE_TAGGING_FEATURES_H
#define CORE_TAGGING_FEATURES_H

#include "core/text/vocabulary.h"
#include <lstm/tagger.h>

enum {
    FEATURE_WORD, /* "w:" */
    FEATURE_FORM,
    FEATURE_PREFIX, /* four of them */
    FEATURE_SUFFIX = FEATURE_PREFIX + 4,
    FEATURE_SHAPE = FEATURE_SUFFIX + 5,
    FEATURE_FIRST_PART,
    FEATURE_LAST_PART,
    NUM_FEATURES
};

/* One token's features; the names live in text. */
struct features {
    const char *name[NUM_FEATURES]; /* NULL: the token has none of this kind */
    bool parted;                    /* the form has blanks */
    bool uniform;                   /* the form is that of a sentence in one case */
    size_t used;
    char text[8192];
};

/* form: a token with or without a mark (truecase.h); the token is valid UTF-8 of at most
 * TOKEN_BYTES_MAX bytes. ST_NOMEM. */
enum status features_of(struct features *out, const char *form, struct err *e);
/* Whether features_of() can give this name. */
bool features_is_name(const char *s);
/* The word in the name of a FEATURE_WORD ("dog" of "w:dog"); NULL for other features. */
const char *features_word(const char *name);
/* rows (NUM_FEATURES): the features' numbers in the vocabulary; 0 for an unknown word, -1 for any
 * other feature that the token or the vocabulary does not have. */
enum status features_rows(int32_t *rows, const struct vocabulary *vocabulary, const char *form,
                          struct err *e);

#endif
