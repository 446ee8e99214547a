/* test_loss_heads.c - several softmaxes side by side: loss, gradient and errors by hand. */
#include "tests/unit/suite.h"

#include <lstm/loss.h>
#include <math.h>

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
    loss_eval(dy, NULL, &t, y, &length, 3, 1, 5);
    ck_assert_double_eq_tol((double)dy[1], (1 / (1 + exp(-1)) - 0.7 - 0.15) / 2, 1e-6);
    ck_assert_double_eq_tol((double)dy[3], (1 / (exp(3) + 2) - 0.7 - 0.1) / 2, 1e-6);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("loss_heads");
    TCase *t = tcase_create("all");

    tcase_add_test(t, loss_of_heads);
    suite_add_tcase(s, t);
    return suite_run(s);
}
