/* test_anomalies.c - spikes are found where they are, ordinary observations are not, drift is
 * seen. */
#include <check.h>
#include <lstm/anomalies.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { N = 144, LAST = 24 };

static double y[N];
static struct forecaster *f;

/* Noise that cannot be predicted from earlier values; a model of lags would predict i * 7919 % 101
 * exactly. */
static double noise(int i)
{
    uint32_t x = (uint32_t)i * 2654435761u + 12345;

    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    return (double)(x % 1009) / 1009 - 0.5;
}

static void setup(void)
{
    struct series_view v = {"s", y, N};
    struct panel panel = {&v, 1, 12};
    struct params p;
    struct err e = {0};

    for (int i = 0; i < N; i++)
        y[i] = 100 + 10 * sin(i * M_PI / 6) + 4 * noise(i);
    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, NULL, NULL), ST_OK);
    p.epochs = 5;
    p.hidden_size = 8;
    p.horizon = 6;
    p.test_size = 0;
    ck_assert_msg(forecaster_fit(&f, &panel, &p, NULL, &e) == ST_OK, "%s", e.message);
}

static void teardown(void)
{
    forecaster_free(f);
}

static struct anomalies find(int last)
{
    struct anomalies a;
    struct err e = {0};

    ck_assert_msg(forecaster_anomalies(&a, f, y, N, 99, last, &e) == ST_OK, "%s", e.message);
    return a;
}

START_TEST(ordinary_values_are_ordinary)
{
    struct anomalies a = find(LAST);

    ck_assert_int_eq(a.first, N - LAST);
    ck_assert_int_eq(a.count, LAST);
    ck_assert_int_le(a.num_anomalies, 2);
    ck_assert_msg(a.drift > 0.2 && a.drift < 2, "drift %g", a.drift);
    for (int i = 0; i < a.count; i++)
        ck_assert(a.lower[i] <= a.expected[i] && a.expected[i] <= a.upper[i]);
    anomalies_release(&a);
}
END_TEST

START_TEST(a_spike_is_found_alone)
{
    struct anomalies before = find(LAST), a;

    y[N - 10] += 60;
    a = find(LAST);
    ck_assert(a.anomaly[LAST - 10]);
    ck_assert_int_le(a.num_anomalies, before.num_anomalies + 2);
    /* expectations up to the spike are the same, and later ones do not jump with it */
    ck_assert_mem_eq(a.expected, before.expected, (LAST - 9) * sizeof(double));
    for (int i = LAST - 9; i < LAST; i++)
        ck_assert(fabs(a.expected[i] - before.expected[i]) < 15);
    anomalies_release(&before);
    anomalies_release(&a);
}
END_TEST

START_TEST(missing_values_are_not_scored)
{
    struct anomalies a;

    y[N - 5] = NAN;
    a = find(LAST);
    ck_assert(isnan(a.expected[LAST - 5]) && !a.anomaly[LAST - 5]);
    ck_assert(!isnan(a.expected[LAST - 4]));
    anomalies_release(&a);
}
END_TEST

START_TEST(drift_grows_when_the_series_changes)
{
    struct anomalies before = find(LAST), a;

    for (int i = N - LAST; i < N; i++)
        y[i] += 25 * noise(3 * i + 1);
    a = find(LAST);
    ck_assert(a.drift > 2 * before.drift);
    anomalies_release(&before);
    anomalies_release(&a);
}
END_TEST

START_TEST(short_histories_and_bad_requests)
{
    struct anomalies a = find(100000);
    struct err e = {0};

    ck_assert_int_ge(a.first, 1);
    ck_assert_int_eq(a.first + a.count, N);
    anomalies_release(&a);
    ck_assert_int_eq(forecaster_anomalies(&a, f, y, N, 100, 5, &e), ST_INVALID);
    ck_assert_int_eq(forecaster_anomalies(&a, f, y, N, 95, 0, &e), ST_INVALID);
    ck_assert_int_eq(forecaster_anomalies(&a, f, y, 1, 95, 5, &e), ST_INVALID);
    ck_assert_int_eq(forecaster_anomalies(&a, f, y, 2, 95, 5, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "history"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("anomalies");
    TCase *t = tcase_create("anomalies");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, ordinary_values_are_ordinary);
    tcase_add_test(t, a_spike_is_found_alone);
    tcase_add_test(t, missing_values_are_not_scored);
    tcase_add_test(t, drift_grows_when_the_series_changes);
    tcase_add_test(t, short_histories_and_bad_requests);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
