/* sparse.h - rows of numbered labels with a whole number each, under hashed keys.
 *
 * Counts of what was seen, and the weights of a perceptron. Sums of whole numbers are the same on
 * every processor, so what a model answers does not depend on the arithmetic. */
#ifndef CORE_TAGGING_SPARSE_H
#define CORE_TAGGING_SPARSE_H

#include "core/text/feature_index.h"
#include <lstm/checkpoint.h>

/* The most entries of a table: 32 MB in a file. */
enum { SPARSE_ENTRIES_MAX = 1 << 21 };

/* A finished table. A zeroed one is empty. */
struct sparse {
    struct feature_index keys;
    int32_t *start;          /* (keys + 1) first entry of each row; NULL when there is none */
    int32_t *label, *number; /* (entries) */
    int32_t entries;
};
struct sparse_row {
    const int32_t *label, *number; /* (count) */
    int count;                     /* 0: the key is not there */
};
struct sparse_row sparse_find(const struct sparse *t, uint32_t key);
size_t sparse_bytes(const struct sparse *t);
void sparse_release(struct sparse *t);

/* A table that grows. A zeroed one is empty. */
struct sparse_entry {
    int32_t label, number;
    int32_t next; /* of the same row; -1: the last */
    int64_t sum;  /* for the user */
};
struct sparse_draft {
    struct feature_index keys;
    int32_t *first; /* (capacity of the keys) */
    struct sparse_entry *entries;
    int32_t count, capacity, rows;
};
/* *out: the entry of this key and label, which is added with the number 0 when it is not there yet;
 * NULL when it is not there and the table is full. Valid until the next call. ST_NOMEM. */
enum status sparse_entry(struct sparse_entry **out, struct sparse_draft *d, uint32_t key,
                         int32_t label, struct err *e);
/* Adds to the number of an entry, or to all of those of a table; nothing when the draft is full. */
enum status sparse_count(struct sparse_draft *d, uint32_t key, int32_t label, int32_t by,
                         struct err *e);
enum status sparse_count_all(struct sparse_draft *d, const struct sparse *from, struct err *e);
/* The first entry of a row, or -1. */
int32_t sparse_first(const struct sparse_draft *d, uint32_t key);
/* The rows whose numbers add up to at least `least`, each with its `most` largest numbers, of equal
 * ones the smaller label first. Entries of 0 are left out. Rows keep their order. ST_NOMEM. */
enum status sparse_finish(struct sparse *out, const struct sparse_draft *d, int64_t least, int most,
                          struct err *e);
void sparse_draft_release(struct sparse_draft *d);

/* Adds the tensors NAME.keys, NAME.start, NAME.label and NAME.number; nothing when t is empty. */
enum status sparse_save(struct checkpoint *to, const char *name, const struct sparse *t,
                        struct err *e);
/* out is zeroed and stays empty when the file has none. ST_CORRUPT: the tensors do not fit each
 * other, or a label is not below labels. */
enum status sparse_load(struct sparse *out, const struct checkpoint *from, const char *name,
                        int labels, struct err *e);

#endif
