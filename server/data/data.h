/* data.h - the two kinds of data set as they live in memory, between formats/, store/, api/,
 * jobs/. */
#ifndef SERVER_DATA_DATA_H
#define SERVER_DATA_DATA_H

#include "server/data/timeline.h"

#include <lstm/status.h>
#include <stdbool.h>
#include <stddef.h>

enum { NOTE_DETAIL_MAX = 400 };
enum { SERIES_ID_MAX = 1024, COLUMN_NAME_MAX = 255, COLUMNS_MAX = 256 };

enum data_kind { DATA_SERIES, DATA_TAGGED };
enum missing_policy {
    MISSING_LINEAR,
    MISSING_ERROR,
    MISSING_SEASONAL,
    MISSING_PREVIOUS,
    MISSING_ZERO
}; /* see missing.h */

/* One series: length rows of num_columns values. Rows are equally spaced in time (gaps were filled
 * with NaN when it was read); NaN is a missing observation. All strings owned. */
struct series {
    char *id;
    struct timeline time; /* of row 0 */
    int length;
    double *values; /* (length, num_columns) row-major, owned */
};

/* Something that was decided while reading. */
struct data_note {
    const char *code;
    const char *parameter; /* of the query, which decides otherwise; NULL: none. Both static */
    char *column, *detail; /* owned; column may be NULL */
    long line;             /* 1-based; 0: of no line */
};

struct series_set {
    int count, cap;
    struct series *items;
    int num_columns;
    /* (num_columns) names of the value columns, and behind them of the covariates. Owned. */
    char **columns;
    /* The last so many columns. Rows may go on with them behind the last value. */
    int num_covariates;
    /* What was chosen while reading, for the answer: NULL when there was none. Owned. */
    char *time_column, *id_column;
    enum missing_policy missing_policy;
    int num_notes;
    struct data_note *notes; /* owned */
};

/* Where a word stands in the text that it was split from. */
struct word_place {
    size_t start, end; /* code points [start, end) */
    bool space_after;  /* white space follows, or the text ends */
    bool token_end;    /* false: a multi-word token ("don't") goes on with the next word */
    size_t start_byte, end_byte; /* the same range in bytes of UTF-8 */
};

/* One sentence; upos[i], xpos[i] are NULL where not given. What form, upos and xpos hold, and
 * they themselves, belong to the set: tagged_set_text(), tagged_set_tag(). place and source are
 * owned. */
struct tagged_sentence {
    int length;
    int document; /* number of its text among several, from 1; 0: there is one text alone */
    char **form, **upos, **xpos; /* (length) each */
    struct word_place *place;    /* (length) when it was split from text, else NULL */
    /* The lines of CoNLL-U that it was read from, with the blank line behind them and what was
     * between them and the sentence before, or NULL. Words and tags above are what counts where
     * they differ. */
    char *source;
};

/* Words and tags lie one behind the other in blocks: most are shorter than what malloc() adds to
 * each. */
struct text_block;
struct tagged_set {
    int count, cap;
    struct tagged_sentence *items;
    struct text_block *blocks; /* the newest first; owned */
    size_t block_bytes;        /* of all blocks */
    const char **tags;         /* those that tagged_set_tag() gave last, by their hash; owned */
};

void series_set_init(struct series_set *s); /* empty */
void series_set_release(struct series_set *s);
void tagged_set_init(struct tagged_set *t);
void tagged_set_release(struct tagged_set *t);

/* Adds a note like this one, with the detail by fmt. False when out of memory. */
bool series_set_note(struct series_set *s, const struct data_note *note, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Rows of s, whose columns are those of set, up to its last value: all of them where there are no
 * covariates, which may go on behind it. */
int series_observed(const struct series_set *set, const struct series *s);
/* Whether its rows have a place in time, or row numbers that do not begin at 0. */
bool series_has_time(const struct series *s);

/* Append an empty series with a copy of id; NULL when out of memory. The pointer is good until the
 * next call. */
struct series *series_set_add(struct series_set *s, const char *id);
/* Moves all sentences of more behind those of t; false, and nothing is moved, when memory
 * runs out or they are more than an int counts. */
bool tagged_set_append(struct tagged_set *t, struct tagged_set *more);
/* Append a sentence with room for length tokens, all entries NULL; NULL when out of memory. */
struct tagged_sentence *tagged_set_add(struct tagged_set *t, int length);
/* A copy of n bytes with a NUL behind them, which lives as long as the set; NULL when out of
 * memory. */
char *tagged_set_text(struct tagged_set *t, const char *s, size_t n);
/* The same for a text that mostly repeats an earlier one: both may be one copy. */
char *tagged_set_tag(struct tagged_set *t, const char *s, size_t n);
/* Memory of the set but for place and source. */
size_t tagged_set_bytes(const struct tagged_set *t);

/* ---- how much memory what a body holds may take ---- */

/* Bytes beside the body's own: three times the body, at least 48 MiB. Numbers of a digit, empty
 * cells and sentences of a word take more than that, which is fine as long as they are not
 * millions. */
size_t data_memory(size_t body_len);
/* ST_TOO_LARGE: they are. */
enum status data_too_large(size_t body_len, struct err *e);
/* What a series takes beside its values. */
enum { SERIES_BYTES = 256 };

/* Bounds of what a request may bring; from the configuration. */
struct data_limits {
    size_t max_series, max_series_length; /* series per set, rows per series */
    size_t max_sentences, max_tokens;     /* per set; per sentence it is SENTENCE_TOKENS_MAX */
    int max_json_depth;
};

#endif
