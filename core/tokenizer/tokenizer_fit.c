/* tokenizer_fit.c - trains a tokenizer: checks the documents, numbers their features, trains. */
#include "core/checkpoint/snapshot.h"
#include "core/tokenizer/tokenizer_data.h"
#include <lstm/hash.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fit {
    struct tokenizer *t;
    struct tokenizer_data data;
    struct sample_source source;
    struct trainer *trainer;
    char digest[17]; /* of documents and parameters, hexadecimal */
};

/* ---- checks ---- */

static enum status check_int(int v, int min, int max, const char *name, struct err *e)
{
    return v >= min && v <= max
               ? ST_OK
               : err_set(e, ST_INVALID, "%s is %d; it must be %d to %d", name, v, min, max);
}

static enum status check_real(double v, double min, double max, const char *name, struct err *e)
{
    return v >= min && v <= max
               ? ST_OK
               : err_set(e, ST_INVALID, "%s is %g; it must be %g to %g", name, v, min, max);
}

static enum status check_params(const struct tokenizer_params *p, struct err *e)
{
    enum status st = check_int(p->hidden_size, 1, NET_HIDDEN_MAX, "hidden_size", e);

    if (!st)
        st = check_int(p->embedding_dim, 1, NET_HIDDEN_MAX, "embedding_dim", e);
    if (!st)
        st = check_int(p->num_layers, 1, NET_LAYERS_MAX, "num_layers", e);
    if (!st)
        st = check_int(p->batch_size, 1, 4096, "batch_size", e);
    if (!st)
        st = check_int(p->epochs, 0, 100000, "epochs", e);
    if (!st)
        st = check_real(p->input_dropout, 0, 0.95, "input_dropout", e);
    if (!st)
        st = check_real(p->output_dropout, 0, 0.95, "output_dropout", e);
    if (!st)
        st = check_real(p->unknown_rate, 0, 1, "unknown_rate", e);
    if (!st)
        st = check_real(p->learning_rate, 1e-12, 1e3, "learning_rate", e);
    if (!st)
        st = check_real(p->weight_decay, 0, 1e3, "weight_decay", e);
    if (!st)
        st = check_real(p->gradient_clip, 0, 1e12, "gradient_clip", e);
    return st;
}

static enum status check_document(const struct text_view *d, struct err *e)
{
    enum status st = tokenizer_check_text(d->text, d->length, e);
    size_t at = 0;

    for (size_t i = 0; !st && i < d->count; i++) {
        const struct text_word *w = &d->words[i];

        if (w->start < at || w->end <= w->start || w->end > d->length)
            st = err_set(e, ST_INVALID,
                         "word %zu is at bytes %zu to %zu of a text of %zu; words have bytes, do "
                         "not overlap and come in order",
                         i, w->start, w->end, d->length);
        at = w->end;
    }
    return st;
}

static enum status check_documents(const struct text_view *documents, int count, struct err *e)
{
    enum status st = ST_OK;
    size_t words = 0;

    for (int i = 0; !st && i < count; i++) {
        st = check_document(&documents[i], e);
        if (st)
            return err_wrap(e, "document %d", i);
        words += documents[i].count;
    }
    if (words == 0)
        return err_set(e, ST_INVALID, "there is no word to learn from");
    return ST_OK;
}

/* ---- snapshots ---- */

static uint64_t hash_number(uint64_t h, double v)
{
    return fnv1a(h, &v, sizeof(v));
}

static uint64_t hash_params(uint64_t h, const struct tokenizer_params *p)
{
    h = hash_number(h, p->hidden_size);
    h = hash_number(h, p->embedding_dim);
    h = hash_number(h, p->num_layers);
    h = hash_number(h, p->input_dropout);
    h = hash_number(h, p->output_dropout);
    h = hash_number(h, p->unknown_rate);
    h = hash_number(h, p->batch_size);
    h = hash_number(h, p->epochs);
    h = hash_number(h, p->learning_rate);
    h = hash_number(h, p->weight_decay);
    h = hash_number(h, p->gradient_clip);
    return fnv1a(h, &p->seed, sizeof(p->seed));
}

static void make_digest(struct fit *f, const struct text_view *documents, int count)
{
    uint64_t h = hash_params(FNV1A_START, &f->t->params);

    for (int i = 0; i < count; i++) {
        const struct text_view *d = &documents[i];

        h = fnv1a(h, &d->length, sizeof(d->length));
        h = fnv1a(h, d->text, d->length);
        for (size_t k = 0; k < d->count; k++) {
            const struct text_word *w = &d->words[k];
            size_t place[3] = {w->start, w->end, 2U * w->token_end + w->sentence_end};

            h = fnv1a(h, place, sizeof(place));
        }
    }
    snprintf(f->digest, sizeof(f->digest), "%016" PRIx64, h);
}

static enum status fit_save(const void *ctx, uint8_t **bytes, size_t *len, struct err *e)
{
    const struct fit *f = ctx;
    struct checkpoint *c = NULL;
    enum status st = snapshot_new(&c, "tokenizer", f->digest, f->trainer, e);

    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

static enum status fit_resume(struct fit *f, const uint8_t *bytes, size_t len, struct err *e)
{
    struct checkpoint *c = NULL;
    enum status st = snapshot_read(&c, "tokenizer", f->digest, bytes, len, e);

    if (!st)
        st = snapshot_resume(f->trainer, c, e);
    checkpoint_free(c);
    return st;
}

/* ---- training ---- */

/* The number of epochs that gives 2.4 million steps, within bounds: a small treebank gets enough
 * passes, and a large one a limited time. */
static int choose_epochs(size_t steps)
{
    const double wanted = 2.4e6;
    double n = wanted / (double)steps;

    return n < 4 ? 4 : n > 30 ? 30 : (int)n;
}

static enum status prepare(struct fit *f, const struct parallel *parallel,
                           const struct stop_flag *stop, struct err *e)
{
    struct tokenizer_params *p = &f->t->params;
    struct net_config nc;
    struct trainer_config c = {
        .batch_size = p->batch_size,
        .shuffle = true,
        .loss = LOSS_NLL,
        .optim = {.kind = OPTIM_ADAMW,
                  .learning_rate = (float)p->learning_rate,
                  .weight_decay = (float)p->weight_decay},
        .gradient_clip = (float)p->gradient_clip,
        .schedule = LR_LINEAR,
        .warm_up = 0.02F,
        .sparse = true,
        /* Another stream of random numbers than that of the initial weights. */
        .seed = (uint64_t)p->seed ^ UINT64_C(0x2545F4914F6CDD1D),
        .parallel = parallel,
        .stop = stop,
    };
    struct rng r;
    enum status st;

    if (p->epochs == 0)
        p->epochs = choose_epochs(f->data.count);
    c.epochs = p->epochs;
    nc = tokenizer_net_config(f->t);
    st = net_config_check(&nc, e);
    if (!st)
        st = net_new(&f->t->net, &nc, e);
    if (st)
        return st;
    rng_seed(&r, (uint64_t)p->seed);
    net_init(f->t->net, &r);
    f->source = tokenizer_data_source(&f->data);
    return trainer_new(&f->trainer, f->t->net, &c, &f->source, NULL, e);
}

static enum status diverged(const struct fit *f, struct err *e)
{
    return err_set(e, ST_INVALID,
                   "the training of the tokenizer diverged; a smaller learning_rate (it is %g) is "
                   "needed",
                   f->t->params.learning_rate);
}

static enum status train(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    const struct fit_saver saver = {.ctx = f, .save = fit_save};
    enum trainer_event event;

    while ((event = trainer_step(f->trainer)) != TRAINER_DONE) {
        struct fit_progress p;

        if (event != TRAINER_STOPPED && !isfinite(trainer_last_batch_loss(f->trainer)))
            return diverged(f, e);
        trainer_progress(&p, f->trainer);
        if ((hooks && hooks->progress && !hooks->progress(hooks->ctx, &p, &saver)) ||
            event == TRAINER_STOPPED)
            return err_set(e, ST_CANCELLED, "the training was cancelled");
    }
    net_halve_embedding(f->t->net);
    return checkpoint_check_finite(f->t->net, NULL) ? diverged(f, e) : ST_OK;
}

enum status tokenizer_fit(struct tokenizer **out, const struct text_view *documents, int count,
                          const struct tokenizer_params *p, const struct parallel *parallel,
                          const struct fit_hooks *hooks, struct err *e)
{
    struct fit f = {0};
    enum status st = check_params(p, e);

    if (!st)
        st = check_documents(documents, count, e);
    if (st)
        return st;
    f.t = calloc(1, sizeof(*f.t));
    if (!f.t)
        return err_nomem(e, sizeof(*f.t));
    f.t->params = *p;
    f.t->rules = true;
    make_digest(&f, documents, count);
    st = tokenizer_data_init(&f.data, f.t, documents, count, hooks ? hooks->stop : NULL, e);
    if (!st)
        st = prepare(&f, parallel, hooks ? hooks->stop : NULL, e);
    if (!st && hooks && hooks->resume)
        st = fit_resume(&f, hooks->resume, hooks->resume_len, e);
    if (!st)
        st = train(&f, hooks, e);
    trainer_free(f.trainer);
    tokenizer_data_release(&f.data);
    if (st) {
        tokenizer_free(f.t);
        return st;
    }
    *out = f.t;
    return ST_OK;
}
