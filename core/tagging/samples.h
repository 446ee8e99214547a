/* samples.h - sentences as numbers, and the sample source that a trainer draws batches from. */
#ifndef CORE_TAGGING_SAMPLES_H
#define CORE_TAGGING_SAMPLES_H

#include "core/tagging/tagger_model.h"

enum {
    SAMPLES_TABLE_FLOATS = 3300000
}; /* of the table of feature rows of one net; 6.6 MB in a file */

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

/* Numbers the sentences first..first+count of a checked corpus. learn: rows and tags that are new
 * are added to t's lists (this is the training part), else words are looked up and new tags are -1.
 * s: zeroed but for stop; samples_release() it also on failure. ST_NOMEM, ST_TOO_LARGE, ST_CANCELLED. */
enum status samples_init(struct samples *s, struct tagger *t, const struct corpus *c, int first,
                         int count, bool learn, struct err *e);
void samples_release(struct samples *s);
/* Tokens that have a tag in any column. */
int64_t samples_num_tagged(const struct samples *s);
/* Borrows s. */
struct sample_source samples_source(struct samples *s);

#endif
