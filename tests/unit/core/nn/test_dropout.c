/* test_dropout.c - masks have the requested rate and keep the mean; the sequence of draws never
 * changes. */
#include "core/nn/dropout.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

typedef void drop_fn(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
                     struct stop_meter *m);
static drop_fn *const drops[] = {dropout_draw, dropout_draw_16bit};

enum { N = 100003 };

static float x[N], y[N], mask[N];

START_TEST(masks_have_the_rate_and_keep_the_mean)
{
    struct stop_meter m = {0};
    struct rng r;
    double sum = 0;
    int zeros = 0;
    float keep = _i ? 1.0f / (1.0f - 19660.0f / 65536.0f) : 1.0f / (1.0f - 0.3f);

    rng_seed(&r, 1);
    for (int i = 0; i < N; i++)
        x[i] = 1;
    drops[_i](y, mask, x, N, 0.3f, &r, &m);
    for (int i = 0; i < N; i++) {
        ck_assert(mask[i] == 0 || mask[i] == keep);
        ck_assert(y[i] == mask[i]);
        zeros += mask[i] == 0;
        sum += (double)y[i];
    }
    /* four standard deviations of a binomial distribution */
    ck_assert_double_eq_tol((double)zeros / N, 0.3, 4 * 0.00145);
    ck_assert_double_eq_tol(sum / N, 1, 0.01);
}
END_TEST

START_TEST(a_rate_of_zero_keeps_all)
{
    struct stop_meter m = {0};
    struct rng r;

    rng_seed(&r, 1);
    for (int i = 0; i < N; i++)
        x[i] = (float)i;
    drops[_i](y, mask, x, N, 0, &r, &m);
    for (int i = 0; i < N; i++)
        ck_assert(y[i] == x[i]);
}
END_TEST

/* The weights of a seed depend on it: one draw a value, and one for four. */
START_TEST(draws_are_counted)
{
    struct stop_meter m = {0};
    struct rng r, after;

    rng_seed(&r, 7);
    after = r;
    drops[_i](y, mask, x, 1000, 0.5f, &r, &m);
    for (int i = 0; i < (_i ? 250 : 1000); i++)
        rng_next(&after);
    ck_assert_uint_eq(rng_next(&r), rng_next(&after));
}
END_TEST

START_TEST(in_place_is_fine)
{
    struct stop_meter m = {0};
    struct rng r;

    rng_seed(&r, 3);
    for (int i = 0; i < 500; i++)
        x[i] = y[i] = (float)i + 1;
    drops[_i](y, mask, y, 500, 0.4f, &r, &m);
    for (int i = 0; i < 500; i++)
        ck_assert(y[i] == x[i] * mask[i]);
}
END_TEST

static bool always(void *ctx)
{
    (void)ctx;
    return true;
}

START_TEST(a_stop_ends_it)
{
    struct stop_flag flag = {.asked = always};
    struct stop_meter m = {.stop = &flag};
    struct rng r;

    rng_seed(&r, 3);
    y[N - 1] = -1;
    drops[_i](y, mask, x, N, 0.4f, &r, &m);
    ck_assert(y[N - 1] == -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dropout");
    TCase *t = tcase_create("dropout");
    SRunner *r;
    int failed;

    tcase_add_loop_test(t, masks_have_the_rate_and_keep_the_mean, 0, 2);
    tcase_add_loop_test(t, a_rate_of_zero_keeps_all, 0, 2);
    tcase_add_loop_test(t, draws_are_counted, 0, 2);
    tcase_add_loop_test(t, in_place_is_fine, 0, 2);
    tcase_add_loop_test(t, a_stop_ends_it, 0, 2);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
