/* test_profile.c - the course of a long season. */
#include "core/forecast/series/profile.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 288, DAYS = 21, N = DAY * DAYS };

/* Noise of about +-1. */
static double noise(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return (double)(*state >> 16 & 0x7fff) / 0x4000 - 1;
}

/* The value of a step without noise: a wave over the day, and lower days at the end of the week. */
static double truth(int t, bool week)
{
    double day = 20 * sin(6.283185307179586 * (t % DAY) / DAY);

    return 50 + (week && t / DAY % 7 > 4 ? day / 4 - 20 : day);
}

static void make_days(double *y, int n, bool week)
{
    unsigned state = 1;

    for (int t = 0; t < n; t++)
        y[t] = truth(t, week) + noise(&state);
}

static struct profile fitted(const double *y, int n, int season)
{
    struct profile p;
    struct err e = {0};

    ck_assert_msg(!profile_fit(&p, y, n, season, &e), "%s", e.message);
    return p;
}

START_TEST(a_day_is_found_and_put_behind_the_end)
{
    static double y[N];
    double effect[DAY] = {0}, mean = 0;
    int n = N - 100; /* the end is in the middle of a day */
    struct profile p;

    make_days(y, N, false);
    p = fitted(y, n, DAY);
    ck_assert_int_eq(p.season, DAY);
    profile_add(effect, &p, 0, DAY);
    for (int k = 0; k < DAY; k++) {
        ck_assert_double_eq_tol(50 + effect[k], truth(n + k, false), 1.5);
        mean += effect[k] / DAY;
    }
    ck_assert_double_eq_tol(mean, 0, 1e-9);
    profile_release(&p);
}
END_TEST

/* The same steps, whether they are counted from the end or from the start. */
START_TEST(an_effect_goes_on_in_phase)
{
    static double y[N], effect[N + DAY];
    struct profile p;

    make_days(y, N, false);
    p = fitted(y, N, DAY);
    memset(effect, 0, sizeof(effect));
    profile_add(effect, &p, N, N + DAY);
    for (int t = 0; t < N + DAY; t++)
        ck_assert_double_eq_tol(50 + effect[t], truth(t, false), 1.5);
    profile_release(&p);
}
END_TEST

START_TEST(a_week_of_days_is_found)
{
    static double y[N], effect[7 * DAY];
    struct profile p;

    make_days(y, N, true);
    p = fitted(y, N, DAY);
    ck_assert_int_eq(p.season, 7 * DAY);
    memset(effect, 0, sizeof(effect));
    profile_add(effect, &p, 0, 7 * DAY);
    for (int t = 0; t < 7 * DAY; t++) {
        /* Where a day ends, another may be smoothed in. */
        double edge = t % DAY == 0 || t % DAY == DAY - 1 ? 15 : 2;

        ck_assert_double_eq_tol(effect[t] - effect[100], truth(N + t, true) - truth(N + 100, true),
                                edge);
    }
    profile_release(&p);
}
END_TEST

/* Noise, a random walk, one day and a half, and nothing known. */
START_TEST(what_has_no_season_has_no_profile)
{
    static double y[N];
    unsigned state = 7;
    struct profile p;

    for (int t = 0; t < N; t++)
        y[t] = _i == 0 ? noise(&state) : _i == 1 && t ? y[t - 1] + noise(&state) : truth(t, false);
    for (int t = 0; _i == 3 && t < N; t++)
        y[t] = NAN;
    p = fitted(y, _i == 2 ? DAY + DAY / 2 : N, DAY);
    ck_assert_int_eq(p.season, 0);
    profile_release(&p);
}
END_TEST

START_TEST(gaps_and_spikes_do_not_show)
{
    static double y[N];
    struct profile p;

    make_days(y, N, false);
    for (int t = 5 * DAY; t < 6 * DAY + 40; t++)
        y[t] = NAN;
    for (int t = 100; t < N; t += 1009)
        y[t] = 1e6;
    p = fitted(y, N, DAY);
    ck_assert_int_eq(p.season, DAY);
    for (int k = 0; k < DAY; k++)
        ck_assert_double_eq_tol(p.mean[k] - p.mean[0], truth(k, false) - truth(0, false), 4);
    profile_release(&p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("profile");
    TCase *t = tcase_create("profile");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_test(t, a_day_is_found_and_put_behind_the_end);
    tcase_add_test(t, an_effect_goes_on_in_phase);
    tcase_add_test(t, a_week_of_days_is_found);
    tcase_add_loop_test(t, what_has_no_season_has_no_profile, 0, 4);
    tcase_add_test(t, gaps_and_spikes_do_not_show);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
