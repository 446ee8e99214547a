/* test_forecaster_load.c - model files: exact round trips, files of others, hostile files. */
#include "tests/unit/core/forecast/model_file.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/checkpoint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An LSTM of one unit and a linear layer, as a user would export them, with metadata pairs. */
static struct model_file by_hand(const char *const *pairs)
{
    const int64_t ih[] = {4, 1}, hh[] = {4, 1}, bias[] = {4}, head[] = {2, 1}, out[] = {2};
    const float w[4] = {0.5F, 0.5F, 0.5F, 0.5F}, b[2] = {3, 4};
    struct checkpoint *c = NULL;
    struct model_file file = {0};
    struct err e = {0};

    ck_assert_int_eq(checkpoint_new(&c, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.weight_ih_l0", CKPT_F32, ih, 2, w, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.weight_hh_l0", CKPT_F32, hh, 2, w, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.bias_ih_l0", CKPT_F32, bias, 1, w, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "lstm.bias_hh_l0", CKPT_F32, bias, 1, w, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "linear.weight", CKPT_F32, head, 2, w, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add(c, "linear.bias", CKPT_F32, out, 1, b, &e), ST_OK);
    for (; *pairs; pairs += 2)
        ck_assert_int_eq(checkpoint_set(c, pairs[0], pairs[1], &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(&file.bytes, &file.len, c, &e), ST_OK);
    checkpoint_free(c);
    return file;
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

START_TEST(a_file_made_by_hand_needs_a_task_and_a_window)
{
    static const char *const pairs[] = {"lstmd.task", "forecast", "window", "3",
                                        "author",     "x",        NULL};
    struct model_file file = by_hand(pairs), again;
    struct forecaster *f = model_file_loaded(&file), *g;
    const double y[] = {1, -2, 0.5};
    double h = 0, c = 0, mean[2];
    struct forecast fc = {.mean = mean};
    const double level = 80;
    struct room r = make_room(2, 1);
    struct anomalies found = {0};
    struct err e = {0};

    for (int t = 0; t < 3; t++) { /* all gates have the same weights */
        double a = 0.5 * y[t] + 0.5 * h + 1;

        c = sigmoid(a) * c + sigmoid(a) * tanh(a);
        h = sigmoid(a) * tanh(c);
    }
    ck_assert_int_eq(forecaster_predict(&fc, f, y, 3, 2, NULL, 0, &e), ST_OK);
    ck_assert_double_eq_tol(mean[0], 0.5 * h + 3, 1e-5);
    ck_assert_double_eq_tol(mean[1], 0.5 * h + 4, 1e-5);
    ck_assert_int_eq(forecaster_num_series(f), 0);
    ck_assert_int_eq(forecaster_params(f)->horizon, 2);
    ck_assert_int_eq(forecaster_params(f)->hidden_size, 1);
    ck_assert(!forecaster_has_intervals(f));
    ck_assert_int_eq(forecaster_predict(&r.fc, f, y, 3, 2, &level, 1, &e), ST_OK);
    for (int i = 0; i < 2; i++) { /* the same mean, and nothing that looks like an interval */
        ck_assert(r.fc.mean[i] == mean[i]);
        ck_assert(isnan(r.fc.lower[0][i]) && isnan(r.fc.upper[0][i]));
    }
    ck_assert_int_eq(forecaster_anomalies(&found, f, y, 3, level, 1, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "no residuals"));
    again = model_file_saved(f, NULL);
    g = model_file_loaded(&again);
    ck_assert_ptr_nonnull(memmem(again.bytes, again.len, "author", 6));
    forecaster_free(f);
    forecaster_free(g);
    free(r.block);
    free(file.bytes);
    free(again.bytes);
}
END_TEST

START_TEST(a_file_made_by_hand_may_scale_by_the_history)
{
    static const char *const pairs[] = {"lstmd.task", "forecast", "window", "3",
                                        "scaling",    "minmax",   NULL};
    struct model_file file = by_hand(pairs);
    struct forecaster *f = model_file_loaded(&file);
    const double y[] = {1000, 3000, 2000};
    double mean[2];
    struct forecast fc = {.mean = mean};
    struct err e = {0};

    ck_assert_int_eq(forecaster_predict(&fc, f, y, 3, 2, NULL, 0, &e), ST_OK);
    ck_assert(mean[0] > 4000 &&
              mean[0] < 6500); /* about 3.2 times the half range, and the middle */
    forecaster_free(f);
    free(file.bytes);
}
END_TEST

/* One changed metadata value each, against a whole file. */
static const struct {
    const char *key, *value;
} lies[] = {
    {"lstmd.task", "tag"},
    {"window", "0"},
    {"window", "10001"},
    {"window", "12.5"},
    {"window", "9999999999999999999"},
    {"window", "100"}, /* longer than what is remembered */
    {"horizon", "0"},
    {"horizon", "13"},
    {"hidden_size", "4096"},
    {"hidden_size", "5"},
    {"num_layers", "2"},
    {"num_layers", "16"},
    {"bidirectional", "true"},
    {"season_length", "0"},
    {"season_length", "10000"},
    {"scaling", "auto"},
    {"scaling", "cubic"},
    {"differencing", "auto"},
    {"learning_rate", "nan"},
    {"normalised", "2"},
    {"level_length", "-1"},
    {"level_length", "13"},
    {"series.id", "a\nb"},
    {"series.id", ""},
    {"series.length", "143"},
    {"series.length", "5"},
    {"series.length", "1e300"},
    {"series.length", "78.5"},
    {"series.length", "-78"},
    {"series.skipped", "-1"},
    {"series.skipped", "nan"},
    {"series.scale", "0"},
    {"series.scale", "-1"},
    {"series.scale", "nan"},
    {"series.scale", "inf"},
    {"series.unit", "0"},
    {"series.unit", "1 1"},
    {"series.offset", "nan"},
    {"series.offset", ""},
    {"series.centre", "x"},
    {"series.nonnegative", "0.5"},
    {"series.values", "1 2 3"},
    {"series.values", ""},
    {"residual.scale", "1"},
    {"residual.scale", "1 1 1 1 1 1 1 1 1 1 1 0.5"},
    {"residual.scale", "-1 1 1 1 1 1 1 1 1 1 1 1"},
    {"residual.quantiles", ""},
    {"residual.quantiles", "2 1"},
    {"residual.quantiles", "nan"},
};

/* The same of an ensemble: one number of the series' row at a time is out of its range. */
static const struct {
    int number;
    double value;
} ensemble_lies[] = {
    {0, 2},    {0, 2.5},  {1, NAN},  {2, 0},    {2, -1},     {3, -1},   {4, 1e9}, {5, INFINITY},
    {7, 1501}, {9, 2},    {10, 1.5}, {11, -1},  {14, 1.01},  {15, -2},  {16, 4},  {17, 3},
    {20, 2},   {22, 1e6}, {23, 7},   {24, 100}, {30, 1.001}, {32, NAN}, {33, -1}, {50, 1501},
    {51, 0},   {52, -1},  {56, 1.5}, {57, 0},   {58, 0},     {58, NAN},
};

static void refuse_ensemble(const struct model_file *a, int number, double value)
{
    struct forecaster *g = NULL;
    struct model_file b = {0};
    struct checkpoint *c = NULL;
    double *row = NULL;
    size_t n;
    struct err e = {0};

    ck_assert_int_eq(checkpoint_read(&c, a->bytes, a->len, &e), ST_OK);
    ck_assert_int_eq(checkpoint_get_f64s(&row, &n, c, "series.ensemble", 0, 1000, &e), ST_OK);
    ck_assert_uint_gt(n, 58);
    row[number] = value;
    ck_assert_int_eq(checkpoint_set_f64s(c, "series.ensemble", row, n, &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(&b.bytes, &b.len, c, &e), ST_OK);
    ck_assert_msg(forecaster_load(&g, b.bytes, b.len, &e) == ST_CORRUPT, "number %d as %g", number,
                  value);
    ck_assert_ptr_null(g);
    checkpoint_free(c);
    free(row);
    free(b.bytes);
}

START_TEST(ensembles_that_lie_are_refused)
{
    struct forecaster *f = model_file_model(4);
    struct model_file a = model_file_saved(f, NULL);

    for (size_t i = 0; i < sizeof(ensemble_lies) / sizeof(ensemble_lies[0]); i++)
        refuse_ensemble(&a, ensemble_lies[i].number, ensemble_lies[i].value);
    free(a.bytes);
    forecaster_free(f);
}
END_TEST

/* A file from before there were ensembles is a net alone, and forecasts as it did. */
START_TEST(a_file_without_a_word_of_ensembles_is_a_net_alone)
{
    struct forecaster *f = model_file_model(0), *g;
    struct model_file a = model_file_saved(f, NULL), b = {0};
    struct checkpoint *c = NULL, *old = NULL;
    struct room x = make_room(12, 0), y = make_room(12, 0);
    struct err e = {0};

    ck_assert_int_eq(checkpoint_read(&c, a.bytes, a.len, &e), ST_OK);
    ck_assert_int_eq(checkpoint_new(&old, &e), ST_OK);
    ck_assert_int_eq(checkpoint_add_net(old, "", forecaster_net(f), &e), ST_OK);
    for (int i = 0; i < checkpoint_num_metadata(c); i++) {
        const char *key, *value;

        checkpoint_metadata(c, i, &key, &value);
        if (strcmp(key, "ensemble") && strcmp(key, "minimum") && strcmp(key, "outliers"))
            ck_assert_int_eq(checkpoint_set(old, key, value, &e), ST_OK);
    }
    ck_assert_int_eq(checkpoint_write(&b.bytes, &b.len, old, &e), ST_OK);
    g = model_file_loaded(&b);
    ck_assert(!forecaster_params(g)->ensemble);
    ck_assert_int_eq(forecaster_predict(&x.fc, f, air, AIR, 12, NULL, 0, &e), ST_OK);
    ck_assert_int_eq(forecaster_predict(&y.fc, g, air, AIR, 12, NULL, 0, &e), ST_OK);
    ck_assert_mem_eq(x.block, y.block, 12 * sizeof(double));
    checkpoint_free(c);
    checkpoint_free(old);
    free(x.block);
    free(y.block);
    free(a.bytes);
    free(b.bytes);
    forecaster_free(f);
    forecaster_free(g);
}
END_TEST

/* Such a model may have been trained on values that are missing now. It forecasts a series with
 * those gaps as if they were filled; a model whose file names another fill than auto does not. */
START_TEST(a_file_without_a_word_of_filling_knows_its_series)
{
    static double a[90], b[90], gap[90];
    struct series_view v[] = {{"a", a, 90}, {"b", b, 90}};
    struct panel panel = {v, 2, 12};
    struct room known = make_room(3, 0), now = make_room(3, 0), other = make_room(3, 0);
    struct checkpoint *c = NULL;
    struct forecaster *f, *old;
    struct model_file file, before = {0};
    struct err e = {0};

    fill_seasonal(a, 90, 12, 1, 5);
    fill_seasonal(b, 90, 12, 1, 6);
    b[80] = b[79] / 2 + b[81] / 2; /* as a line would have it */
    memcpy(gap, b, sizeof(gap));
    gap[80] = NAN;
    f = fitted(&panel, quick(), NULL);
    file = model_file_saved(f, NULL);
    ck_assert_int_eq(checkpoint_read(&c, file.bytes, file.len, &e), ST_OK);
    ck_assert_str_eq(checkpoint_get(c, "fill"), "linear");
    ck_assert_int_eq(checkpoint_set(c, "fill", "auto", &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(&before.bytes, &before.len, c, &e), ST_OK);
    old = model_file_loaded(&before);
    ck_assert_int_eq(forecaster_predict(&known.fc, old, b, 90, 3, NULL, 0, &e), ST_OK);
    ck_assert_int_eq(forecaster_predict(&now.fc, old, gap, 90, 3, NULL, 0, &e), ST_OK);
    ck_assert_int_eq(forecaster_predict(&other.fc, f, gap, 90, 3, NULL, 0, &e), ST_OK);
    for (int h = 0; h < 3; h++) {
        ck_assert_double_eq_tol(now.fc.mean[h], known.fc.mean[h], 1e-9);
        ck_assert(other.fc.mean[h] != known.fc.mean[h]);
    }
    checkpoint_free(c);
    forecaster_free(f);
    forecaster_free(old);
    free(file.bytes);
    free(before.bytes);
    free(known.block);
    free(now.block);
    free(other.block);
}
END_TEST

static void refuse_file(const struct model_file *a, const char *key, const char *value)
{
    struct forecaster *g = NULL;
    struct model_file b = {0};
    struct checkpoint *c = NULL;
    struct err e = {0};
    enum status st;

    ck_assert_int_eq(checkpoint_read(&c, a->bytes, a->len, &e), ST_OK);
    ck_assert_msg(checkpoint_get(c, key) != NULL, "%s", key);
    ck_assert_int_eq(checkpoint_set(c, key, value, &e), ST_OK);
    ck_assert_int_eq(checkpoint_write(&b.bytes, &b.len, c, &e), ST_OK);
    st = forecaster_load(&g, b.bytes, b.len, &e);
    ck_assert_msg(st == ST_CORRUPT, "%s=%s: %d %s", key, value, st, e.message);
    ck_assert_ptr_null(g);
    checkpoint_free(c);
    free(b.bytes);
}

START_TEST(files_that_lie_are_refused)
{
    struct forecaster *f = model_file_model(0);
    struct model_file a = model_file_saved(f, NULL);

    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
        refuse_file(&a, lies[i].key, lies[i].value);
    free(a.bytes);
    forecaster_free(f);
}
END_TEST

START_TEST(a_file_without_task_or_window_is_refused)
{
    static const char *const no_task[] = {"window", "3", NULL};
    static const char *const no_window[] = {"lstmd.task", "forecast", NULL};
    struct model_file a = by_hand(no_task), b = by_hand(no_window);
    struct forecaster *f = NULL;
    struct err e = {0};

    ck_assert_int_eq(forecaster_load(&f, a.bytes, a.len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "lstmd.task is missing"));
    ck_assert_int_eq(forecaster_load(&f, b.bytes, b.len, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "window is missing"));
    free(a.bytes);
    free(b.bytes);
}
END_TEST

START_TEST(broken_bytes_are_refused)
{
    struct forecaster *f = model_file_model(0), *g = NULL;
    struct model_file a = model_file_saved(f, NULL);
    struct err e = {0};
    struct rng r;

    for (size_t n = 0; n < a.len; n += 1 + a.len / 200)
        ck_assert_int_eq(forecaster_load(&g, a.bytes, n, &e), ST_CORRUPT);
    /* Any byte may change: it loads or it does not, but what loads can be used. */
    rng_seed(&r, 1);
    for (int i = 0; i < 3000; i++) {
        size_t at = rng_below(&r, (uint32_t)a.len);
        uint8_t keep = a.bytes[at];
        struct room room = make_room(30, 1);
        const double level = 80;

        a.bytes[at] = (uint8_t)rng_next(&r);
        g = NULL;
        if (forecaster_load(&g, a.bytes, a.len, &e) == ST_OK &&
            forecaster_predict(&room.fc, g, air, AIR, 30, &level, 1, &e) == ST_OK) {
            for (int h = 0; h < 90; h++)
                ck_assert(isfinite(room.block[h]));
        }
        forecaster_free(g);
        free(room.block);
        a.bytes[at] = keep;
    }
    free(a.bytes);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecaster_io");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, a_file_made_by_hand_needs_a_task_and_a_window);
    tcase_add_test(t, a_file_made_by_hand_may_scale_by_the_history);
    tcase_add_test(t, ensembles_that_lie_are_refused);
    tcase_add_test(t, a_file_without_a_word_of_ensembles_is_a_net_alone);
    tcase_add_test(t, a_file_without_a_word_of_filling_knows_its_series);
    tcase_add_test(t, files_that_lie_are_refused);
    tcase_add_test(t, a_file_without_task_or_window_is_refused);
    tcase_add_test(t, broken_bytes_are_refused);
    suite_add_tcase(s, t);
    return suite_run(s);
}
