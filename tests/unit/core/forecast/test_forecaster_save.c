/* test_forecaster_save.c - the file of a forecaster: its names, its keys, its arithmetic. */
#include "tests/unit/core/forecast/model_file.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(what_is_saved_loads_and_saves_the_same)
{
    static const char *const extra[] = {"digest", "abc", "name", "flights", NULL};
    struct forecaster *f = model_file_model(_i), *g;
    struct model_file a = model_file_saved(f, extra), b;
    struct room x = make_room(40, 2), y = make_room(40, 2);
    const double level[] = {80, 95}, *values, *again;
    struct err e = {0};

    g = model_file_loaded(&a);
    b = model_file_saved(g, NULL);
    ck_assert_uint_eq(a.len, b.len);
    ck_assert_mem_eq(a.bytes, b.bytes, a.len);
    ck_assert(same_weights(f, g));
    ck_assert_mem_eq(forecaster_params(f), forecaster_params(g), sizeof(struct params));
    ck_assert_ptr_null(forecaster_evaluation(g));
    ck_assert_int_eq(forecaster_num_series(f), forecaster_num_series(g));
    for (int i = 0; i < forecaster_num_series(f); i++) {
        int64_t skipped, skipped_again;
        int n, n_again;

        ck_assert_str_eq(forecaster_series(f, i, &values, &n, &skipped),
                         forecaster_series(g, i, &again, &n_again, &skipped_again));
        ck_assert_int_eq(skipped, skipped_again);
        ck_assert_int_eq(n, n_again);
        ck_assert_int_eq(forecaster_predict(&x.fc, f, values, n, 40, level, 2, &e), ST_OK);
        ck_assert_int_eq(forecaster_predict(&y.fc, g, again, n, 40, level, 2, &e), ST_OK);
        ck_assert_mem_eq(x.block, y.block, 40 * 5 * sizeof(double));
    }
    free(x.block);
    free(y.block);
    free(a.bytes);
    free(b.bytes);
    forecaster_free(f);
    forecaster_free(g);
}
END_TEST

enum { LONG_SEASON = 240, LONG = 6 * LONG_SEASON };

/* Errors of the forecasts of the season after the end, made by f from all of y (LONG). */
static double long_error(const struct forecaster *f, const double *y)
{
    struct room r = make_room(LONG_SEASON, 0);
    double error = 0;
    struct err e = {0};

    ck_assert_int_eq(forecaster_predict(&r.fc, f, y, LONG, LONG_SEASON, NULL, 0, &e), ST_OK);
    for (int h = 0; h < LONG_SEASON; h++)
        error += fabs(r.fc.mean[h] - y[h]) / LONG_SEASON;
    free(r.block);
    return error;
}

START_TEST(a_long_season_is_known_again)
{
    static double y[LONG];
    const struct series_view s = {.id = "minutes", .values = y, .length = LONG};
    struct panel panel = one(&s, LONG_SEASON);
    struct forecaster *f, *g;
    struct model_file a;

    for (int i = 0; i < LONG; i++)
        y[i] = 50 + 10 * sin(2 * M_PI * i / LONG_SEASON) + 0.1 * (i * 7919 % 13 - 6) / 6;
    f = fitted(&panel, quick(), NULL);
    a = model_file_saved(f, NULL);
    g = model_file_loaded(&a);
    ck_assert_double_lt(long_error(f, y), 0.3);
    ck_assert_double_eq(long_error(f, y), long_error(g, y));
    forecaster_free(f);
    forecaster_free(g);
    free(a.bytes);
}
END_TEST

START_TEST(the_file_has_the_names_of_a_state_dict)
{
    struct forecaster *f = model_file_model(0);
    struct model_file a = model_file_saved(f, NULL);
    const int64_t ih[] = {16, 1}, hh[] = {16, 4}, head[] = {12, 4}, bias[] = {12};
    struct checkpoint_tensor t;
    struct checkpoint *c = NULL;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_read(&c, a.bytes, a.len, &e), ST_OK);
    ck_assert_int_eq(checkpoint_num_tensors(c), 6);
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight_ih_l0", CKPT_F32, ih, 2, &e), ST_OK);
    ck_assert_int_eq(checkpoint_find(&t, c, "lstm.weight_hh_l0", CKPT_F32, hh, 2, &e), ST_OK);
    ck_assert_int_eq(checkpoint_find(&t, c, "linear.weight", CKPT_F32, head, 2, &e), ST_OK);
    ck_assert_int_eq(checkpoint_find(&t, c, "linear.bias", CKPT_F32, bias, 1, &e), ST_OK);
    ck_assert_str_eq(checkpoint_get(c, "lstmd.task"), "forecast");
    ck_assert_str_eq(checkpoint_get(c, "hidden_size"), "4");
    checkpoint_free(c);
    free(a.bytes);
    forecaster_free(f);
}
END_TEST

/* A copy of the file whose metadata key has this value, or is gone when it is NULL. */
static struct model_file with_metadata(const struct model_file *from, const char *key,
                                       const char *value)
{
    struct checkpoint *a = NULL, *b = NULL;
    struct checkpoint_tensor t;
    struct model_file out = {0};
    const char *k, *v;

    ck_assert_int_eq(checkpoint_read(&a, from->bytes, from->len, NULL), ST_OK);
    ck_assert_int_eq(checkpoint_new(&b, NULL), ST_OK);
    for (int i = 0; i < checkpoint_num_metadata(a); i++) {
        checkpoint_metadata(a, i, &k, &v);
        if (strcmp(k, key) != 0)
            ck_assert_int_eq(checkpoint_set(b, k, v, NULL), ST_OK);
        else if (value)
            ck_assert_int_eq(checkpoint_set(b, k, value, NULL), ST_OK);
    }
    for (int i = 0; i < checkpoint_num_tensors(a); i++) {
        checkpoint_tensor(&t, a, i);
        ck_assert_int_eq(checkpoint_add(b, t.name, t.dtype, t.shape, t.ndim, t.data, NULL), ST_OK);
    }
    ck_assert_int_eq(checkpoint_write(&out.bytes, &out.len, b, NULL), ST_OK);
    checkpoint_free(a);
    checkpoint_free(b);
    return out;
}

/* A model keeps the name of the arithmetic of its fit, even if it is loaded under another; an older
 * file has no such name, and gets none. */
START_TEST(a_file_names_the_arithmetic_of_its_fit)
{
    char fitted_in[ARITHMETIC_LEN_MAX + 1];
    struct forecaster *f, *g = NULL;
    struct model_file a, b, old, bad;
    struct err e = {0};

    ck_assert_int_eq(kernels_select("portable", NULL), ST_OK);
    arithmetic_name(fitted_in);
    f = model_file_model(_i);
    ck_assert_str_eq(forecaster_arithmetic(f), fitted_in);
    a = model_file_saved(f, NULL);
    forecaster_free(f);
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    f = model_file_loaded(&a);
    ck_assert_str_eq(forecaster_arithmetic(f), fitted_in);
    b = model_file_saved(f, NULL);
    ck_assert_uint_eq(b.len, a.len);
    ck_assert_mem_eq(b.bytes, a.bytes, a.len);
    forecaster_free(f);
    free(b.bytes);
    old = with_metadata(&a, CHECKPOINT_ARITHMETIC, NULL);
    ck_assert_uint_lt(old.len, a.len);
    f = model_file_loaded(&old);
    ck_assert_str_eq(forecaster_arithmetic(f), "");
    b = model_file_saved(f, NULL);
    ck_assert_uint_eq(b.len, old.len);
    ck_assert_mem_eq(b.bytes, old.bytes, old.len);
    forecaster_free(f);
    bad = with_metadata(&a, CHECKPOINT_ARITHMETIC, "\"avx2\"");
    ck_assert_int_eq(forecaster_load(&g, bad.bytes, bad.len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, CHECKPOINT_ARITHMETIC));
    ck_assert_int_eq(kernels_select(NULL, NULL), ST_OK);
    free(a.bytes);
    free(b.bytes);
    free(old.bytes);
    free(bad.bytes);
}
END_TEST

/* Forecasts of f from y without its last values, then from all of y; equal for equal models. */
static void continue_both(double out[2][6], const struct forecaster *f, const char *id,
                          const double *y, int n, int64_t first)
{
    struct room r = make_room(3, 1);
    const double level = 80;
    struct err e = {0};

    for (int i = 0; i < 2; i++) {
        struct series_view s = {
            .id = id, .values = y, .length = i ? n : n - 5, .calendar = {CALENDAR_MONTHS, first}};

        ck_assert_msg(!forecaster_predict_view(&r.fc, f, &s, 3, &level, 1, &e), "%s", e.message);
        memcpy(out[i], r.fc.mean, 3 * sizeof(double));
        memcpy(out[i] + 3, r.fc.upper[0], 3 * sizeof(double));
    }
    free(r.block);
}

START_TEST(a_model_without_history_forecasts_the_same)
{
    static double a[125], b[125];
    struct series_view v[] = {{.id = "a", .values = a, .length = 120},
                              {.id = "b", .values = b, .length = 120}};
    struct panel panel = {v, 2, 12};
    struct params p = _i ? quick_alone() : quick();
    struct forecaster *f, *g, *h;
    struct model_file file;
    struct checkpoint *c = NULL;
    double want[2][6], have[2][6];
    const double *values;
    int length;
    int64_t skipped;
    struct err e = {0};

    fill_seasonal(a, 125, 12, 1, 1);
    fill_seasonal(b, 125, 12, 1, 2);
    v[0].calendar = v[1].calendar = (struct calendar){CALENDAR_MONTHS, 600};
    f = fitted(&panel, p, NULL);
    p.keep_history = false;
    g = fitted(&panel, p, NULL);
    file = model_file_saved(g, NULL);
    ck_assert_int_eq(checkpoint_read(&c, file.bytes, file.len, &e), ST_OK);
    ck_assert_ptr_null(checkpoint_get(c, "series.values"));
    ck_assert_str_eq(checkpoint_get(c, "series.length"), "0 0");
    checkpoint_free(c);
    h = model_file_loaded(&file);
    forecaster_series(h, 1, &values, &length, &skipped);
    ck_assert_int_eq(length, 0);
    ck_assert_int_eq(skipped, 120);
    for (int k = 0; k < 2; k++) {
        continue_both(want, f, k ? "b" : "a", k ? b : a, 125, 600);
        continue_both(have, h, k ? "b" : "a", k ? b : a, 125, 600);
        ck_assert_mem_eq(want, have, sizeof(want));
        continue_both(have, g, "", k ? b : a, 125, 600); /* known by its values alone */
        ck_assert_mem_eq(want, have, sizeof(want));
    }
    free(file.bytes);
    forecaster_free(f);
    forecaster_free(g);
    forecaster_free(h);
}
END_TEST

START_TEST(a_file_without_history_that_lies_is_refused)
{
    static const char *const lies[][2] = {{"series.length", "1"},
                                          {"series.end", "1.5"},
                                          {"series.end", "-1"},
                                          {"series.end", "1 2"},
                                          {"series.end", "9007199254740992"},
                                          {"series.end", ""}};
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick();
    struct forecaster *f, *g = NULL;
    struct model_file file;
    struct err e = {0};

    p.keep_history = false;
    f = fitted(&panel, p, NULL);
    file = model_file_saved(f, NULL);
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct checkpoint *c = NULL;
        struct model_file lie = {0};

        ck_assert_int_eq(checkpoint_read(&c, file.bytes, file.len, &e), ST_OK);
        ck_assert_int_eq(checkpoint_set(c, lies[i][0], lies[i][1], &e), ST_OK);
        ck_assert_int_eq(checkpoint_write(&lie.bytes, &lie.len, c, &e), ST_OK);
        ck_assert_msg(forecaster_load(&g, lie.bytes, lie.len, &e) == ST_CORRUPT, "%s: %s",
                      lies[i][0], lies[i][1]);
        checkpoint_free(c);
        free(lie.bytes);
    }
    free(file.bytes);
    forecaster_free(f);
}
END_TEST

START_TEST(keys_of_ours_are_not_for_others)
{
    static const char *const extra[] = {"window", "7", NULL};
    struct forecaster *f = model_file_model(0);
    struct model_file a = {0};
    struct err e = {0};

    ck_assert_int_eq(forecaster_save(f, extra, &a.bytes, &a.len, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "window"));
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecaster_save");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_loop_test(t, what_is_saved_loads_and_saves_the_same, 0, 6);
    tcase_add_test(t, a_long_season_is_known_again);
    tcase_add_test(t, the_file_has_the_names_of_a_state_dict);
    tcase_add_loop_test(t, a_file_names_the_arithmetic_of_its_fit, 0, 6);
    tcase_add_loop_test(t, a_model_without_history_forecasts_the_same, 0, 2);
    tcase_add_test(t, a_file_without_history_that_lies_is_refused);
    tcase_add_test(t, keys_of_ours_are_not_for_others);
    suite_add_tcase(s, t);
    return suite_run(s);
}
