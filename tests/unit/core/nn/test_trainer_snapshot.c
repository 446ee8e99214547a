/* test_trainer_snapshot.c - a training continues from a snapshot of any step with the same result;
 * a damaged snapshot is refused. */
#include "tests/unit/core/nn/trainer_fixture.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A snapshot is saved after every step, and each is loaded into a trainer with other weights that
 * has already trained: all end with the same bits. */
START_TEST(resume_at_every_step)
{
    const struct trainer_setting *s = &trainer_settings[_i];
    struct trainer_fixture whole = {0}, saved = {0};
    int steps;

    trainer_setup(&whole, s, 5);
    trainer_setup(&saved, s, 5);
    steps = trainer_finish(whole.t);
    for (int i = 0; i <= steps + 1; i++) {
        struct trainer_fixture resumed = {0};
        uint8_t *bytes = NULL, *again = NULL;
        size_t len, len_again;

        ck_assert_int_eq(trainer_save(saved.t, &bytes, &len, NULL), ST_OK);
        trainer_setup(&resumed, s, 99);
        trainer_step(resumed.t);
        ck_assert_int_eq(trainer_load(resumed.t, bytes, len, NULL), ST_OK);
        ck_assert_int_eq(trainer_save(resumed.t, &again, &len_again, NULL), ST_OK);
        ck_assert_uint_eq(len_again, len);
        ck_assert_mem_eq(again, bytes, len);
        trainer_finish(resumed.t);
        trainer_check_same(&whole, &resumed, i);
        trainer_teardown(&resumed);
        free(bytes);
        free(again);
        trainer_step(saved.t);
    }
    trainer_check_same(&whole, &saved, -1);
    trainer_teardown(&whole);
    trainer_teardown(&saved);
}
END_TEST

/* A snapshot that cannot be loaded changes nothing. */
static void check_refused(struct trainer_fixture *f, const uint8_t *bytes, size_t len)
{
    size_t size = net_num_params(f->net) * sizeof(float);
    float *before = malloc(size);
    struct err e = {0};
    struct fit_progress p, q;
    enum status st;

    ck_assert_ptr_nonnull(before);
    memcpy(before, net_params(f->net), size);
    trainer_progress(&p, f->t);
    st = trainer_load(f->t, bytes, len, &e);
    if (st) {
        ck_assert_int_eq(st, ST_CORRUPT);
        ck_assert_int_gt((int)strlen(e.message), 10);
        ck_assert_mem_eq(before, net_params(f->net), size);
        trainer_progress(&q, f->t);
        ck_assert(p.epoch == q.epoch && p.samples == q.samples);
    }
    free(before);
}

START_TEST(damaged_snapshots)
{
    struct trainer_fixture f = {0};
    uint8_t *bytes, *copy;
    struct rng r;
    size_t len;

    trainer_setup(&f, &trainer_settings[_i], 5);
    for (int i = 0; i < 7; i++)
        trainer_step(f.t);
    ck_assert_int_eq(trainer_save(f.t, &bytes, &len, NULL), ST_OK);
    for (size_t n = 0; n < len; n += n < 2000 ? 7 : 61) {
        copy = malloc(n ? n : 1); /* exact, so that a sanitizer sees every byte too many */
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, bytes, n);
        ck_assert_int_eq(trainer_load(f.t, copy, n, NULL), ST_CORRUPT);
        free(copy);
    }
    copy = malloc(len);
    ck_assert_ptr_nonnull(copy);
    rng_seed(&r, 1);
    for (int i = 0; i < 1500; i++) {
        memcpy(copy, bytes, len);
        for (uint32_t k = rng_below(&r, 3) + 1; k; k--)
            copy[rng_below(&r, i % 2 || len < 3000 ? (uint32_t)len : 3000)] = (uint8_t)rng_next(&r);
        check_refused(&f, copy, len);
    }
    ck_assert_int_eq(trainer_load(f.t, bytes, len, NULL), ST_OK);
    trainer_finish(f.t);
    free(copy);
    free(bytes);
    trainer_teardown(&f);
}
END_TEST

START_TEST(snapshots_of_others)
{
    struct trainer_setting other = trainer_settings[0];
    struct trainer_fixture a = {0}, b = {0};
    struct err e = {0};
    uint8_t *bytes;
    size_t len;

    trainer_setup(&a, &trainer_settings[0], 5);
    ck_assert_int_eq(trainer_save(a.t, &bytes, &len, NULL), ST_OK);
    other.config.seed++;
    trainer_setup(&b, &other, 5);
    ck_assert_int_eq(trainer_load(b.t, bytes, len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "configuration"));
    free(bytes);
    trainer_teardown(&a);
    trainer_teardown(&b);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("snapshots of a trainer");
    TCase *t = tcase_create("snapshots");

    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, resume_at_every_step, 0, TRAINER_SETTINGS);
    tcase_add_loop_test(t, damaged_snapshots, 0, TRAINER_SETTINGS);
    tcase_add_test(t, snapshots_of_others);
    suite_add_tcase(s, t);
    return suite_run(s);
}
