/* perceptron.h - an averaged perceptron that chooses one of a few labels by sparse features.
 *
 * Collins 2002, "Discriminative Training Methods for Hidden Markov Models". A wrong choice moves
 * the weights of the features by one unit, towards the right label and away from the wrong one. The
 * result is the mean of the weights over all steps. */
#ifndef CORE_TAGGING_PERCEPTRON_H
#define CORE_TAGGING_PERCEPTRON_H

#include "core/tagging/sparse.h"

enum { PERCEPTRON_UNIT = 64, PERCEPTRON_KEYS_MAX = 32 };

/* Room for one choice at a time among labels 0..labels-1. Zeroed before; perceptron_work_release()
 * it also on failure. ST_NOMEM. */
struct perceptron_work {
    int32_t *place; /* (labels) position among the candidates; -1: none of them */
    int64_t *score; /* (labels) of the candidates */
};
enum status perceptron_work_init(struct perceptron_work *w, int labels, struct err *e);
void perceptron_work_release(struct perceptron_work *w);

/* Writes the scores of the candidates (count, different labels) to w->score, and returns the
 * position of the best one: the first of equal ones. weights: features and labels. */
int perceptron_best(struct perceptron_work *w, const struct sparse *weights, const uint32_t *keys,
                    int num_keys, const int32_t *candidates, int count);

/* Training. A zeroed one has no weights. */
struct perceptron_fit {
    struct sparse_draft weights;
    int64_t steps;
};
/* Starts from earlier weights. ST_NOMEM. */
enum status perceptron_start(struct perceptron_fit *f, const struct sparse *from, struct err *e);
/* One step: truth is a position among the candidates. ST_NOMEM. */
enum status perceptron_step(struct perceptron_fit *f, struct perceptron_work *w,
                            const uint32_t *keys, int num_keys, const int32_t *candidates,
                            int count, int truth, struct err *e);
/* Takes the mean of the weights; f is released. ST_NOMEM. */
enum status perceptron_end(struct sparse *out, struct perceptron_fit *f, struct err *e);
void perceptron_fit_release(struct perceptron_fit *f);

#endif
