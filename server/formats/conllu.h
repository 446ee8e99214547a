/* conllu.h - tagged sentences as CoNLL-U (https://universaldependencies.org/format.html). FORM,
 * UPOS and XPOS are words and tags ("_": not given). Everything else, that is comments, multi-word
 * tokens (1-2), empty nodes (1.1) and the other columns, is kept and written back unchanged. */
#ifndef SERVER_FORMATS_CONLLU_H
#define SERVER_FORMATS_CONLLU_H

#include "server/data/data.h"

/* ST_MALFORMED with the line: not ten columns, ids out of order, not UTF-8. The last sentence may
 * lack its blank line. On error out is empty. */
enum status conllu_read(struct tagged_set *out, const char *bytes, size_t len,
                        const struct data_limits *limits, struct err *e);
/* Adds LEMMA and FEATS to the sentences that were read from CoNLL-U, out of their lines. FEATS "_"
 * is "_": none. ST_NOMEM. */
enum status conllu_read_words(struct tagged_set *t, struct err *e);
/* A sentence that was read from CoNLL-U is written byte for byte as it was, except UPOS and XPOS,
 * and LEMMA and FEATS where it has them. One that was split from text gets sent_id, text, newpar
 * where a paragraph begins, multi-word tokens, and in MISC what rebuilds the text byte for byte, as
 * UDPipe writes it: SpaceAfter=No, SpacesAfter, SpacesBefore and SpacesInToken with \s, \t, \r, \n,
 * \p (a bar) and \\. */
void conllu_write(struct buf *out, const struct tagged_set *t);
/* The same with TokenRange=FIRST:END in MISC, in code points of the text. */
void conllu_write_ranges(struct buf *out, const struct tagged_set *t);
/* The same for sentences that follow others in out. first: the number of the first one, from 1. */
void conllu_write_from(struct buf *out, const struct tagged_set *t, int first);

/* ---- the lines of a sentence, for callers that need more than words and tags ---- */

struct conllu_field {
    const char *at;
    size_t len;
};
enum conllu_kind {
    CONLLU_BLANK,
    CONLLU_COMMENT,
    CONLLU_WORD,
    CONLLU_RANGE,
    CONLLU_EMPTY,
    CONLLU_BAD
};
enum {
    CONLLU_ID,
    CONLLU_FORM,
    CONLLU_LEMMA,
    CONLLU_UPOS,
    CONLLU_XPOS,
    CONLLU_FEATS,
    CONLLU_MISC = 9,
    CONLLU_COLUMNS
};

struct conllu_line {
    enum conllu_kind kind;
    struct conllu_field text;                   /* without the line end */
    struct conllu_field column[CONLLU_COLUMNS]; /* of words, ranges and empty nodes */
    int columns;                                /* their number */
    int first, last; /* word numbers of a range; of a word or an empty node only first */
};
/* Reads the line at *s and moves *s after it. Returns false at end. */
bool conllu_next(struct conllu_line *out, const char **s, const char *end);

#endif
