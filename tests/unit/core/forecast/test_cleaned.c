/* test_cleaned.c - what is done to a history before its forecast, and what that says about the
 * forecast's intervals. */
#include "core/forecast/cleaned.h"
#include "core/forecast/forecaster_model.h"
#include "tests/unit/core/forecast/model_file.h"

#include <lstm/explanation.h>
#include <math.h>
#include <stdlib.h>

enum { N = 72, AT = 60 };

static double y[N];
static unsigned char reason[N];
static struct params p;
static struct err e;

static double noise(int i)
{
    return (i * 7919 % 13 - 6) * 0.3;
}

static struct cleaned taken(bool turns)
{
    struct cleaned c;

    ck_assert(!params_defaults(&p, TASK_FORECAST, NULL, &e));
    p.season_length = 1;
    ck_assert(!cleaned_take(&c, y, reason, N, &p, turns, &e));
    return c;
}

static void make_turn(void)
{
    for (int i = 0; i < N; i++)
        y[i] = 300 + (i < AT ? 2 : -1) * (i - AT) + noise(i);
}

/* The slope after a turn is known from a few values only. */
START_TEST(a_turn_makes_the_slope_uncertain)
{
    struct transform t = {.scaling = {.kind = SCALING_STANDARD, .scale = 2}};
    struct cleaned c;

    make_turn();
    c = taken(true);
    ck_assert_int_ge(c.turned_at, AT - 2);
    ck_assert_int_le(c.turned_at, AT + 2);
    ck_assert_int_eq(reason[0], CHANGE_TREND);
    ck_assert_int_eq(reason[N - 1], CHANGE_NONE);
    cleaned_widen(&t, &c, true);
    ck_assert(t.drift > 0 && t.drift < 0.5);
    ck_assert_double_eq_tol(2 * t.drift, c.slope_error, 1e-9);
    ck_assert_int_eq(t.since_turn, N - 1 - c.turned_at);
    ck_assert_double_eq(t.doubt, 0);
    ck_assert_int_eq(t.since_shift, 0);
}
END_TEST

START_TEST(a_model_that_knew_no_turns_leaves_them)
{
    double before[N];

    make_turn();
    memcpy(before, y, sizeof(before));
    ck_assert_int_eq(taken(false).turned_at, 0);
    ck_assert_mem_eq(y, before, sizeof(before));
    ck_assert_int_eq(reason[0], CHANGE_NONE);
}
END_TEST

START_TEST(the_level_after_a_shift_is_uncertain)
{
    struct transform t = {.scaling = {.kind = SCALING_STANDARD, .scale = 1}};
    struct cleaned c;

    for (int i = 0; i < N; i++)
        y[i] = (i < N - 4 ? 50 : 90) + noise(i);
    c = taken(true);
    ck_assert_int_eq(c.shifted_at, N - 4);
    cleaned_widen(&t, &c, true);
    ck_assert_int_eq(t.since_shift, 4);
    cleaned_widen(&t, &c, false);
    ck_assert_int_eq(t.since_shift, 0);
}
END_TEST

START_TEST(the_last_value_may_be_doubtful)
{
    struct transform t = {.scaling = {.kind = SCALING_STANDARD, .scale = 1}};
    struct cleaned c;

    for (int i = 0; i < N; i++)
        y[i] = 50 + noise(i);
    y[N - 1] = 90;
    c = taken(true);
    ck_assert(c.doubtful && c.before == 90 && c.last < 75);
    ck_assert_int_eq(reason[N - 1], CHANGE_DOUBTFUL);
    cleaned_widen(&t, &c, true);
    ck_assert_double_eq_tol(t.doubt, 90 - c.last, 1e-9);
}
END_TEST

/* The rule is a part of the model: a model of before keeps its forecasts. */
START_TEST(a_file_says_whether_turns_are_moved)
{
    struct params q = quick();
    struct series_view s = {"a", y, N};
    struct panel panel = {&s, 1, 1};
    double mean[2][12];
    struct forecaster *f;

    make_turn();
    f = fitted(&panel, q, NULL);
    ck_assert(f->turns);
    for (int k = 0; k < 2; k++) {
        struct model_file file;
        struct forecaster *again;
        struct forecast out = {.mean = mean[k]};

        f->turns = k == 0;
        file = model_file_saved(f, NULL);
        again = model_file_loaded(&file);
        ck_assert_int_eq(again->turns, k == 0);
        ck_assert(!forecaster_predict_view(&out, again, &s, 12, NULL, 0, &e));
        ck_assert_int_eq(out.remarks.trend_turned_at > 0, k == 0);
        forecaster_free(again);
        free(file.bytes);
    }
    ck_assert(fabs(mean[0][11] - mean[1][11]) > 1e-6);
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("cleaned");
    TCase *t = tcase_create("cleaned");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_turn_makes_the_slope_uncertain);
    tcase_add_test(t, a_model_that_knew_no_turns_leaves_them);
    tcase_add_test(t, the_level_after_a_shift_is_uncertain);
    tcase_add_test(t, the_last_value_may_be_doubtful);
    tcase_add_test(t, a_file_says_whether_turns_are_moved);
    suite_add_tcase(s, t);
    return run_suite(s);
}
