/* data.h - data sets in memory: series, and tagged sentences; a text is only its bytes. formats/,
 * store/, api/ and jobs/ use them. */
#ifndef SERVER_DATA_DATA_H
#define SERVER_DATA_DATA_H

#include "server/data/timeline.h"

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { NOTE_DETAIL_MAX = 400 };
enum { SERIES_ID_MAX = 1024, COLUMN_NAME_MAX = 255, COLUMNS_MAX = 256 };

enum data_kind { DATA_SERIES, DATA_TAGGED, DATA_TEXT };
/* "series", "tagged", "text" */
const char *data_kind_name(enum data_kind kind);
/* "series", "tagged sentences", "a text": what a data set holds, for messages. */
const char *data_kind_words(enum data_kind kind);
enum missing_policy {
    MISSING_LINEAR,
    MISSING_ERROR,
    MISSING_SEASONAL,
    MISSING_PREVIOUS,
    MISSING_ZERO
}; /* see missing.h */

/* One series: length rows of num_columns values. Rows are equally spaced in time; gaps were filled
 * with NaN when it was read. NaN is a missing observation. All strings are owned. */
struct series {
    char *id;
    struct timeline time; /* of row 0 */
    int length;
    double *values; /* (length, num_columns) row-major, owned */
};

/* A note about a choice that was made while reading. */
struct data_note {
    const char *code;
    const char *parameter; /* query parameter that changes the choice; NULL: none. Both static */
    char *column, *detail; /* owned; column may be NULL */
    long line;             /* from 1; 0: none */
};

struct series_set {
    int count, cap;
    struct series *items;
    int num_columns;
    /* (num_columns) names of the value columns, then of the covariates. Owned. */
    char **columns;
    /* How many columns at the end are covariates. Their rows may continue after the last value. */
    int num_covariates;
    /* Names of columns that were chosen while reading, or NULL. Owned. */
    char *time_column, *id_column;
    enum missing_policy missing_policy;
    int num_notes;
    struct data_note *notes; /* owned */
};

/* The place of a word in the text that it was split from. */
struct word_place {
    size_t start, end; /* code points [start, end) */
    bool space_after;  /* white space follows, or the text ends */
    bool token_end;    /* false: a multi-word token ("don't") continues with the next word */
    size_t start_byte, end_byte; /* the same range in bytes of UTF-8 */
    /* Texts that belong to the set. The white space after the word, NULL: a space, or none before
     * another word. The word as it is written, NULL: like its form. The white space at the
     * beginning of the text, before its first word, or NULL. */
    char *spaces, *written, *spaces_before;
    bool newpar; /* a paragraph begins with it, after another one */
};

/* One sentence; upos[i], xpos[i] are NULL when not given. The arrays of form, upos, xpos, lemma and
 * feats and their texts belong to the set: tagged_set_text(), tagged_set_tag(). place and source
 * are owned by the sentence. */
struct tagged_sentence {
    int length;
    int document; /* number of its text among several, from 1; 0: there is only one text */
    char **form, **upos, **xpos; /* (length) each */
    char **lemma, **feats;       /* (length) each, after tagged_set_words(); else NULL */
    struct word_place *place;    /* (length) when it was split from text, else NULL */
    /* The lines of CoNLL-U that it was read from, with the blank line after them, and with lines
     * between it and the sentence before; or NULL. If they differ from the words and tags above,
     * these count. */
    char *source;
};

/* Words and tags lie one after the other in blocks, because most are shorter than the overhead of
 * malloc(). */
struct text_block;
struct tagged_set {
    int count, cap;
    struct tagged_sentence *items;
    struct text_block *blocks; /* the newest first; owned */
    size_t block_bytes;        /* of all blocks */
    const char **tags;         /* tags that tagged_set_tag() returned last, by their hash; owned */
};

void series_set_init(struct series_set *s); /* empty */
void series_set_release(struct series_set *s);
void tagged_set_init(struct tagged_set *t);
void tagged_set_release(struct tagged_set *t);

/* Adds a note with a formatted detail; everything else is copied from note. False when out of
 * memory. */
bool series_set_note(struct series_set *s, const struct data_note *note, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* How many rows of s there are up to its last value. Covariates may continue after it. set: has the
 * columns of s. */
int series_observed(const struct series_set *set, const struct series *s);
/* Whether its rows have a place in time, or row numbers that do not begin at 0. */
bool series_has_time(const struct series *s);

/* Appends an empty series with a copy of id. NULL when out of memory. The pointer is valid until
 * the next call. */
struct series *series_set_add(struct series_set *s, const char *id);
/* Moves all sentences of more to the end of t. Returns false, with nothing moved, when memory runs
 * out or an int cannot count them. */
bool tagged_set_append(struct tagged_set *t, struct tagged_set *more);
/* Appends a sentence with length tokens, all entries NULL. NULL when out of memory. */
struct tagged_sentence *tagged_set_add(struct tagged_set *t, int length);
/* Makes room for the lemmas and features of a sentence of t, all of them NULL: not given. False
 * when out of memory. */
bool tagged_set_words(struct tagged_set *t, struct tagged_sentence *s);
/* Copies n bytes and adds a NUL. The copy lives as long as the set; NULL when out of memory. */
char *tagged_set_text(struct tagged_set *t, const char *s, size_t n);
/* The same for a text that often repeats an earlier one; equal texts may share a copy. */
char *tagged_set_tag(struct tagged_set *t, const char *s, size_t n);
/* Memory of the set without place and source. */
size_t tagged_set_bytes(const struct tagged_set *t);

/* ---- limits ---- */

/* The most memory for the data of a body, besides the body itself: three times its size, at least
 * 48 MiB. Numbers of one digit, empty cells and sentences of one word take more, which matters only
 * when there are millions. */
size_t data_memory(size_t body_len);
/* ST_TOO_LARGE: the data would take more. */
enum status data_too_large(size_t body_len, struct err *e);
/* Memory of a series besides its values. */
enum { SERIES_BYTES = 256 };

/* Limits of the data of a request, from the configuration. */
struct data_limits {
    size_t max_series, max_series_length; /* series per set, rows per series */
    size_t max_sentences, max_tokens;     /* per set; per sentence it is SENTENCE_TOKENS_MAX */
    int max_json_depth;
};

#endif
