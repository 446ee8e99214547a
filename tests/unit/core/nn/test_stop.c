/* test_stop.c - a training that is stopped in the middle of a batch, an evaluation or the end of an
 * epoch keeps the state after the last complete batch, and continues from it bit for bit. */
#include "tests/unit/core/nn/samples.h"

#include <check.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TRAIN = 19, VALID = 24, STEPS_MAX = 512, LOOKS_MAX = 200000 };

static const struct net_config real_net = {0, SAMPLE_I, 5, 2, true, SAMPLE_O, 0.3f, 0, 0, 0};
static const struct net_config word_net = {SAMPLE_V, 3, 4, 2, true, SAMPLE_O, 0, 0, 0.1f, 0.2f};

static const struct setting {
    const struct net_config *net;
    struct trainer_config config;
} settings[] = {
    {&real_net,
     {.epochs = 4,
      .batch_size = 4,
      .shuffle = true,
      .optim = {.kind = OPTIM_SGD, .learning_rate = 0.3f, .momentum = 0.9f},
      .keep_best = true,
      .seed = 11}},
    {&word_net,
     {.epochs = 3,
      .batch_size = 5,
      .shuffle = true,
      .loss = LOSS_NLL,
      .optim = {.kind = OPTIM_ADAMW, .learning_rate = 0.05f, .weight_decay = 0.01f},
      .gradient_clip = 0.1f,
      .keep_best = true,
      .schedule = LR_LINEAR,
      .sparse = true,
      .heads = 1,
      .head_size = {SAMPLE_O},
      .seed = 3}},
};
enum { NUM_SETTINGS = sizeof(settings) / sizeof(*settings) };

/* Asks to give up at the look number `at`, and from then on. */
struct countdown {
    atomic_long looks;
    long at; /* 0: never */
    struct stop_flag stop;
};

static bool asked(void *ctx)
{
    struct countdown *c = ctx;
    long n = atomic_fetch_add(&c->looks, 1) + 1;

    return c->at && n >= c->at;
}

static void countdown_start(struct countdown *c, long at)
{
    atomic_store(&c->looks, 0);
    c->at = at;
    c->stop = (struct stop_flag){.ctx = c, .asked = asked};
}

struct fixture {
    struct samples *samples, *valid_samples;
    struct sample_source train, valid;
    struct net *net;
    struct trainer *t;
};

static void setup(struct fixture *f, const struct setting *s, const struct stop_flag *stop)
{
    struct trainer_config c = s->config;
    struct rng r;

    c.stop = stop;
    f->samples = malloc(sizeof(*f->samples));
    f->valid_samples = malloc(sizeof(*f->valid_samples));
    ck_assert(f->samples && f->valid_samples);
    random_samples_init(f->samples, 1);
    random_samples_init(f->valid_samples, 2);
    f->samples->noise = true;
    f->train = random_samples_source(f->samples, TRAIN, true);
    f->valid = random_samples_source(f->valid_samples, VALID, false);
    ck_assert_int_eq(net_new(&f->net, s->net, NULL), ST_OK);
    rng_seed(&r, 7);
    net_init(f->net, &r);
    ck_assert_int_eq(trainer_new(&f->t, f->net, &c, &f->train, &f->valid, NULL), ST_OK);
}

static void teardown(struct fixture *f)
{
    trainer_free(f->t);
    net_free(f->net);
    free(f->samples);
    free(f->valid_samples);
}

static void save(uint8_t **bytes, size_t *len, const struct fixture *f)
{
    ck_assert_int_eq(trainer_save(f->t, bytes, len, NULL), ST_OK);
}

/* Steps until the end or until the training gives up; the number of whole steps. */
static int run(struct trainer *t, enum trainer_event *last)
{
    int n = 0;

    while ((*last = trainer_step(t)) == TRAINER_BATCH || *last == TRAINER_EPOCH)
        ck_assert_int_lt(++n, STEPS_MAX);
    return n;
}

/* The snapshot of a trainer that nobody stops, after so many batches. */
static void undisturbed_after(uint8_t **bytes, size_t *len, const struct setting *s, int steps)
{
    struct fixture f;

    setup(&f, s, NULL);
    for (int i = 0; i < steps; i++)
        trainer_step(f.t);
    save(bytes, len, &f);
    teardown(&f);
}

static void check_same_end(const struct fixture *a, const struct fixture *b)
{
    const double *la, *va, *lb, *vb;
    int n = trainer_history(a->t, &la, &va);

    ck_assert_int_eq(trainer_history(b->t, &lb, &vb), n);
    ck_assert_mem_eq(la, lb, (size_t)n * sizeof(*la));
    ck_assert_mem_eq(va, vb, (size_t)n * sizeof(*va));
    ck_assert_mem_eq(net_params_const(a->net), net_params_const(b->net),
                     net_num_params(a->net) * sizeof(float));
}

/* Stops at one look after the other, all over a training. */
START_TEST(given_up_anywhere_goes_on_bit_for_bit)
{
    const struct setting *s = &settings[_i];
    struct fixture whole;
    struct countdown c;
    enum trainer_event last;
    long looks;
    int in_validation = 0, in_batch = 0;

    setup(&whole, s, NULL);
    run(whole.t, &last);
    ck_assert_int_eq(last, TRAINER_DONE);
    countdown_start(&c, 0);
    {
        struct fixture counted;

        setup(&counted, s, &c.stop);
        run(counted.t, &last);
        ck_assert_int_eq(last, TRAINER_DONE);
        check_same_end(&whole, &counted); /* that somebody could ask changes nothing */
        teardown(&counted);
    }
    looks = atomic_load(&c.looks);
    ck_assert_int_gt(looks, 300);
    for (long at = 1; at <= looks; at += 1 + looks / 97) {
        struct fixture f, resumed;
        struct fit_progress p;
        uint8_t *bytes, *want;
        size_t len, want_len;
        int steps;

        countdown_start(&c, at);
        setup(&f, s, &c.stop);
        steps = run(f.t, &last);
        ck_assert_int_eq(last, TRAINER_STOPPED);
        ck_assert(trainer_stopped(f.t));
        ck_assert_int_eq(trainer_step(f.t), TRAINER_STOPPED); /* and so it stays */
        trainer_progress(&p, f.t);
        ck_assert(!p.epoch_end);
        save(&bytes, &len, &f);
        undisturbed_after(&want, &want_len, s, steps);
        setup(&resumed, s, NULL);
        ck_assert_int_eq(trainer_load(resumed.t, want, want_len, NULL), ST_OK);
        if (len == want_len && memcmp(net_params_const(f.net), net_params_const(resumed.net),
                                      net_num_params(f.net) * sizeof(float)) == 0)
            in_batch++;
        else
            in_validation++; /* the last batch of the epoch is done, its validation is not */
        ck_assert_int_eq(trainer_load(resumed.t, bytes, len, NULL), ST_OK);
        run(resumed.t, &last);
        ck_assert_int_eq(last, TRAINER_DONE);
        check_same_end(&whole, &resumed);
        free(bytes);
        free(want);
        teardown(&f);
        teardown(&resumed);
    }
    ck_assert_int_gt(in_batch, 20);
    ck_assert_int_gt(in_validation, 1);
    teardown(&whole);
}
END_TEST

/* The same trainer goes on when the flag is down again: nothing of the batch that was given up is
 * left. */
START_TEST(the_same_trainer_goes_on)
{
    const struct setting *s = &settings[_i];
    struct fixture whole, f;
    struct countdown c;
    enum trainer_event last;
    int stopped = 0;

    setup(&whole, s, NULL);
    run(whole.t, &last);
    countdown_start(&c, 40);
    setup(&f, s, &c.stop);
    for (;;) {
        run(f.t, &last);
        if (last == TRAINER_DONE)
            break;
        ck_assert_int_lt(++stopped, STEPS_MAX);
        countdown_start(&c, 0);
        last = trainer_step(f.t); /* one step in peace, then again */
        ck_assert_int_ne(last, TRAINER_STOPPED);
        countdown_start(&c, 40 + stopped);
    }
    ck_assert_int_gt(stopped, 5);
    check_same_end(&whole, &f);
    teardown(&whole);
    teardown(&f);
}
END_TEST

START_TEST(an_evaluation_is_given_up)
{
    struct fixture f;
    struct countdown c;
    double whole;

    countdown_start(&c, 0);
    setup(&f, &settings[_i], &c.stop);
    whole = trainer_evaluate(f.t, &f.valid);
    ck_assert(isfinite(whole) && !trainer_stopped(f.t));
    countdown_start(&c, 3);
    ck_assert(isnan(trainer_evaluate(f.t, &f.valid)) && trainer_stopped(f.t));
    countdown_start(&c, 0);
    ck_assert_double_eq(trainer_evaluate(f.t, &f.valid), whole);
    ck_assert(!trainer_stopped(f.t));
    teardown(&f);
}
END_TEST

/* ---- one large batch ---- */

enum { LONG_T = 600, LONG_B = 24, LONG_H = 48 };

static void fill_long(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    (void)ctx;
    (void)rng;
    b->T = LONG_T;
    b->B = n;
    for (int k = 0; k < n; k++) {
        b->lengths[k] = LONG_T - index[k];
        for (int t = 0; t < LONG_T; t++) {
            b->x[t * n + k] = sinf((float)(t + index[k]));
            b->values[t * n + k] = cosf((float)t);
        }
    }
}

/* In every pass over a batch, the flag is read after each small part of the work: a batch of 600
 * steps has far more reads than steps. */
START_TEST(a_large_batch_is_looked_into)
{
    const struct net_config nc = {0, 1, LONG_H, 2, true, 1, 0, 0, 0, 0};
    const struct sample_source source = {.num_samples = LONG_B, .T_max = LONG_T, .fill = fill_long};
    struct countdown c;
    struct trainer_config tc = {.epochs = 1,
                                .batch_size = LONG_B,
                                .optim = {.kind = OPTIM_ADAM, .learning_rate = 0.01f},
                                .stop = &c.stop};
    struct net *n = NULL;
    struct trainer *t = NULL;
    struct rng r;
    long looks;

    countdown_start(&c, 0);
    ck_assert_int_eq(net_new(&n, &nc, NULL), ST_OK);
    rng_seed(&r, 1);
    net_init(n, &r);
    ck_assert_int_eq(trainer_new(&t, n, &tc, &source, NULL, NULL), ST_OK);
    ck_assert_int_eq(trainer_step(t), TRAINER_EPOCH);
    looks = atomic_load(&c.looks);
    ck_assert_int_gt(looks, 4L * 2 * LONG_T);
    trainer_free(t);
    for (int part = 1; part < 8; part++) { /* forward, loss, backward, gradients */
        countdown_start(&c, looks * part / 8);
        ck_assert_int_eq(trainer_new(&t, n, &tc, &source, NULL, NULL), ST_OK);
        ck_assert_int_eq(trainer_step(t), TRAINER_STOPPED);
        ck_assert_int_lt(atomic_load(&c.looks), looks * part / 8 + 64); /* it ends at once */
        trainer_free(t);
    }
    net_free(n);
}
END_TEST

/* Products and sums that are cut between two looks come out as they do in one piece: net_work with
 * and without a flag give the same gradient, in sizes where they are cut. */
START_TEST(cut_products_are_the_same_bits)
{
    enum { H = 320, B = 136, T = 20, I = 40, O = 24 };
    static const struct net_config nc = {0, I, H, 1, false, O, 0, 0, 0, 0};
    float *x = malloc(sizeof(*x) * T * B * I), *dy = malloc(sizeof(*dy) * T * B * O);
    float *grad[2], *row = NULL;
    struct net_work *work = NULL, *one = NULL;
    struct net *n = NULL;
    struct rng r;
    const float *y;
    size_t P;

    ck_assert(x && dy && !net_new(&n, &nc, NULL));
    rng_seed(&r, 5);
    net_init(n, &r);
    P = net_num_params(n);
    for (size_t i = 0; i < (size_t)T * B * I; i++)
        x[i] = rng_uniform(&r, -1, 1);
    for (size_t i = 0; i < (size_t)T * B * O; i++)
        dy[i] = rng_uniform(&r, -1, 1);
    for (int k = 0; k < 2; k++) {
        grad[k] = calloc(P, sizeof(float));
        ck_assert_ptr_nonnull(grad[k]);
    }
    ck_assert_int_eq(net_work_new(&work, &nc, T, B, true, NULL), ST_OK);
    for (int k = 0; k < 2; k++) {
        struct countdown c;

        countdown_start(&c, 0);
        net_work_stop(work, k ? &c.stop : NULL);
        y = net_forward(work, n, &(struct net_input){.T = T, .B = B, .x = x}, NULL);
        ck_assert_ptr_nonnull(y);
        ck_assert(net_backward(work, n, dy, grad[k]));
        ck_assert(!k || atomic_load(&c.looks) > T);
    }
    net_work_stop(work, NULL);
    ck_assert_mem_eq(grad[0], grad[1], P * sizeof(float));
    /* A sequence alone is never cut as the batch is. */
    y = net_forward(work, n, &(struct net_input){.T = T, .B = B, .x = x}, NULL);
    ck_assert_int_eq(net_work_new(&one, &nc, T, 1, true, NULL), ST_OK);
    row = malloc(sizeof(*row) * T * I);
    ck_assert_ptr_nonnull(row);
    for (int t = 0; t < T; t++)
        memcpy(row + t * I, x + ((size_t)t * B + B - 1) * I, I * sizeof(*row));
    {
        const float *alone =
            net_forward(one, n, &(struct net_input){.T = T, .B = 1, .x = row}, NULL);

        for (int t = 0; t < T; t++)
            ck_assert_mem_eq(alone + (size_t)t * O, y + ((size_t)t * B + B - 1) * O,
                             O * sizeof(*y));
    }
    net_work_free(work);
    net_work_free(one);
    net_free(n);
    free(x);
    free(dy);
    free(row);
    free(grad[0]);
    free(grad[1]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("stop");
    TCase *t = tcase_create("stop");
    SRunner *r;
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, given_up_anywhere_goes_on_bit_for_bit, 0, NUM_SETTINGS);
    tcase_add_loop_test(t, the_same_trainer_goes_on, 0, NUM_SETTINGS);
    tcase_add_loop_test(t, an_evaluation_is_given_up, 0, NUM_SETTINGS);
    tcase_add_test(t, a_large_batch_is_looked_into);
    tcase_add_test(t, cut_products_are_the_same_bits);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
