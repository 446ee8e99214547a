/* test_trainer.c - the training loop: learning, stopping, and the weights that it keeps. */
#include "tests/unit/core/nn/trainer_fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

START_TEST(same_seed_same_weights)
{
    struct trainer_fixture a = {0}, b = {0};

    trainer_setup(&a, &trainer_settings[_i], 5);
    trainer_setup(&b, &trainer_settings[_i], 5);
    trainer_finish(a.t);
    trainer_finish(b.t);
    trainer_check_same(&a, &b, 0);
    trainer_teardown(&a);
    trainer_teardown(&b);
}
END_TEST

/* Stands for threads: runs the tasks in reverse order. */
static void run_backwards(void *ctx, int n, void (*task)(void *arg, int i), void *arg)
{
    ++*(int *)ctx;
    for (int i = n - 1; i >= 0; i--)
        task(arg, i);
}

/* Nets and batches large enough to be shared, lengths equal and not, states of both directions. */
START_TEST(threads_change_no_bit)
{
    const struct net_config real = {0, SAMPLE_I, 40, 2, true, SAMPLE_O, 0.3f, 0, 0, 0.2f};
    const struct net_config words = {SAMPLE_V, 19, 48, 1, true, SAMPLE_O, 0, 0, 0.2f, 0};
    struct trainer_setting s = trainer_settings[_i % 2 ? 4 : 1];
    float *weights = NULL;

    s.net = _i % 2 ? &words : &real;
    s.config.batch_size = 37;
    s.config.epochs = 3;
    for (int threads = 1; threads <= 5; threads++) {
        int runs = 0;
        struct parallel p = {&runs, threads, run_backwards};
        struct trainer_fixture f = {0};

        s.config.parallel = &p;
        trainer_setup(&f, &s, 5);
        trainer_free(f.t);
        for (int i = 0; _i >= 2 && i < SAMPLES_MAX; i++)
            f.samples->length[i] = SAMPLE_T;
        f.train = random_samples_source(f.samples, SAMPLES_MAX, false);
        ck_assert_int_eq(trainer_new(&f.t, f.net, &s.config, &f.train, &f.valid, NULL), ST_OK);
        trainer_finish(f.t);
        ck_assert(threads > 1 ? runs > 20 : runs == 0);
        if (!weights) {
            weights = malloc(net_num_params(f.net) * sizeof(float));
            ck_assert_ptr_nonnull(weights);
            memcpy(weights, net_params(f.net), net_num_params(f.net) * sizeof(float));
        }
        ck_assert_mem_eq(weights, net_params(f.net), net_num_params(f.net) * sizeof(float));
        trainer_teardown(&f);
    }
    free(weights);
}
END_TEST

START_TEST(training_lowers_the_loss)
{
    const double *loss, *validation;
    struct trainer_setting s = trainer_settings[_i];
    struct trainer_fixture f = {0};
    int n;

    s.config.epochs = 25;
    s.config.patience = 0;
    trainer_setup(&f, &s, 5);
    trainer_finish(f.t);
    n = trainer_history(f.t, &loss, &validation);
    ck_assert_int_eq(n, 25);
    ck_assert_double_lt(loss[n - 1], 0.9 * loss[0]);
    ck_assert_int_eq(isnan(validation[0]), !s.valid);
    trainer_teardown(&f);
}
END_TEST

/* In any order, an epoch reads every sample once. */
START_TEST(every_sample_once_an_epoch)
{
    struct trainer_fixture f = {0};

    trainer_setup(&f, &trainer_settings[_i], 5);
    for (int epoch = 1; epoch <= 2; epoch++) {
        while (trainer_step(f.t) == TRAINER_BATCH)
            ;
        for (int i = 0; i < SAMPLES_MAX; i++)
            ck_assert_int_eq(f.samples->seen[i], i < TRAIN ? epoch : 0);
    }
    trainer_teardown(&f);
}
END_TEST

START_TEST(batches_of_like_length)
{
    struct trainer_setting s = trainer_settings[0];
    int longest[2];

    for (int bucket = 0; bucket < 2; bucket++) {
        struct trainer_fixture f = {0};

        s.bucket = bucket;
        trainer_setup(&f, &s, 5);
        while (trainer_step(f.t) == TRAINER_BATCH)
            ;
        longest[bucket] = f.samples->sum_of_longest;
        trainer_teardown(&f);
    }
    ck_assert_int_lt(longest[1], longest[0]);
}
END_TEST

START_TEST(events_and_progress)
{
    const struct trainer_setting *s = &trainer_settings[2];
    int epochs = 0, batches = 0, ends = 0;
    struct fit_progress p;
    enum trainer_event event;
    double fraction = 0;
    struct trainer_fixture f = {0};

    trainer_setup(&f, s, 5);
    trainer_progress(&p, f.t);
    ck_assert(p.epoch == 0 && p.epochs == 3 && !p.epoch_end && isnan(p.loss));
    ck_assert(isnan(trainer_last_batch_loss(f.t)));
    do {
        event = trainer_step(f.t);
        trainer_progress(&p, f.t);
        epochs += event == TRAINER_EPOCH;
        batches += event != TRAINER_DONE;
        ends += p.epoch_end;
        ck_assert_int_eq(p.epoch_end, event == TRAINER_EPOCH);
        ck_assert_int_eq(p.epoch, epochs);
        ck_assert_int_eq(p.samples, batches);
        ck_assert_double_ge(p.fraction, fraction);
        ck_assert(!isnan(p.loss) && isnan(p.validation_loss));
        fraction = p.fraction;
    } while (event != TRAINER_DONE);
    ck_assert(epochs == 3 && ends == 3 && batches == 3 * TRAIN && fraction == 1);
    ck_assert_int_eq(trainer_step(f.t), TRAINER_DONE);
    trainer_teardown(&f);
}
END_TEST

/* With a learning rate that ruins the net, training stops patience epochs after the best one and
 * gives its weights back. */
START_TEST(stops_early_with_the_best_weights)
{
    struct trainer_setting s = trainer_settings[0];
    const double *loss, *validation;
    double best = INFINITY;
    struct trainer_fixture f = {0};
    int n, at = 0;

    s.config.epochs = 200;
    s.config.patience = 3;
    s.config.optim.learning_rate = 2.0f;
    trainer_setup(&f, &s, 5);
    trainer_finish(f.t);
    n = trainer_history(f.t, &loss, &validation);
    for (int i = 0; i < n; i++)
        if (validation[i] < best) {
            best = validation[i];
            at = i;
        }
    ck_assert_int_eq(n, at + 1 + 3);
    ck_assert(trainer_evaluate(f.t, &f.valid) == best);
    trainer_teardown(&f);
}
END_TEST

/* A batch without any known target must not move the weights, not even by momentum. */
START_TEST(nothing_known_nothing_learnt)
{
    struct trainer_setting s = trainer_settings[0];
    struct trainer_fixture f = {0};
    float *before;
    size_t bytes;

    s.config.shuffle = false;
    trainer_setup(&f, &s, 5);
    bytes = net_num_params(f.net) * sizeof(float);
    before = malloc(bytes);
    ck_assert_ptr_nonnull(before);
    trainer_step(f.t);
    memcpy(before, net_params(f.net), bytes);
    for (int i = 0; i < SAMPLES_MAX; i++)
        for (int k = 0; k < SAMPLE_T * SAMPLE_O; k++)
            f.samples->y[i][k / SAMPLE_O][k % SAMPLE_O] = NAN;
    trainer_step(f.t);
    ck_assert_mem_eq(before, net_params(f.net), bytes);
    ck_assert(trainer_last_batch_loss(f.t) == 0);
    free(before);
    trainer_teardown(&f);
}
END_TEST

START_TEST(evaluate_does_not_depend_on_batches)
{
    struct trainer_setting s = trainer_settings[0];
    double all, one;
    struct trainer_fixture f = {0};

    trainer_setup(&f, &s, 5);
    all = trainer_evaluate(f.t, &f.valid);
    trainer_teardown(&f);
    s.valid = false;
    s.config.batch_size = 1;
    trainer_setup(&f, &s, 5);
    one = trainer_evaluate(f.t, &f.valid);
    ck_assert_double_eq_tol(all, one, 1e-12);
    f.valid.T_max = SAMPLE_T + 1; /* more than there is room for */
    ck_assert(isnan(trainer_evaluate(f.t, &f.valid)));
    trainer_teardown(&f);
}
END_TEST

START_TEST(configuration_is_checked)
{
    enum { NUM_BAD = 14 };
    struct samples *samples = malloc(sizeof(*samples));
    const struct trainer_config good = trainer_settings[0].config;
    struct trainer_config bad[NUM_BAD];
    struct sample_source source, empty;
    struct trainer *t = NULL;
    struct err e = {0};
    struct net *net;

    ck_assert_ptr_nonnull(samples);
    random_samples_init(samples, 1);
    source = random_samples_source(samples, TRAIN, false);
    empty = random_samples_source(samples, 0, false);
    ck_assert_int_eq(net_new(&net, trainer_settings[0].net, NULL), ST_OK);
    for (size_t i = 0; i < NUM_BAD; i++)
        bad[i] = good;
    bad[0].epochs = 0;
    bad[1].batch_size = 0;
    bad[2].patience = -1;
    bad[3].gradient_clip = -1;
    bad[4].optim.learning_rate = NAN;
    bad[5].optim.momentum = 1.5f;
    bad[6].optim.weight_decay = -1;
    bad[7].optim.beta2 = 1;
    bad[8].epochs = 2000000000;
    bad[9].gradient_clip = NAN;
    bad[10].warm_up = 1;
    bad[11].heads = LOSS_HEADS_MAX + 1;
    bad[12].heads = 1; /* of a loss that is not nll */
    bad[12].head_size[0] = 2;
    bad[13].smoothing = NAN;
    for (size_t i = 0; i < NUM_BAD; i++) {
        memset(&e, 0, sizeof(e));
        ck_assert_int_eq(trainer_new(&t, net, &bad[i], &source, NULL, &e), ST_INVALID);
        ck_assert_int_gt((int)strlen(e.message), 20);
        ck_assert_ptr_null(t);
    }
    ck_assert_int_eq(trainer_new(&t, net, &good, &empty, NULL, &e), ST_INVALID);
    trainer_free(NULL);
    net_free(net);
    free(samples);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trainer");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, same_seed_same_weights, 0, TRAINER_SETTINGS);
    tcase_add_loop_test(t, threads_change_no_bit, 0, 4);
    tcase_add_loop_test(t, training_lowers_the_loss, 0, TRAINER_SETTINGS);
    tcase_add_loop_test(t, every_sample_once_an_epoch, 0, TRAINER_SETTINGS);
    tcase_add_test(t, batches_of_like_length);
    tcase_add_test(t, events_and_progress);
    tcase_add_test(t, stops_early_with_the_best_weights);
    tcase_add_test(t, nothing_known_nothing_learnt);
    tcase_add_test(t, evaluate_does_not_depend_on_batches);
    tcase_add_test(t, configuration_is_checked);
    suite_add_tcase(s, t);
    return suite_run(s);
}
