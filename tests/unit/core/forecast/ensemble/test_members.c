/* test_members.c - all members together: they see only the past, and are finite on any series. */
#include "core/forecast/ensemble/members.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* From each origin, every member sees only the values before that origin. */
START_TEST(no_member_looks_ahead)
{
    const int origins[3] = {90, 100, 110};
    double a[AIR], b[AIR];
    double *x = malloc(3 * MEMBER_COUNT * 12 * sizeof(*x));
    double *y = malloc(3 * MEMBER_COUNT * 12 * sizeof(*y));
    struct members c;
    struct err e = {0};

    ck_assert_ptr_nonnull(x);
    ck_assert_ptr_nonnull(y);
    ck_assert_int_eq(members_fit(&c, air, AIR, 12, SCALING_AUTO, &e), ST_OK);
    ck_assert_int_eq(scaling_forward(a, &c.ets.scaling, air, AIR, &e), ST_OK);
    memcpy(b, a, sizeof(a));
    for (int i = 110; i < AIR; i++)
        b[i] = c.ets.low;
    ck_assert_int_eq(members_path(x, &c, NULL, &(struct rolling){a, AIR, origins, 3, 12}, &e),
                     ST_OK);
    ck_assert_int_eq(members_path(y, &c, NULL, &(struct rolling){b, AIR, origins, 3, 12}, &e),
                     ST_OK);
    ck_assert_mem_eq(x, y, 3 * MEMBER_COUNT * 12 * sizeof(*x));
    /* Several origins in one call give what each gives by itself, except that ETS starts
     * elsewhere. */
    ck_assert_int_eq(members_path(y, &c, NULL, &(struct rolling){a, 110, origins + 2, 1, 12}, &e),
                     ST_OK);
    for (int i = 0; i < MEMBER_COUNT * 12; i++)
        ck_assert_double_eq_tol(x[2 * MEMBER_COUNT * 12 + i], y[i], 0.15);
    free(x);
    free(y);
}
END_TEST

START_TEST(every_member_is_finite_on_any_length)
{
    double y[60], w[60], out[MEMBER_COUNT * 30];
    struct err e = {0};

    for (int kind = 0; kind < 4; kind++) {
        for (int n = 1; n <= 60; n += n < 16 ? 1 : 11) {
            struct members c;

            for (int i = 0; i < n; i++)
                y[i] = kind == 0   ? 0
                       : kind == 1 ? 1e290 * (i % 5)
                       : kind == 2 ? exp(i)
                                   : (i * 7919 % 13) - 6;
            ck_assert_msg(!members_fit(&c, y, n, 4, SCALING_AUTO, &e), "%s", e.message);
            ck_assert_int_eq(scaling_forward(w, &c.ets.scaling, y, n, &e), ST_OK);
            ck_assert_int_eq(members_path(out, &c, NULL, &(struct rolling){w, n, &n, 1, 30}, &e),
                             ST_OK);
            for (int i = 0; i < MEMBER_COUNT * 30; i++)
                ck_assert_msg(isfinite(out[i]), "kind %d n %d member %d", kind, n, i / 30);
        }
    }
}
END_TEST

/* The airline model is fitted from 12 differences on. Before it has fixed weights. */
START_TEST(a_few_differences_give_no_weights)
{
    double y[24];
    struct err e = {0};

    for (int n = 8; n <= 24; n++) {
        struct members c;

        for (int i = 0; i < n; i++)
            y[i] = (i * 7919 % 13) + 10 * (i % 4) - 6;
        ck_assert_int_eq(members_fit(&c, y, n, 4, SCALING_STANDARD, &e), ST_OK);
        ck_assert_int_eq(c.airline.D, 1);
        ck_assert_msg((c.airline.ma[0] == -0.5 && c.airline.sma[0] == -0.5) == (n < 17), "n %d", n);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("members");
    TCase *t = tcase_create("members");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, no_member_looks_ahead);
    tcase_add_test(t, every_member_is_finite_on_any_length);
    tcase_add_test(t, a_few_differences_give_no_weights);
    suite_add_tcase(s, t);
    return run_suite(s);
}
