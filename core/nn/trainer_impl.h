/* trainer_impl.h - the members of struct trainer, for trainer*.c alone. */
#ifndef CORE_NN_TRAINER_IMPL_H
#define CORE_NN_TRAINER_IMPL_H

#include <lstm/trainer.h>

struct trainer {
    struct trainer_config config;
    struct sample_source train, valid; /* valid.num_samples 0: none */
    struct net *net;                   /* borrowed */
    struct net_work *work;
    struct optim optim;
    struct batch batch;
    void *block; /* holds every array below, and the buffers of a batch */
    float *grad;
    float *dy;     /* (T,B,O) */
    float *best;   /* weights of the best epoch, when keep_best */
    int32_t *eval; /* (eval_size) indices of a batch to evaluate */
    int T_max, eval_size;
    /* Rows of the embedding that a batch uses; rows is NULL unless updates are sparse. */
    int32_t *rows; /* (V) the first num_rows count */
    uint8_t *seen; /* (V) */
    int num_rows;
    int64_t wrong, known; /* of the last trainer_evaluate() */
    int num_batches;      /* per epoch */
    bool stopped;         /* the last step or evaluation was stopped */
    /* (num_samples), (num_batches) the orders of the previous epoch. They are restored when the
     * first batch of the running epoch is stopped. NULL: no flag can stop the training. */
    int32_t *order_before, *batch_order_before;
    int32_t *key;     /* lengths of the training samples, when bucketing */
    int32_t *scratch; /* (num_samples) for sorting */

    /* A snapshot holds the members from here on, besides weights, best and moments. */
    struct rng rng;
    int32_t *order;       /* (num_samples) of the running epoch */
    int32_t *batch_order; /* (num_batches) of the running epoch, when bucketing */
    int epoch;            /* finished */
    int position;         /* batches done in the running epoch; when all are, validation is next */
    int bad_epochs;       /* since the best validation result */
    bool has_best, done, epoch_end;
    int64_t samples;
    double loss_sum; /* of the running epoch: losses times counts */
    int64_t loss_count;
    double last_batch_loss, best_loss; /* best_loss: error rate when config.by_error */
    double *history, *history_valid;   /* (epochs) */
};

/* Zeroes the parts of the gradient that this batch will add to. Lists the batch's embedding
 * rows. */
void trainer_clear_gradient(struct trainer *t);
/* One step of the optimiser along the clipped gradient, at the learning rate of the schedule. */
void trainer_update(struct trainer *t);

#endif
