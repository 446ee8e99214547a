/* tagger_fit.c - trains a tagger: numbers the sentences, trains, measures.
 *
 * Nets ("members") are trained one after the other and joined at the end. A snapshot of a running
 * fit holds the state of the trainer and the weights of the finished nets, with a digest of data
 * and parameters. Everything else is prepared again from data and parameters, with the same
 * result. */
#include "core/checkpoint/snapshot.h"
#include "core/params/training.h"
#include "core/tagging/morphology.h"
#include "core/tagging/samples.h"
#include "core/tagging/tagger_nets.h"
#include "core/tagging/tagger_warm_start.h"
#include <lstm/hash.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Larger trainings are refused unless the caller sets a bound of its own. They arise from a few
 * giant sentences in large batches; a smaller batch_size serves as well. */
#define TRAINING_BYTES_MAX ((size_t)4 << 30)

struct fit {
    struct tagger *t; /* t->net: the running net; at the end, all joined */
    const struct corpus *corpus;
    struct tagger *warm;       /* the model that the nets start from, or NULL */
    int num_train, first_test; /* sentences to train on; first held-out sentence */
    struct samples train, valid;
    struct sample_source train_source, valid_source;
    const struct parallel *parallel;
    const struct stop_flag *stop; /* or NULL */
    size_t max_bytes;
    struct trainer *trainer;
    int index;       /* of the running net */
    float *finished; /* (nets, P) weights of the finished nets, P each; NULL for a single net */
    int64_t epochs_before, samples_before;
    double loss_after;       /* sum over the finished nets */
    char digest[17];         /* of corpus and parameters, hexadecimal */
    struct context *context; /* until it moves to t */
    double loss_before;
    float *first_before;
};

/* ---- snapshots ---- */

static uint64_t hash_cell(uint64_t h, const char *const *column, int k)
{
    const char *text = column && column[k] ? column[k] : "";

    return fnv1a(h, text, strlen(text) + 1);
}

static uint64_t hash_sentence(uint64_t h, const struct sentence_view *s)
{
    h = fnv1a(h, &s->length, sizeof(s->length));
    for (int k = 0; k < s->length; k++) {
        h = fnv1a(h, s->tokens[k], strlen(s->tokens[k]) + 1);
        for (int c = 0; c < TAG_COLUMNS; c++)
            h = hash_cell(h, s->tags[c], k);
        h = hash_cell(h, s->feats, k);
        h = hash_cell(h, s->lemmas, k);
    }
    return h;
}

static void make_digest(struct fit *f, const struct fit_hooks *hooks)
{
    uint64_t h = FNV1A_START;
    const struct params *p = &f->t->params;
    int n;
    const struct param_spec *table = params_table(&n);

    for (int i = 0; i < n; i++) {
        double v = table[i].tag ? params_number(p, &table[i]) : 0;

        /* The number of threads changes no weight, so a job may resume with another number. */
        if (strcmp(table[i].name, "threads") != 0)
            h = fnv1a(h, &v, sizeof(v));
    }
    for (int i = 0; i < f->corpus->count; i++)
        h = hash_sentence(h, &f->corpus->sentences[i]);
    if (hooks && hooks->warm)
        h = fnv1a(h, hooks->warm, hooks->warm_len);
    snprintf(f->digest, sizeof(f->digest), "%016" PRIx64, h);
}

/* Saves the parameters of the finished nets, and their number. */
static enum status save_finished(struct checkpoint *c, const struct fit *f, struct err *e)
{
    int64_t shape = (int64_t)net_num_params(f->t->net) * f->index;
    enum status st = checkpoint_set_i64(c, "member", f->index, e);

    if (!st)
        st = checkpoint_set_i64(c, "epochs", f->epochs_before, e);
    if (!st)
        st = checkpoint_set_i64(c, "samples", f->samples_before, e);
    if (!st)
        st = checkpoint_set_f64(c, "loss_after", f->loss_after, e);
    return st ? st : checkpoint_add(c, "finished", CKPT_F32, &shape, 1, f->finished, e);
}

static enum status fit_save(const void *ctx, uint8_t **bytes, size_t *len, struct err *e)
{
    const struct fit *f = ctx;
    struct checkpoint *c = NULL;
    enum status st = snapshot_new(&c, "tag", f->digest, f->trainer, e);

    if (!st && f->index > 0)
        st = save_finished(c, f, e);
    if (!st)
        st = checkpoint_write(bytes, len, c, e);
    checkpoint_free(c);
    return st;
}

/* ---- preparation ---- */

static enum status prepare_data(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    struct params *p = &f->t->params;
    enum status st = tagging_resolve(p, f->corpus, f->stop, e);

    if (!st && hooks && hooks->warm)
        st = warm_load(&f->warm, hooks->warm, hooks->warm_len, p, e);
    if (!st && f->warm)
        st = warm_lists(f->t, f->warm, e);
    if (st)
        return st;
    f->first_test = f->corpus->count - p->test_size;
    f->num_train = p->train_size > 0 ? p->train_size : f->first_test;
    f->train.stop = f->valid.stop = f->stop;
    st = samples_init(&f->train, f->t, f->corpus, 0, f->num_train, true, e);
    if (!st)
        st = samples_init(&f->valid, f->t, f->corpus, f->first_test, p->test_size, false, e);
    if (st)
        return st;
    f->train_source = samples_source(&f->train);
    f->valid_source = samples_source(&f->valid);
    /* Held-out sentences without any known tag have no loss, so they cannot validate. */
    if (samples_num_tagged(&f->valid) == 0)
        f->valid_source.num_samples = 0;
    make_digest(f, hooks);
    return ST_OK;
}

/* Makes one net. Before that, checks that all nets joined are not too large either. */
static enum status prepare_net(struct fit *f, struct err *e)
{
    const struct params *p = &f->t->params;
    struct net_config all = tagger_net_config(f->t), nc = tagger_one_config(f->t);
    int batch = p->batch_size < f->train.count ? p->batch_size : f->train.count;
    int T = f->train.T_max > f->valid.T_max ? f->train.T_max : f->valid.T_max;
    enum status st = net_config_check(&nc, e);

    if (!st)
        st = net_config_check(&all, e);
    if (st)
        return st;
    if (trainer_size(&nc, T, batch) > f->max_bytes) {
        err_set(e, ST_TOO_LARGE,
                "batches of %d sentences of up to %d tokens need more than %zu MiB to train on; "
                "a smaller batch_size or hidden_size, or shorter sentences, are needed",
                batch, T, f->max_bytes >> 20);
        err_at(e, "/params/batch_size");
        return ST_TOO_LARGE;
    }
    st = net_new(&f->t->net, &nc, e);
    if (st || p->members == 1)
        return st;
    f->finished = calloc(net_num_params(f->t->net) * (size_t)p->members, sizeof(float));
    return f->finished ? ST_OK : err_nomem(e, net_num_params(f->t->net) * sizeof(float));
}

/* A single column needs no heads: it is one softmax, as in the tutorial. */
static void add_heads(struct trainer_config *c, const struct tagger *t)
{
    c->smoothing = (float)t->params.label_smoothing;
    if (t->params.column != COLUMN_BOTH && t->params.label_smoothing <= 0)
        return;
    for (int k = 0; k < TAG_COLUMNS; k++)
        if (tagger_has(t, (enum tag_column)k))
            c->head_size[c->heads++] = t->tags[k].count;
    c->by_error = true;
}

/* Initial weights and a trainer for net number `index`. */
static enum status start_net(struct fit *f, int index, struct err *e)
{
    const struct params *p = &f->t->params;
    uint64_t seed = (uint64_t)p->seed + (uint64_t)index * UINT64_C(0x9E3779B97F4A7C15);
    struct rng r;
    enum status st = ST_OK;
    struct trainer_config c = training_of(p);

    c.keep_best = true;
    c.schedule = p->schedule == SCHEDULE_COSINE   ? LR_COSINE
                 : p->schedule == SCHEDULE_LINEAR ? LR_LINEAR
                                                  : LR_CONSTANT;
    c.warm_up = (float)p->warm_up;
    c.sparse = p->features != FEATURES_WORD;
    /* Another stream of random numbers than that of the initial weights. */
    c.seed = seed ^ UINT64_C(0x5DEECE66D0A3C1F7);
    c.parallel = f->parallel;
    c.stop = f->stop;
    add_heads(&c, f->t);
    rng_seed(&r, seed);
    net_init(f->t->net, &r);
    net_touch(f->t->net);
    trainer_free(f->trainer);
    f->trainer = NULL;
    f->index = index;
    if (f->warm)
        st = warm_weights(f->t->net, f->t, f->warm, index, e);
    return st ? st : trainer_new(&f->trainer, f->t->net, &c, &f->train_source, &f->valid_source, e);
}

/* ---- resuming ---- */

/* Loads the nets that were finished before the interrupted one. */
static enum status load_finished(struct fit *f, const struct checkpoint *c, struct err *e)
{
    size_t one = net_num_params(f->t->net) * sizeof(float);
    struct checkpoint_tensor t;
    int64_t index = 0;
    enum status st;

    if (!checkpoint_get(c, "member"))
        return ST_OK;
    st = checkpoint_get_i64(&index, c, "member", 1, f->t->params.members - 1, e);
    if (!st)
        st = checkpoint_get_i64(&f->epochs_before, c, "epochs", 0, INT32_MAX, e);
    if (!st)
        st = checkpoint_get_i64(&f->samples_before, c, "samples", 0, INT64_MAX, e);
    if (!st)
        st = checkpoint_get_f64(&f->loss_after, c, "loss_after", e);
    if (st)
        return st;
    if (!checkpoint_look_up(&t, c, "finished") || t.dtype != CKPT_F32 ||
        t.size != one * (size_t)index)
        return err_set(e, ST_CORRUPT, "the snapshot lacks the weights of its %d finished members",
                       (int)index);
    memcpy(f->finished, t.data, t.size);
    return start_net(f, (int)index, e);
}

static enum status fit_resume(struct fit *f, const uint8_t *bytes, size_t len, struct err *e)
{
    struct checkpoint *c = NULL;
    enum status st = snapshot_read(&c, "tag", f->digest, bytes, len, e);

    if (!st)
        st = load_finished(f, c, e);
    if (!st)
        st = snapshot_resume(f->trainer, c, e);
    checkpoint_free(c);
    return st;
}

/* ---- training ---- */

/* Log-probabilities of the first training sentence under the present weights; *out is new. */
static enum status first_log_probs(float **out, const struct fit *f, struct err *e)
{
    const struct sentence_view *s = &f->corpus->sentences[0];
    enum tag_column c = tagger_main_column(f->t);
    size_t size = (size_t)s->length * (size_t)f->t->tags[c].count;
    struct tag_output output[TAG_COLUMNS] = {0};
    float *log_probs = calloc(size, sizeof(*log_probs));
    enum status st;

    if (!log_probs)
        return err_nomem(e, size * sizeof(*log_probs));
    output[c].log_probs = log_probs;
    st = tagging_predict(output, f->t, s, 1, f->stop, e);
    if (st)
        free(log_probs);
    else
        *out = log_probs;
    return st;
}

static enum status diverged(const struct fit *f, int epoch, struct err *e)
{
    err_set(e, ST_INVALID,
            "the training diverged in epoch %d: the loss is no finite number any more; a smaller "
            "learning_rate (it is %g) or a gradient_clip is needed",
            epoch, f->t->params.learning_rate);
    err_at(e, "/params/learning_rate");
    return ST_INVALID;
}

/* Converts the progress of the running net into that of all nets. */
static void progress_of_all(struct fit_progress *p, const struct fit *f)
{
    int nets = f->t->params.members;

    trainer_progress(p, f->trainer);
    p->epoch += (int)f->epochs_before;
    p->epochs *= nets;
    p->samples += f->samples_before;
    p->fraction = (f->index + p->fraction) / nets;
}

/* Lets the caller save the state after the last whole batch, then ends the fit. */
static enum status give_up(const struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    const struct fit_saver saver = {.ctx = f, .save = fit_save};
    struct fit_progress p;

    progress_of_all(&p, f);
    if (hooks && hooks->progress)
        (void)hooks->progress(hooks->ctx, &p, &saver);
    return tagging_given_up(e);
}

static enum status train(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    const struct fit_saver saver = {.ctx = f, .save = fit_save};
    enum trainer_event event;

    while ((event = trainer_step(f->trainer)) != TRAINER_DONE) {
        struct fit_progress p;

        progress_of_all(&p, f);
        if (event == TRAINER_STOPPED)
            return give_up(f, hooks, e);
        if (!isfinite(trainer_last_batch_loss(f->trainer)))
            return diverged(f, p.epoch + (event == TRAINER_BATCH), e);
        if (!hooks || !hooks->progress)
            continue;
        if (!hooks->progress(hooks->ctx, &p, &saver))
            return err_set(e, ST_CANCELLED, "the training was cancelled");
    }
    return ST_OK;
}

struct asking {
    const struct fit *f;
    const struct fit_hooks *hooks;
};

static bool go_on(void *ctx)
{
    const struct asking *a = ctx;
    const struct fit_saver saver = {.ctx = a->f, .save = fit_save};
    struct fit_progress p;

    if (!a->hooks || !a->hooks->progress)
        return true;
    progress_of_all(&p, a->f);
    return a->hooks->progress(a->hooks->ctx, &p, &saver);
}

/* Fits the context model, which learns from neighbouring words. This takes only seconds, so
 * snapshots do not hold it. A snapshot taken meanwhile is that of the last net, which is finished;
 * a resumed fit fits the context model again. */
static enum status train_context(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    const struct samples *s = &f->train;
    const struct params *p = &f->t->params;
    struct asking asking = {f, hooks};
    struct context_corpus c = {.forms = &s->forms,
                               .offset = s->offset,
                               .types = s->types,
                               .count = s->count,
                               .stop = f->stop};
    struct case_copies copies = {0};
    enum status st;

    if (!p->context)
        return ST_OK;
    for (int k = 0, n = 0; k < TAG_COLUMNS; k++) {
        if (!tagging_wants(p, (enum tag_column)k))
            continue;
        c.classes[k] = s->classes[n++];
        c.size[k] = f->t->tags[k].count;
    }
    st = case_copies_init(&copies, &c, &s->variants, e);
    if (!st)
        st = context_fit(&f->context, &c, f->warm ? f->warm->context : NULL, (uint64_t)p->seed,
                         go_on, &asking, e);
    case_copies_release(&copies);
    return st;
}

/* Fits FEATS and lemmas, which are found after the tags. As for the context model, a snapshot taken
 * meanwhile is that of the last net. */
static enum status train_morphology(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    struct asking asking = {f, hooks};
    const struct samples *s = &f->train;
    struct tag_numbers tags = {s->classes[0], s->num_columns > 1 ? s->classes[1] : NULL};
    enum status st;

    if (!f->t->params.feats && !f->t->params.lemmas)
        return ST_OK;
    if (!go_on(&asking))
        return err_set(e, ST_CANCELLED, "the training was cancelled");
    st = morphology_fit(f->t, f->corpus->sentences, f->num_train, &tags,
                        f->warm ? f->warm->morphology : NULL, f->stop, e);
    if (st == ST_CANCELLED)
        (void)go_on(&asking);
    return st;
}

/* Keeps the final weights of the running net. */
static enum status end_net(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    size_t n = net_num_params(f->t->net);
    struct fit_progress p;
    double loss = trainer_evaluate(f->trainer, &f->train_source);

    if (trainer_stopped(f->trainer))
        return give_up(f, hooks, e);
    trainer_progress(&p, f->trainer);
    f->epochs_before += p.epoch;
    f->samples_before += p.samples;
    f->loss_after += loss;
    if (f->finished)
        memcpy(f->finished + n * (size_t)f->index, net_params_const(f->t->net), n * sizeof(float));
    return ST_OK;
}

static enum status train_nets(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    struct net_config one = tagger_one_config(f->t);
    struct net *all = NULL;
    int nets = f->t->params.members;
    enum status st = train(f, hooks, e);

    while (!st && f->index + 1 < nets) {
        st = end_net(f, hooks, e);
        if (!st)
            st = start_net(f, f->index + 1, e);
        if (!st)
            st = train(f, hooks, e);
    }
    if (!st)
        st = train_context(f, hooks, e);
    if (!st)
        st = train_morphology(f, hooks, e);
    if (!st)
        st = end_net(f, hooks, e);
    if (!st && nets > 1)
        st = nets_join(&all, &one, f->finished, nets, e);
    if (!st && nets > 1) {
        net_free(f->t->net);
        f->t->net = all;
    }
    return st;
}

static enum status measure(struct fit *f, struct err *e)
{
    struct tagger *t = f->t;
    bool held_out = t->params.test_size > 0;
    struct corpus part = {.sentences = f->corpus->sentences, .count = f->num_train};
    struct tagger_evaluation *ev = &t->evaluation;
    enum status st;

    if (held_out)
        part = (struct corpus){f->corpus->sentences + f->first_test, t->params.test_size};
    st = tagger_evaluate(ev, t, &part, f->stop, e);
    if (st)
        return st;
    t->evaluated = true;
    ev->held_out = held_out;
    ev->loss_before = f->loss_before;
    ev->loss_after = f->loss_after / t->params.members;
    ev->last_batch_loss = trainer_last_batch_loss(f->trainer);
    ev->first_length = f->corpus->sentences[0].length;
    ev->first_before = f->first_before;
    f->first_before = NULL; /* moved */
    st = first_log_probs(&ev->first_after, f, e);
    if (!st && checkpoint_check_finite(t->net, NULL))
        st = diverged(f, t->params.epochs, e);
    return st;
}

static enum status run(struct fit *f, const struct fit_hooks *hooks, struct err *e)
{
    enum status st;

    f->parallel = hooks ? hooks->parallel : NULL;
    f->stop = hooks ? hooks->stop : NULL;
    f->max_bytes = hooks && hooks->max_bytes ? hooks->max_bytes : TRAINING_BYTES_MAX;
    st = prepare_data(f, hooks, e);
    if (!st)
        st = prepare_net(f, e);
    if (!st)
        st = start_net(f, 0, e);
    if (!st) {
        f->loss_before = trainer_evaluate(f->trainer, &f->train_source);
        st = trainer_stopped(f->trainer) ? tagging_given_up(e) : ST_OK;
    }
    if (!st) {
        st = first_log_probs(&f->first_before, f, e);
    }
    if (!st && hooks && hooks->resume)
        st = fit_resume(f, hooks->resume, hooks->resume_len, e);
    if (!st)
        st = train_nets(f, hooks, e);
    f->t->context = f->context;
    f->context = NULL;                                 /* moved */
    if (!st && f->t->params.features != FEATURES_WORD) /* then the table is most of the model */
        net_halve_embedding(f->t->net);
    if (!st)
        st = measure(f, e);
    return st;
}

enum status tagger_fit(struct tagger **out, const struct corpus *c, const struct params *p,
                       const struct fit_hooks *hooks, struct err *e)
{
    struct fit f = {.corpus = c};
    enum status st;

    f.t = calloc(1, sizeof(*f.t));
    if (!f.t)
        return err_nomem(e, sizeof(*f.t));
    f.t->params = *p;
    arithmetic_name(f.t->arithmetic);
    st = run(&f, hooks, e);
    if (!st)
        st = tagger_make_pool(f.t, e);
    trainer_free(f.trainer);
    samples_release(&f.train);
    samples_release(&f.valid);
    free(f.first_before);
    free(f.finished);
    tagger_free(f.warm);
    if (st) {
        tagger_free(f.t);
        return st;
    }
    *out = f.t;
    return ST_OK;
}
