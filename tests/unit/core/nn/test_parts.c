/* test_parts.c - generator, losses, optimisers and clipping by values worked out by hand. */
#include <check.h>
#include <lstm/loss.h>
#include <lstm/optim.h>
#include <lstm/rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* xoshiro256** from the state 1, 2, 3, 4: the published reference's first outputs. */
START_TEST(generator_is_xoshiro)
{
    static const uint64_t want[] = {11520u, 0u, 1509978240u, 1215971899390074240u};
    struct rng r = {{1, 2, 3, 4}};

    for (size_t i = 0; i < 4; i++)
        ck_assert(rng_next(&r) == want[i]);
    rng_seed(&r, 0); /* splitmix64 from 0 */
    ck_assert(r.s[0] == UINT64_C(0xE220A8397B1DCDAF) && r.s[1] == UINT64_C(0x6E789E6AA1B965F4));
}
END_TEST

START_TEST(uniform_and_below)
{
    int count[7] = {0};
    double sum = 0;
    struct rng r;

    rng_seed(&r, 1);
    for (int i = 0; i < 70000; i++) {
        float u = rng_uniform(&r, -0.25f, 0.75f);

        ck_assert(u >= -0.25f && u < 0.75f);
        sum += (double)u;
        count[rng_below(&r, 7)]++;
    }
    ck_assert_double_eq_tol(sum / 70000, 0.25, 0.005);
    for (int i = 0; i < 7; i++)
        ck_assert_int_le(abs(count[i] - 10000), 400);
    for (int i = 0; i < 10000; i++) /* rounding would reach the open end here */
        ck_assert(rng_uniform(&r, 1, 1.0000002f) < 1.0000002f);
    ck_assert_uint_eq(rng_below(&r, 1), 0);
}
END_TEST

START_TEST(normal_numbers)
{
    double sum = 0, squares = 0;
    struct rng r;

    rng_seed(&r, 2);
    for (int i = 0; i < 100000; i++) {
        double v = (double)rng_normal(&r);

        sum += v;
        squares += v * v;
    }
    ck_assert_double_eq_tol(sum / 100000, 0, 0.01);
    ck_assert_double_eq_tol(squares / 100000, 1, 0.02);
}
END_TEST

START_TEST(shuffle_is_a_fair_permutation)
{
    int first[5] = {0};
    struct rng r;

    rng_seed(&r, 3);
    for (int i = 0; i < 50000; i++) {
        int32_t v[5] = {0, 1, 2, 3, 4};
        int seen = 0;

        rng_shuffle(&r, v, 5);
        for (int k = 0; k < 5; k++)
            seen |= 1 << v[k];
        ck_assert_int_eq(seen, 31);
        first[v[0]]++;
    }
    for (int i = 0; i < 5; i++)
        ck_assert_int_le(abs(first[i] - 10000), 400);
    rng_shuffle(&r, NULL, 0);
}
END_TEST

static void check_floats(const float *got, const float *want, int n)
{
    for (int i = 0; i < n; i++)
        ck_assert_msg(fabsf(got[i] - want[i]) < 1e-6f, "[%d]: got %g, expected %g", i,
                      (double)got[i], (double)want[i]);
}

/* T=2, B=2, O=1; the second sequence has one step; one target is missing. */
START_TEST(losses_of_values)
{
    static const struct {
        enum loss_kind kind;
        bool last;
        double loss;
        float dy[4];
    } cases[] = {
        {LOSS_MSE, false, (4 + 0.25) / 2, {0, -0.5f, 2, 0}},
        {LOSS_HUBER, false, (1.5 + 0.125) / 2, {0, -0.25f, 0.5f, 0}},
        {LOSS_MAE, false, (2 + 0.5) / 2, {0, -0.5f, 0.5f, 0}},
        {LOSS_MSE, true, (9 + 2.25) / 2, {0, 1.5f, 3, 0}},
    };
    const float y[4] = {5, 1, 3, 100};
    const float values[4] = {NAN, 1.5f, 1, 7}, last[2] = {0, -0.5f};
    const int lengths[2] = {2, 1};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct loss_target t = {.kind = cases[i].kind,
                                .last_only = cases[i].last,
                                .values = cases[i].last ? last : values};
        int64_t count;
        float dy[4];

        ck_assert_double_eq_tol(loss_eval(dy, &count, &t, y, lengths, 2, 2, 1), cases[i].loss,
                                1e-9);
        ck_assert_int_eq(count, 2);
        check_floats(dy, cases[i].dy, 4);
        ck_assert_double_eq_tol(loss_eval(NULL, NULL, &t, y, lengths, 2, 2, 1), cases[i].loss,
                                1e-9);
    }
}
END_TEST

START_TEST(loss_of_classes)
{
    const float y[6] = {0, 0, 0, 1000, -1000, 0}; /* two steps, three classes */
    int32_t classes[2] = {1, 0};
    struct loss_target t = {.kind = LOSS_NLL, .classes = classes};
    const float want[6] = {1.0f / 6, -1.0f / 3, 1.0f / 6, 0, 0, 0};
    const float one[6] = {1.0f / 3, -2.0f / 3, 1.0f / 3, 0, 0, 0};
    float dy[6], out[6];
    int64_t count;

    ck_assert_double_eq_tol(loss_eval(dy, &count, &t, y, NULL, 2, 1, 3), log(3) / 2, 1e-9);
    check_floats(dy, want, 6);
    classes[1] = -1; /* ignored */
    ck_assert_double_eq_tol(loss_eval(dy, &count, &t, y, NULL, 2, 1, 3), log(3), 1e-9);
    ck_assert_int_eq(count, 1);
    check_floats(dy, one, 6);
    classes[0] = -1;
    ck_assert(loss_eval(dy, &count, &t, y, NULL, 2, 1, 3) == 0 && count == 0);
    check_floats(dy, (float[6]){0}, 6);
    log_softmax(out, y, 2, 3);
    check_floats(out, (float[6]){-logf(3), -logf(3), -logf(3), 0, -2000, -1000}, 6);
}
END_TEST

static void run(const struct optim_config *c, float *w, const float *g, int steps)
{
    struct optim o;

    ck_assert_int_eq(optim_init(&o, c, 1, NULL), ST_OK);
    for (int i = 0; i < steps; i++)
        optim_step(&o, w, g);
    ck_assert_int_eq(o.step, steps);
    optim_release(&o);
}

/* Two heads of 2 and 3 outputs; at the second step the first class is not known, the third is
 * padding. */
START_TEST(loss_of_heads)
{
    const float y[15] = {0, 1, 3, 0, 0, 5, 5, 0, 0, 1, 9, 9, 9, 9, 9};
    const int32_t classes[6] = {1, -1, 0, 1, 2, 0};
    const int length = 2;
    struct loss_target t = {.kind = LOSS_NLL, .classes = classes, .heads = 2, .head_size = {2, 3}};
    double first = log(1 + exp(-1)), second = log(exp(3) + 2), third = log(exp(1) + 2) - 1, rest;
    int64_t count, known;
    float dy[15];

    ck_assert_double_eq_tol(loss_eval(dy, &count, &t, y, &length, 3, 1, 5),
                            (first + second + third) / 2, 1e-6);
    ck_assert_int_eq(count, 2);
    ck_assert_double_eq_tol((double)dy[1], (1 / (1 + exp(-1)) - 1) / 2, 1e-6);
    ck_assert_double_eq_tol((double)dy[3], (1 / (exp(3) + 2) - 1) / 2, 1e-6);
    for (int i = 5; i < 7; i++)
        ck_assert(dy[i] == 0);
    for (int i = 10; i < 15; i++)
        ck_assert(dy[i] == 0);
    ck_assert_int_eq(loss_heads_wrong(&known, &t, y, &length, 3, 1, 5), 1);
    ck_assert_int_eq(known, 3);
    t.smoothing = 0.3f;
    rest = 0.3 * (1 - 0.5) + 0.3 * (0 - 3.0 / 3) + 0.3 * (1 - 1.0 / 3);
    ck_assert_double_eq_tol(loss_eval(NULL, NULL, &t, y, &length, 3, 1, 5),
                            (first + second + third + rest) / 2, 1e-6);
}
END_TEST

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

int main(void)
{
    Suite *s = suite_create("parts");
    TCase *t = tcase_create("parts");
    SRunner *r;
    int failed;

    tcase_add_test(t, generator_is_xoshiro);
    tcase_add_test(t, uniform_and_below);
    tcase_add_test(t, normal_numbers);
    tcase_add_test(t, shuffle_is_a_fair_permutation);
    tcase_add_test(t, losses_of_values);
    tcase_add_test(t, loss_of_classes);
    tcase_add_test(t, loss_of_heads);
    tcase_add_test(t, optimisers);
    tcase_add_test(t, clipping);
    suite_add_tcase(s, t);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
