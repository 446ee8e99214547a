/* test_forecast_chart.c - charts: positions, escaping, gaps. */
#include "server/formats/chart/forecast_chart.h"
#include "tests/unit/suite.h"

#include <lstm/buf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct buf b;
static const double history[4] = {0, 10, NAN, 20}, mean[2] = {30, 40}, truth[2] = {25, NAN};
static const double lower[2] = {20, 20}, upper[2] = {40, 50};
static const struct forecast_band bands[2] = {{95, lower, upper}, {80, mean, mean}};
static struct forecast_chart f;

static void setup(void)
{
    f = (struct forecast_chart){.title = "sales",
                                .time = {{FREQ_D, 1}, 0},
                                .history = history,
                                .history_length = 4,
                                .mean = mean,
                                .horizon = 2};
    buf_init(&b, 1 << 20);
}

static void teardown(void)
{
    buf_release(&b);
}

static int count(const char *what)
{
    int n = 0;

    for (const char *p = b.data; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

static void draw(int n)
{
    struct forecast_chart all[3] = {f, f, f};

    buf_release(&b);
    buf_init(&b, 1 << 20);
    forecast_charts_write(&b, all, n, 0);
    ck_assert(!b.st);
    buf_add(&b, "", 1);
}

START_TEST(a_chart_has_its_curves_and_texts)
{
    draw(1);
    ck_assert_int_eq(strncmp(b.data, "<svg xmlns=\"http://www.w3.org/2000/svg\"", 39), 0);
    ck_assert_int_eq(count("</svg>\n"), 1);
    ck_assert_int_eq(count("<title id=\"t\">Forecast of sales</title>"), 1);
    ck_assert_int_eq(count("2 steps from 1970-01-05 to 1970-01-06."), 1);
    ck_assert_int_eq(count("class=\"b\""), 0);
    ck_assert_int_eq(count("class=\"w\""), 0);
    f.truth = truth;
    f.bands = bands;
    f.num_bands = 2;
    draw(1);
    ck_assert_int_eq(count("<path class=\"b\""), 2);
    ck_assert_int_eq(count("class=\"w\""), 3); /* the joint, the curve and its legend */
    ck_assert_int_eq(count(">80 % interval</text>"), 1);
    ck_assert_int_eq(count(">95 % interval</text>"), 1);
}
END_TEST

/* A missing value begins a new piece, and the forecast leaves from the last observation. */
START_TEST(curves_have_gaps)
{
    const char *h, *m;
    float x[4], y[4];

    draw(1);
    h = strstr(strstr(b.data, "<path class=\"h\"") + 1, "<path class=\"h\""); /* not the legend's */
    ck_assert_ptr_nonnull(h);
    ck_assert_int_eq(sscanf(h, "<path class=\"h\" d=\"M%f %fL%f %fM%f %fh.01\"/>", &x[0], &y[0],
                            &x[1], &y[1], &x[2], &y[2]),
                     6);
    ck_assert_float_eq_tol(x[2] - x[0], 3 * (x[1] - x[0]), 0.3f);
    ck_assert_float_eq_tol(y[0] - y[2], 2 * (y[0] - y[1]), 0.3f); /* up is less */
    ck_assert_float_gt(y[0], y[1]);
    m = strstr(h, "<path class=\"m\" d=\"M");
    ck_assert_int_eq(
        sscanf(m, "<path class=\"m\" d=\"M%f %fL%f %f\"/>", &x[1], &y[1], &x[3], &y[3]), 4);
    ck_assert_float_eq_tol(x[1], x[2], 0.11f);
    ck_assert_float_eq_tol(y[1], y[2], 0.11f);
    ck_assert_float_eq_tol(x[3] - x[0], 4 * (x[2] - x[0]) / 3, 0.3f);
}
END_TEST

/* The dotted line stands at the last observation, with the time of the first step on it. */
START_TEST(the_forecast_has_a_beginning)
{
    draw(1);
    ck_assert_int_eq(count("<path class=\"n\""), 1);
    ck_assert_int_eq(count(">1970-01-05</text>"), 1);
    f.history_length = 0;
    draw(1);
    ck_assert_int_eq(count("<path class=\"n\""), 0);
}
END_TEST

/* A bound that is not known ends its area; nothing of it is drawn when the first is not. */
START_TEST(an_unknown_bound_is_not_drawn)
{
    static const double none[2] = {NAN, NAN};
    static const struct forecast_band unknown[1] = {{95, none, none}};

    f.bands = unknown;
    f.num_bands = 1;
    draw(1);
    ck_assert_int_eq(count("<path class=\"b\""), 0);
    ck_assert_int_eq(count("nan"), 0);
}
END_TEST

START_TEST(the_axis_has_round_numbers)
{
    draw(1);
    ck_assert_int_ge(count(">0</text>"), 1);
    ck_assert_int_ge(count(">10</text>"), 1);
    ck_assert_int_ge(count(">40</text>"), 1);
    ck_assert_int_eq(count(">60</text>"), 0);
    ck_assert_int_eq(count(">-10</text>"), 0);
}
END_TEST

START_TEST(texts_cannot_leave_their_place)
{
    f.title = "<a b=\"c\">&\x01";
    draw(1);
    ck_assert_int_eq(count("&lt;a b=&quot;c&quot;&gt;&amp;\xef\xbf\xbd"), 2);
    ck_assert_int_eq(count("<a "), 0);
}
END_TEST

static int height_of_drawing(void)
{
    int height = 0;

    ck_assert_int_eq(sscanf(strstr(b.data, "viewBox"), "viewBox=\"0 0 %*d %d", &height), 1);
    return height;
}

START_TEST(few_charts_stand_below_each_other)
{
    float x[2], y[2];
    const char *first, *second;
    int one;

    draw(1);
    one = height_of_drawing();
    draw(3);
    ck_assert_int_eq(count("class=\"t\""), 3);
    ck_assert_int_gt(height_of_drawing(), 2 * one);
    first = strstr(b.data, "<text class=\"t\"");
    second = strstr(first + 1, "<text class=\"t\"");
    ck_assert_int_eq(sscanf(first, "<text class=\"t\" x=\"%f\" y=\"%f", &x[0], &y[0]), 2);
    ck_assert_int_eq(sscanf(second, "<text class=\"t\" x=\"%f\" y=\"%f", &x[1], &y[1]), 2);
    ck_assert_float_eq(x[0], x[1]);
    ck_assert_float_gt(y[1], y[0]);
}
END_TEST

/* A chart that leaves something out says so. */
START_TEST(many_charts_stand_in_a_grid_and_the_rest_is_named)
{
    static struct forecast_chart all[FORECAST_CHARTS_MAX + 5];

    for (int i = 0; i < FORECAST_CHARTS_MAX + 5; i++)
        all[i] = f;
    forecast_charts_write(&b, all, FORECAST_CHARTS_MAX + 5, 100);
    buf_add(&b, "", 1);
    ck_assert_int_eq(count("class=\"t\""), FORECAST_CHARTS_MAX);
    ck_assert_int_eq(count("105 more series are not drawn"), 1);
    ck_assert_int_eq(count(" x=\"76.0\" y=\"52.0\">sales<"), 1);
    ck_assert_int_eq(count(" x=\"556.0\" y=\"52.0\">sales<"), 1);
}
END_TEST

START_TEST(a_constant_or_nothing_is_drawn_too)
{
    static const double same[4] = {5, 5, 5, 5}, none[4] = {NAN, NAN, NAN, NAN};

    f.history = f.mean = same;
    draw(1);
    ck_assert_int_eq(count("nan ") + count(">nan") + count("inf ") + count(">inf"), 0);
    f.history = f.mean = none;
    draw(1);
    ck_assert_int_eq(count("nan ") + count(">nan") + count("inf ") + count(">inf"), 0);
}
END_TEST

START_TEST(the_axis_names_the_values)
{
    draw(1);
    ck_assert_int_eq(count("rotate(-90"), 0);
    f.values = "kWh < 5";
    draw(2);
    ck_assert_int_eq(count("<g transform=\"rotate(-90 "), 2);
    ck_assert_int_eq(count(">kWh &lt; 5</text>"), 2);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecast_chart");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_chart_has_its_curves_and_texts);
    tcase_add_test(t, curves_have_gaps);
    tcase_add_test(t, the_axis_has_round_numbers);
    tcase_add_test(t, texts_cannot_leave_their_place);
    tcase_add_test(t, the_forecast_has_a_beginning);
    tcase_add_test(t, an_unknown_bound_is_not_drawn);
    tcase_add_test(t, few_charts_stand_below_each_other);
    tcase_add_test(t, many_charts_stand_in_a_grid_and_the_rest_is_named);
    tcase_add_test(t, a_constant_or_nothing_is_drawn_too);
    tcase_add_test(t, the_axis_names_the_values);
    suite_add_tcase(s, t);
    return suite_run(s);
}
