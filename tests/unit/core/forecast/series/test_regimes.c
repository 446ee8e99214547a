/* test_regimes.c - periods that lasted and have ended. */
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

/* Noise of about +-1. */
static double noise(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return (double)(*state >> 16 & 0x7fff) / 0x4000 - 1;
}

/* Values between changes: y goes on at level[k] from since[k] on. */
struct levels {
    int count, since[4];
    double level[4];
};

static void make_levels(double *y, int n, const struct levels *l, unsigned state)
{
    int k = 0;

    for (int i = 0; i < n; i++) {
        k += k + 1 < l->count && i == l->since[k + 1];
        y[i] = l->level[k] + noise(&state);
    }
}

START_TEST(a_step_of_the_level_is_moved)
{
    double y[70];
    struct err e = {0};
    int count;

    for (int i = 0; i < 70; i++)
        y[i] = i < 60 ? 10 : 20;
    ck_assert(!regimes_move_steps(y, 70, 1, &count, &e));
    ck_assert_int_eq(count, 1);
    for (int i = 0; i < 70; i++)
        ck_assert(y[i] == 20);
}
END_TEST

/* Steps up, down, three values before the end, and two steps in one series. */
static const struct levels stepped[] = {
    {2, {0, 54}, {30, 60}},         {2, {0, 57}, {60, 25}},         {2, {0, 40}, {10, 18}},
    {3, {0, 45, 55}, {60, 90, 45}}, {3, {0, 42, 54}, {20, 40, 80}},
};

START_TEST(noisy_steps_are_moved_to_the_last_level)
{
    const struct levels *l = &stepped[_i];
    double y[60];
    struct err e = {0};
    int count;

    for (unsigned seed = 1; seed <= 20; seed++) {
        make_levels(y, 60, l, seed);
        ck_assert(!regimes_move_steps(y, 60, 1, &count, &e));
        ck_assert_int_eq(count, l->count - 1);
        for (int i = 0; i < 60; i++)
            ck_assert_double_eq_tol(y[i], l->level[l->count - 1], 3.5);
    }
}
END_TEST

/* Two values are too few. A line, a wave, a slope and a level that returns have no step. */
static double no_step(int kind, int i)
{
    switch (kind) {
    case 0:
        return i < 68 ? 10 : 20;
    case 1:
        return 2 * i;
    case 2:
        return 10 * sin(i);
    case 3:
        return i < 60 ? 10 : 10 + 2 * (i - 60);
    case 4:
        return i % 25 < 12 ? 10 : 30;
    default:
        return i % 22 < 14 ? 0 : 80 * (i % 22 - 13);
    }
}

START_TEST(what_is_no_step_stays)
{
    double y[70];
    struct err e = {0};
    int count;

    for (int i = 0; i < 70; i++)
        y[i] = no_step(_i, i);
    ck_assert(!regimes_move_steps(y, 70, 1, &count, &e));
    ck_assert_int_eq(count, 0);
    for (int i = 0; i < 70; i++)
        ck_assert(y[i] == no_step(_i, i));
}
END_TEST

/* The low season of each year ends three steps before the end, at another level each time. */
START_TEST(a_season_has_no_step)
{
    double y[51], before[51];
    struct err e = {0};
    int count;

    for (int i = 0; i < 51; i++)
        before[i] = y[i] = (i % 12 < 9 ? 0 : 30) + i / 12 * 40;
    ck_assert(!regimes_move_steps(y, 51, 12, &count, &e));
    ck_assert_int_eq(count, 0);
    ck_assert_mem_eq(y, before, sizeof(y));
    ck_assert(!regimes_move_steps(y, 51, 1, &count, &e));
    ck_assert_int_gt(count, 0);
}
END_TEST

/* About one random walk in twenty looks as if it had a step. */
START_TEST(random_walks_rarely_have_a_step)
{
    struct err e = {0};
    int stepped_walks = 0, count;

    for (unsigned seed = 1; seed <= 200; seed++) {
        unsigned state = seed * 7919;
        double y[80], level = 0;

        for (int i = 0; i < 80; i++)
            y[i] = level += noise(&state) + noise(&state) + noise(&state);
        ck_assert(!regimes_move_steps(y, 80, 1, &count, &e));
        stepped_walks += count > 0;
    }
    ck_assert_int_lt(stepped_walks, 20);
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
    tcase_add_loop_test(t, noisy_steps_are_moved_to_the_last_level, 0,
                        sizeof(stepped) / sizeof(stepped[0]));
    tcase_add_loop_test(t, what_is_no_step_stays, 0, 6);
    tcase_add_test(t, a_season_has_no_step);
    tcase_add_test(t, random_walks_rarely_have_a_step);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
