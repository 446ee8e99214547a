/* samples.h - sentences as numbers, and a source of batches for a trainer. */
#ifndef CORE_TAGGING_SAMPLES_H
#define CORE_TAGGING_SAMPLES_H

#include "core/tagging/case_variants.h"
#include "core/tagging/tagger_model.h"

/* Largest feature table of one net, in floats: 6.6 MB in a file. */
enum { SAMPLES_TABLE_FLOATS = 3300000 };

struct samples {
    int count;
    int T_max;      /* longest sentence */
    size_t *offset; /* (count+1) first token of each sentence */
    int num_features, num_columns;
    int32_t *types;                /* (offset[count]) number of each token's form */
    int32_t *classes[TAG_COLUMNS]; /* (offset[count]) tags in the first num_columns columns, which
                                    * are those of the tagger; -1: no tag */
    struct case_variants variants; /* of a training part; empty: none */
    struct vocabulary forms;       /* the different forms */
    int32_t *rows;                 /* (forms, num_features) their embedding rows */
    float *drop_rate;      /* (forms) probability of the unknown word in its place; NULL: never */
    int32_t *dropped_rows; /* (forms, num_features) its rows in that case */
    const struct stop_flag *stop; /* stops samples_init(); borrowed, or NULL */
};

/* Numbers the sentences first to first + count - 1 of a checked corpus. learn: this is the training
 * part, whose words and tags are added to t; otherwise unknown tags become -1. s: zeroed except
 * stop; samples_release() it also on failure. ST_NOMEM, ST_TOO_LARGE, ST_CANCELLED. */
enum status samples_init(struct samples *s, struct tagger *t, const struct corpus *c, int first,
                         int count, bool learn, struct err *e);
void samples_release(struct samples *s);
/* Number of tokens that have a tag in any column. */
int64_t samples_num_tagged(const struct samples *s);
/* Borrows s. */
struct sample_source samples_source(struct samples *s);

#endif
