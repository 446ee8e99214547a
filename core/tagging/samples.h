/* samples.h - sentences as numbers, and the source from which a trainer takes batches. */
#ifndef CORE_TAGGING_SAMPLES_H
#define CORE_TAGGING_SAMPLES_H

#include "core/tagging/tagger_model.h"

/* Floats of the table of feature rows of one net, at most: 6.6 MB in a file. */
enum { SAMPLES_TABLE_FLOATS = 3300000 };

struct samples {
    int count;
    int T_max;      /* longest sentence */
    size_t *offset; /* (count+1) of a sentence's first token */
    int num_features, num_columns;
    int32_t *types;                /* (offset[count]) which of the different forms each token is */
    int32_t *classes[TAG_COLUMNS]; /* (offset[count]) tags of the columns that the tagger has, -1
                                    * where there is none; the first num_columns count */
    struct vocabulary forms;       /* the different forms */
    int32_t *rows;                 /* (forms, num_features) their embedding rows */
    float *drop_rate;      /* (forms) chance that one is drawn as the unknown word; NULL: never */
    int32_t *dropped_rows; /* (forms, num_features) its rows then */
    const struct stop_flag *stop; /* may ask samples_init() to give up, or NULL; borrowed */
};

/* Numbers the sentences first..first+count-1 of a checked corpus. learn: this is the training part,
 * whose words and tags are added to t; otherwise words are looked up and unknown tags are -1. s:
 * zeroed except stop; samples_release() it also on failure. ST_NOMEM, ST_TOO_LARGE,
 * ST_CANCELLED. */
enum status samples_init(struct samples *s, struct tagger *t, const struct corpus *c, int first,
                         int count, bool learn, struct err *e);
void samples_release(struct samples *s);
/* Number of tokens that have a tag in any column. */
int64_t samples_num_tagged(const struct samples *s);
/* Borrows s. */
struct sample_source samples_source(struct samples *s);

#endif
