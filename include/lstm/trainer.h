/* trainer.h - the training loop over a net: batches, epochs, early stopping, best weights, resume.
 *
 * A trainer owns gradients, moments, workspace and batch buffers, all sized in trainer_new(), so
 * that a step never allocates. It is a state machine: one trainer_step() is one batch. A snapshot
 * holds everything that the next step depends on: weights, moments, generator, position in the
 * epoch, shuffled order, running sums, history, best weights. A trainer restored from it continues
 * bit for bit. */
#ifndef LSTM_TRAINER_H
#define LSTM_TRAINER_H

#include <lstm/loss.h>
#include <lstm/net.h>
#include <lstm/optim.h>

/* Buffers of one batch, owned by the trainer, filled by the source. */
struct batch {
    int T, B, O;      /* set T (<= T_max) and B; O is fixed */
    float *x;         /* (T,B,I) or NULL, row-major for the T and B set here */
    int32_t *ids;     /* (T,B,F) or NULL */
    int *lengths;     /* (B) */
    float *values;    /* (T,B,O) or (B,O) targets, or NULL */
    int32_t *classes; /* (T,B) targets, or (heads,T,B), or NULL */
};

/* Where samples come from. Borrowed; must stay the same for the trainer's lifetime. */
struct sample_source {
    void *ctx;
    int num_samples;
    int T_max; /* longest sample */
    /* Fills b with the samples index[0..n). rng: for augmentation such as unknown-word
     * replacement while training; NULL for validation. Cannot fail, must not allocate. */
    void (*fill)(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng);
    /* Returns a sort key, the sample's length; or NULL. When given, shuffled batches consist of
     * samples of similar length (sorted with random ties, batches shuffled), so that there is
     * little padding. */
    int (*length)(void *ctx, int32_t index);
};

struct trainer_config {
    int epochs;
    int batch_size;
    bool shuffle; /* a new order every epoch; else in order */
    enum loss_kind loss;
    bool last_only; /* loss on the last step only */
    struct optim_config optim;
    float gradient_clip; /* global norm; 0: none */
    int patience;        /* epochs without a better validation result before it stops; 0: never */
    bool keep_best;      /* at the end, take the weights of the best validation result */
    /* How the rate changes over all steps; cosine and linear fall to 0. */
    enum { LR_CONSTANT, LR_COSINE, LR_LINEAR } schedule;
    float warm_up; /* part of all steps in which the rate rises from 0; 0 <= w < 1 */
    bool sparse;   /* rows of the embedding and their moments change only in batches that use them
                      * (torch.optim.SparseAdam); not with SGD's momentum */
    int heads;     /* softmaxes side by side, as in struct loss_target; 0: one */
    int head_size[LOSS_HEADS_MAX];
    float smoothing; /* of their targets, while training; 0 <= s < 1 */
    bool by_error;   /* with heads: best weights and patience go by the share of wrong validation
                      * classes, and a later epoch wins a tie; otherwise by the validation loss */
    uint64_t seed;   /* for order, dropout, augmentation (not for the initial weights) */
    /* Threads to share the work with, borrowed while the trainer lives, or NULL. They change no bit
     * of the result, so snapshots do not hold their number. */
    const struct parallel *parallel;
    /* Stops the trainer in the middle of a batch; borrowed while the trainer lives, or NULL. */
    const struct stop_flag *stop;
};

struct fit_progress {
    int epoch, epochs; /* epochs finished, epochs in all */
    double fraction;   /* 0..1: of all batches of all epochs; in a fit, of all its work */
    double loss;       /* mean training loss of the last finished epoch, until then of the first */
    double validation_loss; /* of the last finished epoch; NaN when there is no validation part */
    int64_t samples;        /* samples trained on so far, all epochs */
    bool epoch_end;         /* this call comes right after an epoch's end */
};

enum trainer_event { TRAINER_BATCH, TRAINER_EPOCH, TRAINER_DONE, TRAINER_STOPPED };

struct trainer;

/* net: borrowed and trained in place (initialise it first). train, valid: borrowed; valid may be
 * NULL. ST_INVALID for a configuration out of range, ST_NOMEM. */
enum status trainer_new(struct trainer **out, struct net *net, const struct trainer_config *c,
                        const struct sample_source *train, const struct sample_source *valid,
                        struct err *e);
void trainer_free(struct trainer *t);
/* The most bytes that net and trainer take for batches of this size, for limits. SIZE_MAX when the
 * number does not fit, or a configuration is out of range. */
size_t trainer_size(const struct net_config *c, int T_max, int batch_size);

/* Trains one batch. Returns TRAINER_EPOCH when it ended an epoch, the last one included; validation
 * is then done. Returns TRAINER_DONE from the call after the last epoch on: nothing more is
 * trained, and the net holds the final weights. A batch without any known target counts, but does
 * not move the weights. Returns TRAINER_STOPPED when config.stop is set: the batch, or the
 * validation after it, is dropped, and the state is that after the last whole batch. A training
 * resumed from its snapshot is the same bit for bit. */
enum trainer_event trainer_step(struct trainer *t);
/* Whether the last trainer_step() or trainer_evaluate() was stopped. */
bool trainer_stopped(const struct trainer *t);
void trainer_progress(struct fit_progress *out, const struct trainer *t);
/* Loss of each finished epoch, and in validation that of the validation part, or NaN without one.
 * Returns their number. Borrowed. */
int trainer_history(const struct trainer *t, const double **loss, const double **validation);
/* The loss of the very last batch trained (the "last-step loss" of the tutorials). */
double trainer_last_batch_loss(const struct trainer *t);
/* Mean loss over a source with the current weights. Its T_max must be at most that given to
 * trainer_new(). NaN when it is more, no target is known, or the evaluation was stopped. */
double trainer_evaluate(struct trainer *t, const struct sample_source *s);

/* The complete state as safetensors bytes, owned by the caller (free()). Called between steps. */
enum status trainer_save(const struct trainer *t, uint8_t **bytes, size_t *len, struct err *e);
/* Restores a state into a trainer made with the same arguments. ST_CORRUPT, and t unchanged, when
 * the bytes are not such a state, belong to another configuration, or were computed in another
 * arithmetic (<lstm/cpu.h>). */
enum status trainer_load(struct trainer *t, const uint8_t *bytes, size_t len, struct err *e);

/* Hooks by which the caller of a fit gets progress and snapshots, and stops it. */
struct fit_saver {
    const void *ctx;
    /* The complete state of the running fit; bytes owned by the caller. */
    enum status (*save)(const void *ctx, uint8_t **bytes, size_t *len, struct err *e);
};
struct fit_hooks {
    void *ctx;
    /* Called on the fitting thread after every batch, and by a forecaster also before and after the
     * training. Fractions never fall; losses may be NaN. p and s are borrowed for the call. Returns
     * false to stop the fit, which then returns ST_CANCELLED. May be NULL. */
    bool (*progress)(void *ctx, const struct fit_progress *p, const struct fit_saver *s);
    const struct parallel *parallel; /* threads to share the work with, borrowed, or NULL */
    /* Stops the fit at any moment, even within a batch; borrowed, or NULL. The fit drops the
     * incomplete batch, calls progress once more when there is a state to save (that after the last
     * whole batch), and returns ST_CANCELLED. */
    const struct stop_flag *stop;
    /* Limit of the bytes that net and training take. A larger fit is refused with ST_TOO_LARGE,
     * whose pointer is the parameter to lower. 0: the fit's own limit. */
    size_t max_bytes;
    const uint8_t *resume; /* bytes of an earlier snapshot to resume from, or NULL; borrowed */
    size_t resume_len;
    /* A model file (forecaster_save(), tagger_save()) whose weights the fit starts from instead of
     * random ones, or NULL; borrowed. ST_INVALID at "/warm_start_from" names the first parameter
     * that shapes the net and differs from the model's. A tagger keeps the model's vocabulary and
     * tags, and adds new ones. */
    const uint8_t *warm;
    size_t warm_len;
};

#endif
