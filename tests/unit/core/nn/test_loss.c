/* test_loss.c - losses and their gradients by values worked out by hand. */
#include "tests/unit/suite.h"

#include <lstm/loss.h>
#include <math.h>

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

/* At equality the error of MAE has no slope; beyond one that of Huber is one. */
START_TEST(slopes_of_values)
{
    const float y[4] = {0, 3, -3, 0.5f}, t[4] = {0};
    float dy[4];

    loss_eval(dy, NULL, &(struct loss_target){.kind = LOSS_MAE, .values = t}, y, NULL, 4, 1, 1);
    check_floats(dy, (float[4]){0, 0.25f, -0.25f, 0.25f}, 4);
    loss_eval(dy, NULL, &(struct loss_target){.kind = LOSS_HUBER, .values = t}, y, NULL, 4, 1, 1);
    check_floats(dy, (float[4]){0, 0.25f, -0.25f, 0.125f}, 4);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("loss");
    TCase *t = tcase_create("all");

    tcase_add_test(t, losses_of_values);
    tcase_add_test(t, loss_of_classes);
    tcase_add_test(t, slopes_of_values);
    suite_add_tcase(s, t);
    return suite_run(s);
}
