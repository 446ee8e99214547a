/* test_optim.c - optimisers and clipping by values worked out by hand. */
#include "tests/unit/suite.h"

#include <lstm/optim.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

static void check_floats(const float *got, const float *want, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_msg(fabsf(got[i] - want[i]) < 1e-6f, "[%d]: got %g, expected %g", i,
                      (double)got[i], (double)want[i]);
}

static void run(const struct optim_config *c, float *w, const float *g, int steps)
{
    struct optim o;

    ck_assert_int_eq(optim_init(&o, c, 1, NULL), ST_OK);
    for (int i = 0; i < steps; i++)
        optim_step(&o, w, g);
    ck_assert_int_eq(o.step, steps);
    optim_release(&o);
}

START_TEST(optimisers)
{
    const float g = 2;
    float w = 1;

    run(&(struct optim_config){.kind = OPTIM_SGD, .learning_rate = 0.1f}, &w, &g, 2);
    ck_assert_float_eq_tol(w, 0.6f, 1e-6f);
    w = 1; /* velocity 2, then 1.8 + 2 */
    run(&(struct optim_config){.kind = OPTIM_SGD, .learning_rate = 0.1f, .momentum = 0.9f}, &w, &g,
        2);
    ck_assert_float_eq_tol(w, 1 - 0.2f - 0.38f, 1e-6f);
    w = 1;
    run(&(struct optim_config){.kind = OPTIM_SGD, .learning_rate = 0.1f, .weight_decay = 0.5f}, &w,
        &g, 1);
    ck_assert_float_eq_tol(w, 1 - 0.25f, 1e-6f);
    w = 1; /* a constant gradient: Adam's steps are the learning rate */
    run(&(struct optim_config){.kind = OPTIM_ADAM, .learning_rate = 0.1f}, &w, &g, 3);
    ck_assert_float_eq_tol(w, 0.7f, 1e-5f);
    w = 1;
    run(&(struct optim_config){.kind = OPTIM_ADAMW, .learning_rate = 0.1f, .weight_decay = 0.5f},
        &w, &g, 1);
    ck_assert_float_eq_tol(w, 0.95f - 0.1f, 1e-6f);
}
END_TEST

START_TEST(clipping)
{
    float g[4] = {3, 0, 0, 4};

    ck_assert_double_eq_tol(clip_grad_norm(g, 4, 0), 5, 1e-9);
    ck_assert_double_eq_tol(clip_grad_norm(g, 4, 10), 5, 1e-9);
    ck_assert(g[0] == 3 && g[3] == 4);
    ck_assert_double_eq_tol(clip_grad_norm(g, 4, 1), 5, 1e-9);
    check_floats(g, (float[4]){0.6f, 0, 0, 0.8f}, 4);
    g[1] = NAN;
    ck_assert(isnan(clip_grad_norm(g, 4, 1)) && isnan(g[0]));
}
END_TEST

/* Gradients 1 and 3 with the default betas, by hand: m = 0.39, v = 0.009999, both corrected. */
START_TEST(adam_corrects_its_moments)
{
    struct optim o;
    float w = 0, g[2] = {1, 3};
    double m = (0.9 * 0.1 + 0.3) / (1 - 0.81);
    double v = (0.999 * 0.001 + 0.009) / (1 - 0.999 * 0.999);

    ck_assert_int_eq(
        optim_init(&o, &(struct optim_config){.kind = OPTIM_ADAM, .learning_rate = 1}, 1, NULL),
        ST_OK);
    optim_step(&o, &w, &g[0]);
    ck_assert_float_eq_tol(w, -1, 1e-5f);
    optim_step(&o, &w, &g[1]);
    ck_assert_float_eq_tol(w, (float)(-1 - m / sqrt(v)), 1e-4f);
    optim_release(&o);
    ck_assert_ptr_null(o.m);
    ck_assert_ptr_null(o.v);
}
END_TEST

/* The listed rows, and the parameters behind all rows, change as in a step of all parameters. */
START_TEST(rows_that_are_not_named_keep_weights_and_moments)
{
    const struct optim_config c = {
        .kind = OPTIM_ADAMW, .learning_rate = 0.1f, .weight_decay = 0.2f};
    const float g[8] = {1, -2, 3, -4, 5, -6, 7, -8};
    const int32_t rows[2] = {2, 0};
    float all[8] = {1, 1, 1, 1, 1, 1, 1, 1}, some[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    struct optim a, b;

    ck_assert_int_eq(optim_init(&a, &c, 8, NULL), ST_OK);
    ck_assert_int_eq(optim_init(&b, &c, 8, NULL), ST_OK);
    optim_step(&a, all, g);
    optim_step_rows(&b, some, g, rows, 2, 2, 6);
    ck_assert_int_eq(b.step, 1);
    for (int i = 0; i < 8; i++) {
        bool kept = i == 2 || i == 3; /* row 1 */

        ck_assert_float_eq(some[i], kept ? 1 : all[i]);
        ck_assert_float_eq(b.m[i], kept ? 0 : a.m[i]);
        ck_assert_float_eq(b.v[i], kept ? 0 : a.v[i]);
    }
    optim_release(&a);
    optim_release(&b);
}
END_TEST

START_TEST(what_no_optimiser_has_is_refused)
{
    static const struct {
        struct optim_config c;
        const char *says;
    } cases[] = {
        {{.kind = (enum optim_kind)9}, "optimizer 9 does not exist"},
        {{.learning_rate = -1}, "learning_rate is -1"},
        {{.learning_rate = NAN}, "learning_rate is nan"},
        {{.momentum = 1.5f}, "momentum is 1.5"},
        {{.weight_decay = 2e6f}, "weight_decay is 2e+06"},
        {{.beta1 = 1}, "betas are 1 and 0"},
        {{.beta2 = 1}, "betas are 0 and 1"},
        {{.epsilon = -1}, "epsilon is -1"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct optim o;
        struct err e = {0};

        ck_assert_int_eq(optim_init(&o, &cases[i].c, 4, &e), ST_INVALID);
        ck_assert_ptr_nonnull(strstr(e.message, cases[i].says));
        optim_release(&o);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("optim");
    TCase *t = tcase_create("all");

    tcase_add_test(t, optimisers);
    tcase_add_test(t, clipping);
    tcase_add_test(t, adam_corrects_its_moments);
    tcase_add_test(t, rows_that_are_not_named_keep_weights_and_moments);
    tcase_add_test(t, what_no_optimiser_has_is_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
