/* samples.h - sentences as numbers, and the sample source that a trainer draws batches from. */
#ifndef LSTM_CORE_TAGGING_SAMPLES_H
#define LSTM_CORE_TAGGING_SAMPLES_H

#include "core/tagging/model.h"

struct samples {
    int count;
    int T_max;        /* longest sentence */
    size_t *offset;   /* (count+1) of a sentence's first token */
    int32_t *ids;     /* (offset[count]) words */
    int32_t *classes; /* likewise: tags, -1 where there is none */
    uint8_t *once; /* (words of the vocabulary): the word occurs once; NULL: nothing is replaced */
    float unknown_rate; /* chance that such a word is drawn as the unknown word */
};

/* Numbers the sentences first..first+count of a checked corpus. learn: words and tags that are new
 * are added to t's lists (this is the training part), else words are looked up and new tags are -1.
 * s: zeroed; samples_release() it also on failure. ST_NOMEM, ST_TOO_LARGE. */
enum status samples_init(struct samples *s, struct tagger *t, const struct corpus *c, int first,
                         int count, bool learn, struct err *e);
void samples_release(struct samples *s);
/* Tokens that have a tag. */
int64_t samples_num_tagged(const struct samples *s);
/* Borrows s. */
struct sample_source samples_source(struct samples *s);

#endif
