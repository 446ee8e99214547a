/* test_context_fit.c - a context model learns from neighbours. */
#include "core/tagging/context.h"
#include "tests/unit/core/tagging/neighbours.h"
#include "tests/unit/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int best(const float *y, int n)
{
    int at = 0;

    for (int o = 1; o < n; o++)
        at = y[o] > y[at] ? o : at;
    return at;
}

START_TEST(neighbours_tell_words_apart)
{
    struct neighbours f;
    struct context *c;
    float y[6];

    neighbours_setup(&f);
    c = neighbours_fit(&f, NULL, 1);
    for (int i = 0; i < SENTENCES; i++)
        for (int k = 0; k < LENGTH; k++) {
            neighbours_scores(y, &f, c, i, k);
            ck_assert_int_eq(best(y, 4), f.classes[0][i * LENGTH + k]);
            if (k == 1) /* the only word whose second tag is known */
                ck_assert_int_eq(best(y + 4, 2), f.classes[1][i * LENGTH + k]);
        }
    context_free(c);
    neighbours_teardown(&f);
}
END_TEST

START_TEST(the_seed_gives_the_weights)
{
    struct neighbours f;
    struct context *a, *b, *other;
    float y[6], z[6], w[6];

    neighbours_setup(&f);
    a = neighbours_fit(&f, NULL, 7);
    b = neighbours_fit(&f, NULL, 7);
    other = neighbours_fit(&f, NULL, 8);
    neighbours_scores(y, &f, a, 5, 2);
    neighbours_scores(z, &f, b, 5, 2);
    neighbours_scores(w, &f, other, 5, 2);
    ck_assert_mem_eq(y, z, sizeof(y));
    ck_assert_mem_ne(y, w, sizeof(y));
    context_free(a);
    context_free(b);
    context_free(other);
    neighbours_teardown(&f);
}
END_TEST

/* The weights of the other fit are present before the first step, and new tags come after the old
 * ones. */
START_TEST(a_fit_goes_on_from_another)
{
    struct neighbours f;
    struct context *a, *b;
    float y[6], z[7];

    neighbours_setup(&f);
    a = neighbours_fit(&f, NULL, 7);
    f.corpus.size[0] = 5; /* one that no word has */
    for (int i = 0; i < TOKENS; i++)
        f.classes[0][i] = f.classes[1][i] = -1; /* nothing to learn: no step */
    b = neighbours_fit(&f, a, 7);
    for (int k = 0; k < LENGTH; k++) {
        neighbours_scores(y, &f, a, 3, k);
        neighbours_scores(z, &f, b, 3, k);
        for (int o = 0; o < 6; o++)
            ck_assert_float_eq_tol(z[o < 4 ? o : o + 1], y[o], 1e-2F);
        ck_assert_float_eq(z[4], 0);
    }
    context_free(a);
    context_free(b);
    neighbours_teardown(&f);
}
END_TEST

static bool stop(void *ctx)
{
    ++*(int *)ctx;
    return false;
}

START_TEST(a_fit_can_be_stopped)
{
    struct neighbours f;
    struct context *c = NULL;
    struct err e = {0};
    int asked = 0;

    neighbours_setup(&f);
    ck_assert_int_eq(context_fit(&c, &f.corpus, NULL, 1, stop, &asked, &e), ST_CANCELLED);
    ck_assert_ptr_null(c);
    ck_assert_int_eq(asked, 1);
    neighbours_teardown(&f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("context_fit");
    TCase *t = tcase_create("all");

    tcase_add_test(t, neighbours_tell_words_apart);
    tcase_add_test(t, the_seed_gives_the_weights);
    tcase_add_test(t, a_fit_goes_on_from_another);
    tcase_add_test(t, a_fit_can_be_stopped);
    suite_add_tcase(s, t);
    return suite_run(s);
}
