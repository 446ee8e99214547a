/* test_svg.c - charts: what is drawn where, what is escaped, what is a gap. */
#include "server/formats/svg.h"
#include "tests/unit/suite.h"

#include <lstm/buf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct buf b;
static const double history[4] = {0, 10, NAN, 20}, mean[2] = {30, 40}, truth[2] = {25, NAN};
static const double lower[2] = {20, 20}, upper[2] = {40, 50};
static const struct svg_band bands[2] = {{95, lower, upper}, {80, mean, mean}};
static struct svg_forecast f;

static void setup(void)
{
    f = (struct svg_forecast){.title = "sales",
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
    struct svg_forecast all[3] = {f, f, f};

    buf_release(&b);
    buf_init(&b, 1 << 20);
    svg_write_forecasts(&b, all, n);
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
    ck_assert_int_eq(count("class=\"w\""), 2); /* the curve and its legend */
    ck_assert_int_eq(count(">80 %, 95 %</text>"), 1);
}
END_TEST

/* A missing value begins a new piece, and the forecast begins behind the history. */
START_TEST(curves_have_gaps)
{
    const char *h, *m;
    float x[4], y[3];

    draw(1);
    h = strstr(b.data, "<path class=\"h\" d=\"M");
    m = strstr(b.data, "<path class=\"m\" d=\"M");
    ck_assert_int_eq(sscanf(h, "<path class=\"h\" d=\"M%f %fL%f %fM%f %f\"/>", &x[0], &y[0], &x[1],
                            &y[1], &x[2], &y[2]),
                     6);
    ck_assert_int_eq(sscanf(m, "<path class=\"m\" d=\"M%f", &x[3]), 1);
    ck_assert_float_eq_tol(x[2] - x[0], 3 * (x[1] - x[0]), 0.3f);
    ck_assert_float_eq_tol(x[3] - x[0], 4 * (x[1] - x[0]), 0.3f);
    ck_assert_float_eq_tol(y[0] - y[2], 2 * (y[0] - y[1]), 0.3f); /* up is less */
    ck_assert_float_gt(y[0], y[1]);
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

START_TEST(charts_stand_below_each_other)
{
    int one, height[2];
    const char *second;

    draw(1);
    one = count("class=\"t\"");
    ck_assert_int_eq(sscanf(strstr(b.data, "viewBox"), "viewBox=\"0 0 %*d %d", &height[0]), 1);
    draw(3);
    ck_assert_int_eq(count("class=\"t\""), 3 * one);
    ck_assert_int_eq(sscanf(strstr(b.data, "viewBox"), "viewBox=\"0 0 %*d %d", &height[1]), 1);
    ck_assert_int_eq(height[1], 3 * height[0]);
    second = strstr(strstr(b.data, "<text class=\"t\"") + 1, "<text class=\"t\"");
    ck_assert_int_eq(sscanf(second, "<text class=\"t\" x=\"%*d\" y=\"%d", &height[1]), 1);
    ck_assert_int_gt(height[1], height[0]);
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

int main(void)
{
    Suite *s = suite_create("svg");
    TCase *t = tcase_create("all");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_chart_has_its_curves_and_texts);
    tcase_add_test(t, curves_have_gaps);
    tcase_add_test(t, the_axis_has_round_numbers);
    tcase_add_test(t, texts_cannot_leave_their_place);
    tcase_add_test(t, charts_stand_below_each_other);
    tcase_add_test(t, a_constant_or_nothing_is_drawn_too);
    suite_add_tcase(s, t);
    return suite_run(s);
}
