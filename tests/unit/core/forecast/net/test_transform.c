/* test_transform.c - inputs and targets of a net, and the way back to the series. */
#include "core/forecast/net/transform.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>

static const struct frame frames[] = {
    {.window = 6, .horizon = 5},
    {.window = 6, .horizon = 5, .lag = 3, .normalised = true},
    {.window = 6, .horizon = 5, .lag = 1, .level = 2, .normalised = true},
    {.window = 6, .horizon = 5, .level = 4, .normalised = true},
    {.window = 6, .horizon = 5, .lag = 12, .level = 1, .normalised = true},
};

/* Targets put through the inverse give the series back, whatever the frame. */
START_TEST(the_inverse_undoes_targets)
{
    const struct frame *f = &frames[_i];
    double z[AIR], out[5], level;
    float x[6], target[5];
    struct transform t;
    struct err e = {0};

    ck_assert_int_eq(transform_fit(&t, z, f, SCALING_LOG, air, AIR, 132, &e), ST_OK);
    ck_assert(t.error_scale > 0 && t.nonnegative);
    level = transform_input(x, 1, f, &t, z + 132);
    for (int h = 0; h < 5; h++)
        target[h] = transform_target(f, &t, z + 132, h, level);
    transform_output(out, z + 132, f, &t, target, level);
    for (int h = 0; h < 5; h++)
        ck_assert_double_eq_tol(scaling_inverse(&t.scaling, out[h]), air[132 + h], 1e-3);
    /* The input is what the target at the same step would be. */
    for (int k = 0; k < 6; k++)
        ck_assert_float_eq(x[k], transform_target(f, &t, z + 132, k - 6, level));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("transform");
    TCase *t = tcase_create("transform");

    tcase_add_loop_test(t, the_inverse_undoes_targets, 0, sizeof(frames) / sizeof(frames[0]));
    suite_add_tcase(s, t);
    return run_suite(s);
}
