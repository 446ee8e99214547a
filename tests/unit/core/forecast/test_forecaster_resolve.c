/* test_forecaster_resolve.c - automatic parameters, and the messages of refusals. */
#include "core/forecast/forecaster_resolve.h"
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The default recipe without its ensemble. */
static struct params alone(void)
{
    struct params p = recipe(NULL);

    p.ensemble = false;
    return p;
}

START_TEST(an_ensemble_leaves_scale_and_season_to_each_series)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = recipe(NULL), again;
    struct err e = {0};

    ck_assert_msg(!forecaster_resolve(&p, &panel, &e), "%s", e.message);
    ck_assert(p.ensemble);
    ck_assert_int_eq(p.season_length, 12);
    ck_assert_int_eq(p.scaling, SCALING_AUTO);
    ck_assert_int_eq(p.differencing, DIFFERENCING_NONE);
    again = p;
    ck_assert_int_eq(forecaster_resolve(&again, &panel, &e), ST_OK);
    ck_assert_mem_eq(&again, &p, sizeof(p));
    p = recipe(NULL);
    p.target = TARGET_SEQUENCE;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_OK);
    ck_assert(!p.ensemble);
}
END_TEST

START_TEST(air_passengers_is_a_log_series_with_a_confirmed_season)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = alone(), again;
    struct err e = {0};

    ck_assert_msg(!forecaster_resolve(&p, &panel, &e), "%s", e.message);
    ck_assert_int_eq(p.season_length, 12);
    ck_assert_int_eq(p.horizon, 12);
    ck_assert_int_eq(p.test_size, 12);
    ck_assert_int_eq(p.scaling, SCALING_LOG);
    ck_assert_int_eq(p.differencing, 1);
    ck_assert_int_eq(p.window, 12);
    again = p;
    ck_assert_int_eq(forecaster_resolve(&again, &panel, &e), ST_OK);
    ck_assert_mem_eq(&again, &p, sizeof(p));
}
END_TEST

START_TEST(noise_has_no_season)
{
    double y[300];
    struct series_view v = {"noise", y, 300};
    struct panel panel = one(&v, 7);
    struct params p = alone();
    struct rng r;
    struct err e = {0};

    rng_seed(&r, 5);
    for (int i = 0; i < 300; i++)
        y[i] = (double)rng_normal(&r);
    ck_assert_msg(!forecaster_resolve(&p, &panel, &e), "%s", e.message);
    ck_assert_int_eq(p.season_length, 7);
    ck_assert_int_eq(p.differencing, 0);
    ck_assert_int_eq(p.scaling, SCALING_STANDARD);
    ck_assert_int_eq(p.horizon, 14);
}
END_TEST

/* The automatic horizon: two days for hourly series, two weeks for daily ones. */
START_TEST(an_automatic_horizon_goes_by_the_season)
{
    const struct {
        int season, length, horizon;
    } cases[] = {{1, 100, 12},  {4, 60, 8},     {7, 300, 14},
                 {12, 144, 12}, {24, 1000, 48}, {24, 100, 20}};
    double y[1000];
    struct series_view v = {.id = "y", .values = y};
    struct err e = {0};

    for (int i = 0; i < 1000; i++)
        y[i] = 100 + i % 24;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct panel panel = one(&v, cases[i].season);
        struct params p = alone();

        v.length = cases[i].length;
        ck_assert_msg(!forecaster_resolve(&p, &panel, &e), "%s", e.message);
        ck_assert_int_eq(p.horizon, cases[i].horizon);
    }
}
END_TEST

/* A day of minutes, wherever an ensemble knows its course; nets alone would put out as many
 * numbers. */
START_TEST(a_long_season_is_forecast_as_a_whole)
{
    enum { DAYS = 10, MINUTES = 1440 };
    static const int steps[] = {MINUTES, 720, 288};
    static double y[DAYS * MINUTES];
    struct series_view v = {.id = "y", .values = y};
    struct err e = {0};

    for (size_t k = 0; k < sizeof(steps) / sizeof(steps[0]); k++) {
        /* Minutes are first thought to have the season of an hour. */
        struct panel panel = one(&v, steps[k] == MINUTES ? 60 : steps[k]);
        struct params p;

        v.length = DAYS * steps[k];
        for (int i = 0; i < v.length; i++)
            y[i] = 100 + 50 * sin(2 * M_PI * i / steps[k]) + i * 7 % 5;
        ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, NULL, &e), ST_OK);
        ck_assert_msg(!forecaster_resolve(&p, &panel, &e), "%s", e.message);
        ck_assert_int_eq(p.season_length, steps[k]);
        ck_assert_int_eq(p.horizon, steps[k]);
        ck_assert_int_eq(p.test_size, steps[k]);
        ck_assert_int_eq(frame_of(&p).horizon, 48);
        p.ensemble = false;
        ck_assert_int_eq(frame_of(&p).horizon, steps[k]);
    }
}
END_TEST

START_TEST(a_week_of_hours_is_found)
{
    static double y[24 * 7 * 8];
    struct series_view v = {"load", y, 24 * 7 * 8};
    struct panel panel = one(&v, 24);
    struct params p = alone();
    struct err e = {0};

    for (int i = 0; i < v.length; i++)
        y[i] = (i / 24 % 7 < 5 ? 10 : 3) * (2 + sin(2 * M_PI * (i % 24) / 24));
    ck_assert_msg(!forecaster_resolve(&p, &panel, &e), "%s", e.message);
    ck_assert_int_eq(p.season_length, 168);
    ck_assert_int_eq(p.differencing, 1);
    p = alone();
    p.season_length = 24; /* what is asked for stays */
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_OK);
    ck_assert_int_eq(p.season_length, 24);
}
END_TEST

/* Whatever the length, the defaults find sizes that can be trained, or say what is missing. */
START_TEST(every_length_is_resolved_and_trained_or_refused)
{
    static const int seasons[] = {1, 4, 7, 12, 24, 52};
    double y[80];

    fill_seasonal(y, 80, 12, 1, 2);
    for (int n = 1; n <= 80; n += n < 20 ? 1 : 7) {
        for (int k = 0; k < 6; k++) {
            struct series_view v = {"a", y, n};
            struct panel panel = one(&v, seasons[k]);
            struct params p = quick();
            struct err e = {0};
            enum status st;

            p.epochs = 1;
            st = try_fit(&panel, p, &e);
            ck_assert_msg(st == (n < 3 ? ST_INVALID : ST_OK), "n %d m %d: %s", n, seasons[k],
                          e.message);
        }
    }
}
END_TEST

static double two[] = {1, 2}, gaps[] = {NAN, NAN, NAN, NAN}, inf[] = {1, 2, INFINITY, 3};

static const struct {
    struct series_view series[2];
    int count;
    const char *message;
} refused[] = {
    {{{"a", two, 2}},
     1,
     "series a has 2 observations; window 2, horizon 1 and test_size 0 need at least 3"},
    {{{"a", two, 0}}, 1, "series a is empty"},
    {{{"a", gaps, 4}}, 1, "series a has no value: all 4 observations are missing"},
    {{{"a", inf, 4}}, 1, "series a has an infinite value at observation 3"},
    {{{"a", air, AIR}, {"a", air, AIR}}, 2, "two series with the id a"},
    {{{"", air, AIR}}, 1, "series 1 has no id"},
    {{{NULL, air, AIR}}, 1, "series 1 has no id"},
    {{{"a", air, AIR}}, 0, "no series"},
};

START_TEST(impossible_series_are_refused)
{
    struct panel panel = {refused[_i].series, refused[_i].count, 12};
    struct params p = recipe(NULL);
    struct err e = {0};

    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    ck_assert_msg(strstr(e.message, refused[_i].message) != NULL, "%s", e.message);
    p = recipe(NULL);
    ck_assert_int_eq(forecaster_resolve(&p, &panel, NULL), ST_INVALID);
}
END_TEST

static const struct {
    const char *recipe, *name;
    double value;
    enum status status;
    const char *pointer, *message;
} wrong[] = {
    {NULL, "window", 200, ST_INVALID, "/params/window",
     "series air has 144 observations; window 200"},
    {NULL, "horizon", 1000, ST_INVALID, "/params/window",
     "horizon 1000 and test_size 0 need at least 1002"},
    {NULL, "test_size", 140, ST_INVALID, "/params/window", "test_size 140 need at least"},
    {NULL, "test_size", 100000000, ST_INVALID, "/params/window", "test_size 100000000"},
    {NULL, "train_size", 1000, ST_INVALID, "/params/train_size", "train_size is 1000 windows"},
    {NULL, "season_length", 10000, ST_OK, "", ""},
    {NULL, "hidden_size", 4096, ST_OK, "", ""},
    {"tutorial-sine", "seed", 1, ST_INVALID, "/params/train_size", "train_size is 700 windows"},
    {"tutorial-flights", "window", 132, ST_INVALID, "/params/window", "need at least 145"},
};

START_TEST(impossible_parameters_are_refused)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = recipe(wrong[_i].recipe);
    struct err e = {0};

    ck_assert_int_eq(
        params_set_number(&p, params_find(TASK_FORECAST, wrong[_i].name), wrong[_i].value, &e),
        ST_OK);
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), wrong[_i].status);
    if (wrong[_i].status) {
        ck_assert_msg(strstr(e.message, wrong[_i].message) != NULL, "%s", e.message);
        ck_assert_str_eq(e.pointer, wrong[_i].pointer);
    }
}
END_TEST

START_TEST(values_outside_the_table_are_refused_too)
{
    struct series_view v[] = {{"air", air, AIR}, {"b", air, 100}};
    struct panel panel = one(v, 12), both = {v, 2, 12};
    struct params p;
    struct err e = {0};

    p = recipe(NULL);
    p.window = 10001;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    p = recipe(NULL);
    p.horizon = -1;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    p = recipe(NULL);
    p.season_length = 1 << 30;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    p = recipe(NULL);
    p.loss = LOSS_NLL;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/params/loss");
    p = recipe(NULL);
    p.target = 2;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    p = recipe(NULL);
    p.hidden_size = 0;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    p = recipe("tutorial-sine");
    p.train_size = 10;
    ck_assert_int_eq(forecaster_resolve(&p, &both, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/params/recipe");
}
END_TEST

START_TEST(what_would_not_fit_into_memory_is_refused)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = recipe(NULL);
    struct err e = {0};

    p.hidden_size = 4096;
    p.num_layers = 16;
    p.batch_size = 65536;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_TOO_LARGE);
    ck_assert_str_eq(e.pointer, "/params/hidden_size");
    ck_assert_ptr_nonnull(strstr(e.message, "MiB"));
}
END_TEST

START_TEST(the_logarithm_of_zero_names_its_place)
{
    double y[AIR];
    struct series_view v = {"air", y, AIR};
    struct panel panel = one(&v, 12);
    struct params p = alone();
    struct err e = {0};

    memcpy(y, air, sizeof(y));
    y[140] = 0;
    p.scaling = SCALING_LOG;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "series air is 0 at observation 141"));
    ck_assert_str_eq(e.pointer, "/params/scaling");
    p.scaling = SCALING_AUTO;
    ck_assert_int_eq(forecaster_resolve(&p, &panel, &e), ST_OK);
    ck_assert_int_eq(p.scaling, SCALING_STANDARD);
}
END_TEST

/* Sizes follow a typical series, unless the shortest is too short for them. */
START_TEST(a_short_series_in_a_panel_shrinks_the_sizes_or_is_named)
{
    struct series_view v[] = {{"a", air, AIR}, {"b", air, 100}, {"c", air, 26}, {"d", air, 10}};
    struct panel three = {v, 3, 12}, four = {v, 4, 12};
    struct params p = alone();
    struct err e = {0};

    ck_assert_msg(!forecaster_resolve(&p, &three, &e), "%s", e.message);
    ck_assert_int_eq(p.window, 12);
    ck_assert_int_eq(p.differencing, 1);
    p = alone();
    ck_assert_msg(!forecaster_resolve(&p, &four, &e), "%s", e.message);
    ck_assert_int_le(p.window, 10);
    p = alone();
    p.window = 12;
    ck_assert_int_eq(forecaster_resolve(&p, &four, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "series d has 10 observations; window 12 need"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecast resolve");
    TCase *t = tcase_create("resolve");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, an_ensemble_leaves_scale_and_season_to_each_series);
    tcase_add_test(t, air_passengers_is_a_log_series_with_a_confirmed_season);
    tcase_add_test(t, noise_has_no_season);
    tcase_add_test(t, an_automatic_horizon_goes_by_the_season);
    tcase_add_test(t, a_long_season_is_forecast_as_a_whole);
    tcase_add_test(t, a_week_of_hours_is_found);
    tcase_add_test(t, every_length_is_resolved_and_trained_or_refused);
    tcase_add_loop_test(t, impossible_series_are_refused, 0, sizeof(refused) / sizeof(refused[0]));
    tcase_add_loop_test(t, impossible_parameters_are_refused, 0, sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_test(t, values_outside_the_table_are_refused_too);
    tcase_add_test(t, what_would_not_fit_into_memory_is_refused);
    tcase_add_test(t, the_logarithm_of_zero_names_its_place);
    tcase_add_test(t, a_short_series_in_a_panel_shrinks_the_sizes_or_is_named);
    suite_add_tcase(s, t);
    return run_suite(s);
}
