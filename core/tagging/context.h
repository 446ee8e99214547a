/* context.h - a log-linear model of the tags of a word, given the word and its neighbours.
 *
 * For each column of tags it is a softmax (Berger et al. 1996) over binary features: those of the
 * word (features.h); the forms up to two words away on both sides; form, ending, parts and shape of
 * the neighbouring words; pairs of forms; the word's shape with the shapes of its neighbours. With
 * little data it makes other mistakes than the net, which must learn pairs of words through its
 * cells. The sum of both models' scores is right more often than the mean of as many nets. A
 * feature is identified by 32 bits of its hash. The rarest have no row when the table is full, and
 * add nothing. The weights of a row are whole numbers from -127 to 127 times the scale of the
 * row. */
#ifndef CORE_TAGGING_CONTEXT_H
#define CORE_TAGGING_CONTEXT_H

#include "core/tagging/context_words.h"

#include <lstm/checkpoint.h>

enum { CONTEXT_ROWS_MAX = 1 << 24 };

struct context; /* immutable once fitted or loaded */

/* Training sentences. */
struct context_corpus {
    const struct vocabulary *forms;
    const size_t *offset;                /* (count+1) first token of each sentence */
    const int32_t *types;                /* (offset[count]) forms */
    const int32_t *classes[TAG_COLUMNS]; /* (offset[count]) -1: not known; NULL when size is 0 */
    int size[TAG_COLUMNS];               /* tags of each column; 0: the column is not learnt */
    int count;
    const struct stop_flag *stop; /* or NULL */
};
/* *out is new. from: a model to start from, or NULL; its tags are the first of those here, or all.
 * The fit calls go_on(ctx) from time to time, and ends with ST_CANCELLED when that returns false;
 * it may be NULL. The fit reads c->stop more often; when that is set, it calls go_on() once more.
 * Deterministic in (c, from, seed). ST_NOMEM, ST_TOO_LARGE. */
enum status context_fit(struct context **out, const struct context_corpus *c,
                        const struct context *from, uint64_t seed, bool (*go_on)(void *ctx),
                        void *ctx, struct err *e);
void context_free(struct context *c);
/* 0 for NULL, like the next function. */
size_t context_bytes(const struct context *c);
int64_t context_num_params(const struct context *c);

/* Computes w->sums of all forms, once for a text. ST_NOMEM. */
enum status context_words_sum(struct context_words *w, const struct context *c, int forms,
                              struct err *e);
/* y (count, tags of all columns) = the scores of the words from..from+count-1 of a sentence, at
 * most CONTEXT_RUN of them. types: (length) numbers of forms of w, whose sums are computed for
 * c. */
enum { CONTEXT_RUN = 16 };
void context_scores(float *y, const struct context *c, const struct context_words *w,
                    const int32_t *types, int length, int from, int count);

/* Adds the tensors context.keys (rows), context.scale (rows) and context.weight (rows, tags):
 * bytes, where 128 is a weight of 0. Adds nothing when c is NULL. ST_NOMEM. */
enum status context_save(struct checkpoint *to, const struct context *c, struct err *e);
/* *out stays NULL when there is none. size: tags of each column. ST_CORRUPT, ST_NOMEM. */
enum status context_load(struct context **out, const struct checkpoint *from,
                         const int size[TAG_COLUMNS], struct err *e);
/* Whether this is the name of a tensor of a context model. */
bool context_owns(const char *tensor);

#endif
