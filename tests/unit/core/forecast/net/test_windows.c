/* test_windows.c - the samples that are cut out of scaled series. */
#include "core/forecast/net/windows.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <string.h>

START_TEST(windows_are_numbered_through_the_runs)
{
    const struct frame f = {.window = 3, .horizon = 2};
    const struct transform t = {.scaling = {SCALING_NONE, 0, 1}, .error_scale = 1};
    double a[20], b[20];
    struct windows w;
    struct sample_source s;
    struct err e = {0};
    float x[3 * 2], values[2 * 2];
    int lengths[2], origin;
    struct batch batch = {.O = 2, .x = x, .values = values, .lengths = lengths};
    const int32_t index[] = {1, 4};
    const float want_x[] = {3, 103, 4, 104, 5, 105}, want_values[] = {6, 7, 106, 107};

    for (int i = 0; i < 20; i++) {
        a[i] = i;
        b[i] = 100 + i;
    }
    ck_assert_int_eq(windows_init(&w, &f, 2, &e), ST_OK);
    ck_assert_int_eq(windows_add(&w, a, &t, 3, 3, 4, &e), ST_OK); /* 3 6 9 12 */
    ck_assert_int_eq(windows_add(&w, b, &t, 6, 1, 2, &e), ST_OK); /* 6 7 */
    ck_assert_int_eq(w.count, 6);
    ck_assert_ptr_eq(windows_find(&origin, &w, 3)->z, a);
    ck_assert_int_eq(origin, 12);
    ck_assert_ptr_eq(windows_find(&origin, &w, 5)->z, b);
    ck_assert_int_eq(origin, 7);
    s = windows_source(&w);
    s.fill(s.ctx, &batch, index, 2, NULL);
    ck_assert_int_eq(batch.T, 3);
    ck_assert_int_eq(batch.B, 2);
    ck_assert_mem_eq(x, want_x, sizeof(want_x));
    ck_assert_mem_eq(values, want_values, sizeof(want_values));
    windows_release(&w);
}
END_TEST

START_TEST(sequence_targets_are_the_window_moved_by_one)
{
    const struct frame f = {.window = 3, .horizon = 2, .sequence = true};
    const struct transform t = {.scaling = {SCALING_NONE, 0, 1}, .error_scale = 1};
    double a[20];
    struct windows w;
    struct sample_source s;
    struct err e = {0};
    float x[3], values[3 * 2];
    int lengths[1];
    struct batch batch = {.O = 2, .x = x, .values = values, .lengths = lengths};
    const int32_t index[] = {0};
    const float want_x[] = {7, 8, 9}, want[] = {8, 9, 9, 10, 10, 11};

    for (int i = 0; i < 20; i++)
        a[i] = i;
    ck_assert_int_eq(windows_init(&w, &f, 1, &e), ST_OK);
    ck_assert_int_eq(windows_add(&w, a, &t, 10, 1, 5, &e), ST_OK);
    s = windows_source(&w);
    s.fill(s.ctx, &batch, index, 1, NULL);
    ck_assert_mem_eq(x, want_x, sizeof(want_x));
    ck_assert_mem_eq(values, want, sizeof(want));
    windows_release(&w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("windows");
    TCase *t = tcase_create("windows");

    tcase_add_test(t, windows_are_numbered_through_the_runs);
    tcase_add_test(t, sequence_targets_are_the_window_moved_by_one);
    suite_add_tcase(s, t);
    return run_suite(s);
}
