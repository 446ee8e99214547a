/* trainer_fixture.c - see trainer_fixture.h. */
#include "tests/unit/core/nn/trainer_fixture.h"

#include <stdlib.h>
#include <string.h>

static const struct net_config real_net = {0, SAMPLE_I, 5, 2, true, SAMPLE_O, 0.3f, 0, 0, 0};
static const struct net_config word_net = {SAMPLE_V, 3, 4, 1, true, SAMPLE_O, 0, 0, 0, 0};

const struct trainer_setting trainer_settings[] = {
    {"momentum, shuffled, dropout, patience",
     &real_net,
     {.epochs = 8,
      .batch_size = 4,
      .shuffle = true,
      .optim = {.kind = OPTIM_SGD, .learning_rate = 0.3f, .momentum = 0.9f},
      .patience = 2,
      .keep_best = true,
      .seed = 11},
     true,
     true},
    {"Adam, shuffled, dropout, clipped, cosine, patience",
     &real_net,
     {.epochs = 8,
      .batch_size = 5,
      .shuffle = true,
      .optim = {.kind = OPTIM_ADAM, .learning_rate = 0.05f},
      .gradient_clip = 0.5f,
      .patience = 2,
      .keep_best = true,
      .schedule = LR_COSINE,
      .seed = UINT64_MAX},
     true,
     false},
    {"AdamW, in order, one by one, no validation",
     &real_net,
     {.epochs = 3,
      .batch_size = 1,
      .loss = LOSS_HUBER,
      .last_only = true,
      .optim = {.kind = OPTIM_ADAMW, .learning_rate = 0.01f, .weight_decay = 0.1f}},
     false,
     false},
    {"words, plain SGD, one batch",
     &word_net,
     {.epochs = 6,
      .batch_size = 100,
      .shuffle = true,
      .loss = LOSS_NLL,
      .optim = {.kind = OPTIM_SGD, .learning_rate = 0.5f}},
     true,
     true},
    {"words, sparse AdamW, warm-up and linear decay, clipped, smoothed",
     &word_net,
     {.epochs = 5,
      .batch_size = 2,
      .shuffle = true,
      .loss = LOSS_NLL,
      .optim = {.kind = OPTIM_ADAMW, .learning_rate = 0.05f, .weight_decay = 0.01f},
      .gradient_clip = 0.1f,
      .keep_best = true,
      .schedule = LR_LINEAR,
      .warm_up = 0.2f,
      .sparse = true,
      .heads = 1,
      .head_size = {SAMPLE_O},
      .smoothing = 0.1f},
     true,
     true},
};
_Static_assert(sizeof(trainer_settings) / sizeof(*trainer_settings) == TRAINER_SETTINGS,
               "as many as the header says");

void trainer_setup(struct trainer_fixture *f, const struct trainer_setting *s, uint64_t weights)
{
    struct rng r;

    f->samples = malloc(sizeof(*f->samples));
    f->valid_samples = malloc(sizeof(*f->valid_samples));
    ck_assert(f->samples && f->valid_samples);
    random_samples_init(f->samples, 1);
    random_samples_init(f->valid_samples, 2);
    f->samples->last_only = f->valid_samples->last_only = s->config.last_only;
    f->samples->noise = true;
    f->train = random_samples_source(f->samples, TRAIN, s->bucket);
    f->valid = random_samples_source(f->valid_samples, VALID, false);
    ck_assert_int_eq(net_new(&f->net, s->net, NULL), ST_OK);
    rng_seed(&r, weights);
    net_init(f->net, &r);
    ck_assert_int_eq(
        trainer_new(&f->t, f->net, &s->config, &f->train, s->valid ? &f->valid : NULL, NULL),
        ST_OK);
}

void trainer_teardown(struct trainer_fixture *f)
{
    trainer_free(f->t);
    net_free(f->net);
    free(f->samples);
    free(f->valid_samples);
}

int trainer_finish(struct trainer *t)
{
    int n = 0;

    while (trainer_step(t) != TRAINER_DONE)
        ck_assert_int_lt(++n, STEPS_MAX);
    return n;
}

void trainer_check_same(const struct trainer_fixture *a, const struct trainer_fixture *b, int step)
{
    const double *la, *va, *lb, *vb;
    int n = trainer_history(a->t, &la, &va);
    double last_a = trainer_last_batch_loss(a->t), last_b = trainer_last_batch_loss(b->t);
    struct fit_progress pa, pb;

    ck_assert_int_eq(trainer_history(b->t, &lb, &vb), n);
    ck_assert_mem_eq(la, lb, (size_t)n * sizeof(*la));
    ck_assert_mem_eq(va, vb, (size_t)n * sizeof(*va));
    ck_assert_mem_eq(&last_a, &last_b, sizeof(last_a));
    trainer_progress(&pa, a->t);
    trainer_progress(&pb, b->t);
    ck_assert_int_eq(pa.samples, pb.samples);
    ck_assert_msg(
        !memcmp(net_params(a->net), net_params(b->net), net_num_params(a->net) * sizeof(float)),
        "resumed at step %d: the weights differ", step);
}
