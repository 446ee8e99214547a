/* test_regimes.c - what lasted and is over. */
#include "core/forecast/series/regimes.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

enum { N = 140, WEEK = 7 };

/* A week with some noise; its seventh day is 0 the last `closed` times. */
static void make_weeks(double *y, int closed)
{
    unsigned state = 1;

    for (int i = 0; i < N; i++) {
        state = state * 1103515245u + 12345u;
        y[i] = 100 + 10 * (i % WEEK) + (double)(state >> 16 & 0x7fff) / 8192;
        if (i % WEEK == 6 && i >= N - WEEK * closed)
            y[i] = 0;
    }
}

START_TEST(a_day_closed_three_times_has_always_been)
{
    double y[N];
    struct err e = {0};
    int count;

    make_weeks(y, 3);
    ck_assert(!regimes_set_phases(y, y, N, WEEK, &count, &e));
    ck_assert_int_eq(count, 1);
    for (int i = 6; i < N; i += WEEK)
        ck_assert(y[i] == 0);
    ck_assert(y[5] > 140 && y[N - 2] > 140);
}
END_TEST

START_TEST(a_day_closed_twice_or_never_stays)
{
    double y[N], before[N];
    struct err e = {0};
    int count;

    for (int closed = 0; closed < 3; closed++) {
        make_weeks(y, closed);
        make_weeks(before, closed);
        ck_assert(!regimes_set_phases(y, y, N, WEEK, &count, &e));
        ck_assert_int_eq(count, 0);
        ck_assert_mem_eq(y, before, sizeof(y));
    }
}
END_TEST

START_TEST(a_step_of_the_level_is_moved)
{
    double y[70];
    struct err e = {0};
    int at;

    for (int i = 0; i < 70; i++)
        y[i] = i < 60 ? 10 : 20;
    ck_assert(!regimes_move_step(y, 70, &at, &e));
    ck_assert_int_eq(at, 60);
    for (int i = 0; i < 70; i++)
        ck_assert(y[i] == 20);
}
END_TEST

/* Two values are too few, and a line or a wave has no step. */
START_TEST(what_is_no_step_stays)
{
    double y[70];
    struct err e = {0};
    int at;

    for (int kind = 0; kind < 3; kind++) {
        for (int i = 0; i < 70; i++)
            y[i] = kind == 0 ? (i < 68 ? 10 : 20) : kind == 1 ? 2 * i : 10 * sin(i);
        ck_assert(!regimes_move_step(y, 70, &at, &e));
        ck_assert_int_eq(at, 0);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("regimes");
    TCase *t = tcase_create("regimes");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, a_day_closed_three_times_has_always_been);
    tcase_add_test(t, a_day_closed_twice_or_never_stays);
    tcase_add_test(t, a_step_of_the_level_is_moved);
    tcase_add_test(t, what_is_no_step_stays);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
