/* test_trainer_update.c - learning rates, and updates of single rows. */
#include "tests/unit/core/nn/trainer_fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The weights of a word that no sample has change in a dense step, by weight decay, but not in a
 * sparse one. */
START_TEST(sparse_updates_leave_other_rows)
{
    struct trainer_setting s = trainer_settings[TRAINER_SETTINGS - 1];
    float before[6];

    for (int sparse = 0; sparse < 2; sparse++) {
        struct trainer_fixture f = {0};

        s.config.sparse = sparse;
        trainer_setup(&f, &s, 5);
        for (int i = 0; i < SAMPLES_MAX; i++)
            for (int t = 0; t < SAMPLE_T; t++)
                f.samples->ids[i][t] = f.samples->ids[i][t] == 1 ? 2 : f.samples->ids[i][t];
        memcpy(before, net_params(f.net), sizeof(before));
        trainer_finish(f.t);
        if (sparse)
            ck_assert_mem_eq(net_params(f.net) + 3, before + 3, 3 * sizeof(float));
        else
            ck_assert_mem_ne(net_params(f.net) + 3, before + 3, 3 * sizeof(float));
        ck_assert_mem_ne(net_params(f.net), before, 3 * sizeof(float));
        trainer_teardown(&f);
    }
}
END_TEST

/* If every row is in the only batch of an epoch, sparse and dense steps are equal. */
START_TEST(sparse_updates_are_the_dense_ones)
{
    struct trainer_setting s = trainer_settings[TRAINER_SETTINGS - 1];
    struct trainer_fixture dense = {0}, sparse = {0};

    s.config.batch_size = TRAIN;
    s.config.gradient_clip = 0;
    s.config.sparse = false;
    trainer_setup(&dense, &s, 5);
    s.config.sparse = true;
    trainer_setup(&sparse, &s, 5);
    trainer_finish(dense.t);
    trainer_finish(sparse.t);
    trainer_check_same(&dense, &sparse, 0);
    trainer_teardown(&dense);
    trainer_teardown(&sparse);
}
END_TEST

START_TEST(warm_up_starts_small)
{
    struct trainer_setting s = trainer_settings[TRAINER_SETTINGS - 1];
    struct trainer_fixture f = {0};
    float before[3], moved = 0;

    s.config.batch_size = 1;
    s.config.warm_up = 0.9f;
    trainer_setup(&f, &s, 5);
    memcpy(before, net_params(f.net), sizeof(before));
    trainer_step(f.t);
    for (int i = 0; i < 3; i++)
        moved = fmaxf(moved, fabsf(net_params(f.net)[i] - before[i]));
    /* Adam's first step is as long as the rate, one part in 0.9 * 5 * TRAIN of 0.05, and
     * rounding. */
    ck_assert_float_le(moved, 1.01f * 0.05f / (0.9f * 5 * TRAIN));
    trainer_teardown(&f);
}
END_TEST

START_TEST(cosine_ends_at_rest)
{
    struct trainer_setting s = trainer_settings[1];
    struct trainer_fixture f = {0};
    float before[4], after[4];

    s.config.epochs = 1;
    s.config.patience = 0;
    s.config.keep_best = false;
    s.config.batch_size = 1;
    trainer_setup(&f, &s, 5);
    for (int i = 0; i < TRAIN - 1; i++)
        trainer_step(f.t);
    memcpy(before, net_params(f.net), sizeof(before));
    trainer_step(f.t);
    memcpy(after, net_params(f.net), sizeof(after));
    /* cos at (n-1)/n of the way: a rate below one percent of 0.05. */
    for (int i = 0; i < 4; i++)
        ck_assert_float_le(fabsf(after[i] - before[i]), 0.05f * 0.01f);
    trainer_teardown(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trainer_update");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, sparse_updates_leave_other_rows);
    tcase_add_test(t, sparse_updates_are_the_dense_ones);
    tcase_add_test(t, warm_up_starts_small);
    tcase_add_test(t, cosine_ends_at_rest);
    suite_add_tcase(s, t);
    return suite_run(s);
}
