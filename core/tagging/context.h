/* context.h - a log-linear model of a word's tags, from the word and its neighbours, beside the net.
 *
 * It is a softmax for each column (Berger et al. 1996) over what is there and what is not: the features
 * of the word itself (features.h), the forms two words to both sides, form, ending, parts and shape of
 * those next to it, the pairs of forms around it, and its shape with those of its neighbours. Where there
 * is little to learn from it errs elsewhere than the net does, which has to find what a pair of words says
 * through its cells: the sum of both models' scores is right more often than that of as many nets. A feature is known by 32 bits of
 * its hash; one that has no row, as the rarest when the table is full, adds nothing. The weights of a row
 * are whole numbers from -127 to 127 times its scale. */
#ifndef CORE_TAGGING_CONTEXT_H
#define CORE_TAGGING_CONTEXT_H

#include "core/tagging/features.h"

#include <lstm/checkpoint.h>

enum { CONTEXT_ROWS_MAX = 1 << 24 };

struct context; /* immutable once fitted or loaded */

/* What the words of a text look like; of each different form once. */
struct context_words {
    uint64_t (*hash)[NUM_FEATURES]; /* (forms) 0: none of this kind */
    float *sums; /* what each form says of the words around it, for context_scores(); NULL before */
};
/* out: zeroed; context_words_release() it also on failure. ST_NOMEM. */
enum status context_words_init(struct context_words *out, const struct vocabulary *forms,
                               struct err *e);
void context_words_release(struct context_words *w);

/* Sentences to learn from. */
struct context_corpus {
    const struct vocabulary *forms;
    const size_t *offset;                /* (count+1) a sentence's first token */
    const int32_t *types;                /* (offset[count]) forms */
    const int32_t *classes[TAG_COLUMNS]; /* (offset[count]) -1: not known; NULL with size 0 */
    int size[TAG_COLUMNS];               /* tags of each column; 0: not learnt */
    int count;
    const struct stop_flag *stop; /* or NULL */
};
/* *out is new. from: what it starts with, of the same tags and maybe fewer, or NULL. go_on(ctx) is asked
 * now and then and ends it with ST_CANCELLED; NULL: always. c->stop is looked at more often, and when it asks
 * to give up, go_on() is called a last time. Deterministic in (c, from, seed). ST_NOMEM,
 * ST_TOO_LARGE. */
enum status context_fit(struct context **out, const struct context_corpus *c,
                        const struct context *from, uint64_t seed, bool (*go_on)(void *ctx),
                        void *ctx, struct err *e);
void context_free(struct context *c);
size_t context_bytes(const struct context *c); /* of NULL 0; likewise: */
int64_t context_num_params(const struct context *c);

/* Adds up once what each of w's forms says, whoever stands beside it. ST_NOMEM. */
enum status context_words_sum(struct context_words *w, const struct context *c, int forms,
                              struct err *e);
/* y (count, sizes of all columns) = the scores of the words from..from+count-1 of a sentence, CONTEXT_RUN of
 * them at most. types: (length) forms that w knows, added up for c. */
enum { CONTEXT_RUN = 16 };
void context_scores(float *y, const struct context *c, const struct context_words *w,
                    const int32_t *types, int length, int from, int count);

/* As tensors context.keys (rows), context.scale (rows) and context.weight (rows, tags), bytes that are 128
 * for a weight of 0; NULL adds none. ST_NOMEM. */
enum status context_save(struct checkpoint *to, const struct context *c, struct err *e);
/* *out stays NULL when there is none. size: tags of each column. ST_CORRUPT, ST_NOMEM. */
enum status context_load(struct context **out, const struct checkpoint *from,
                         const int size[TAG_COLUMNS], struct err *e);
/* Is this the name of one of its tensors? */
bool context_owns(const char *tensor);

#endif
