/* test_forecaster.c - properties of a fitted forecaster: accuracy, intervals, signs, panels,
 * difficult series. */
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"

#include <float.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const double levels[3] = {50, 80, 95};

/* Forecasts with three levels, and checks everything that holds for every forecast. */
static struct room checked(const struct forecaster *f, const double *history, int n, int horizon)
{
    struct room r = make_room(horizon, 3);
    struct err e = {0};

    ck_assert_msg(!forecaster_predict(&r.fc, f, history, n, horizon, levels, 3, &e), "%s",
                  e.message);
    for (int h = 0; h < horizon; h++) {
        ck_assert(isfinite(r.fc.mean[h]));
        for (int l = 0; l < 3; l++) {
            ck_assert(isfinite(r.fc.lower[l][h]) && isfinite(r.fc.upper[l][h]));
            ck_assert_double_le(r.fc.lower[l][h], r.fc.median[h]);
            ck_assert_double_ge(r.fc.upper[l][h], r.fc.median[h]);
        }
        for (int l = 1; l < 3; l++) {
            ck_assert_double_le(r.fc.lower[l][h], r.fc.lower[l - 1][h]);
            ck_assert_double_ge(r.fc.upper[l][h], r.fc.upper[l - 1][h]);
        }
    }
    return r;
}

START_TEST(the_remembered_end_forecasts_like_the_whole_series)
{
    double y[AIR];
    struct series_view v = {"air", y, AIR};
    struct panel panel = one(&v, 12);
    struct forecaster *f;
    const double *end;
    struct room a, b;
    int length;
    int64_t skipped;

    memcpy(y, air, sizeof(y));
    for (int i = 90; i < 100; i++)
        y[i] = NAN; /* where the remembered end would begin: it reaches back to a value */
    f = fitted(&panel, quick(), NULL);
    ck_assert_str_eq(forecaster_series(f, 0, &end, &length, &skipped), "air");
    ck_assert_int_eq(length + skipped, AIR);
    ck_assert(!isnan(end[0]));
    a = checked(f, end, length, 30);
    b = checked(f, y, AIR, 30);
    ck_assert_mem_eq(a.block, b.block, 30 * 7 * sizeof(double));
    ck_assert_int_eq(forecaster_find_series(f, "air"), 0);
    ck_assert_int_eq(forecaster_find_series(f, "sea"), -1);
    ck_assert_uint_gt(forecaster_bytes(f), AIR * sizeof(double));
    ck_assert_int_eq(forecaster_num_params(f), (int64_t)net_num_params(forecaster_net(f)));
    free(a.block);
    free(b.block);
    forecaster_free(f);
}
END_TEST

START_TEST(intervals_widen_beyond_the_trained_horizon)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick();
    struct forecaster *f;
    struct room r;

    p.scaling = SCALING_STANDARD; /* so that widths are the same at any level */
    f = fitted(&panel, p, NULL);
    r = checked(f, air, AIR, HORIZON_MAX);
    for (int h = 1; h < HORIZON_MAX; h++) {
        double before = r.fc.upper[1][h - 1] - r.fc.mean[h - 1];
        double now = r.fc.upper[1][h] - r.fc.mean[h];

        ck_assert_double_ge(now, before * (1 - 1e-9));
    }
    free(r.block);
    forecaster_free(f);
}
END_TEST

/* A series that jumps between 1 and 1000 has errors by a factor of a thousand, but a forecast of a
 * million must not become likely. */
START_TEST(intervals_stay_near_what_was_seen)
{
    double y[120];
    struct series_view v = {"jumps", y, 120};
    struct panel panel = one(&v, 1);
    struct forecaster *f;
    struct room r;

    for (int i = 0; i < 120; i++)
        y[i] = (i / 4 * 2654435761u) >> 16 & 1 ? 1000 : 1;
    f = fitted(&panel, quick(), NULL);
    r = checked(f, y, 120, 6);
    for (int h = 0; h < 6; h++) {
        ck_assert_double_le(r.fc.upper[2][h], 1000 + 999 + 1e-6);
        ck_assert_double_ge(r.fc.upper[2][h], 900);
    }
    free(r.block);
    forecaster_free(f);
}
END_TEST

START_TEST(no_levels_no_intervals)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct forecaster *f = fitted(&panel, quick(), NULL);
    struct room r = make_room(5, 0);
    struct err e = {0};

    ck_assert_int_eq(forecaster_predict(&r.fc, f, air, AIR, 5, NULL, 0, &e), ST_OK);
    ck_assert_double_gt(r.fc.mean[4], 100);
    free(r.block);
    forecaster_free(f);
}
END_TEST

START_TEST(what_was_never_negative_stays_so)
{
    double y[200];
    struct series_view v = {"counts", y, 200};
    struct panel panel = one(&v, 7);
    struct params p = quick();
    struct forecaster *f;
    struct room r;
    bool at_zero = false, below = false;

    for (int i = 0; i < 200; i++)
        y[i] = i * 2654435761u % 97u < 20 ? (double)(i % 5) : 0;
    f = fitted(&panel, p, NULL);
    r = checked(f, y, 200, 60);
    for (int h = 0; h < 60; h++) {
        ck_assert_double_ge(r.fc.lower[2][h], 0);
        at_zero = at_zero || r.fc.lower[2][h] == 0;
    }
    ck_assert(at_zero);
    free(r.block);
    /* The same net on a history with one loss may go below. */
    y[150] = -1;
    r = checked(f, y, 200, 60);
    for (int h = 0; h < 60; h++)
        below = below || r.fc.lower[2][h] < 0;
    ck_assert(below);
    free(r.block);
    forecaster_free(f);
}
END_TEST

enum hard { CONSTANT, ZEROS, TINY, HUGE_VALUES, NEGATIVE, MISSING, STEP, LINE, OUTLIER, HARD };

static void fill_hard(double *y, int n, enum hard kind)
{
    fill_seasonal(y, n, 12, 1, 9);
    for (int i = 0; i < n; i++) {
        switch (kind) {
        case CONSTANT:
            y[i] = 0.1;
            break;
        case ZEROS:
            y[i] = 0;
            break;
        case TINY:
            y[i] *= 1e-30;
            break;
        case HUGE_VALUES:
            y[i] *= 1e300;
            break;
        case NEGATIVE:
            y[i] = -y[i];
            break;
        case MISSING:
            y[i] = i * 2654435761u % 10u < 3 || i > n - 3 ? NAN : y[i];
            break;
        case STEP:
            y[i] = i < n / 2 ? 1 : 1e6;
            break;
        case LINE:
            y[i] = 3 * i;
            break;
        case OUTLIER:
            y[i] = i == n / 2 ? 1e12 : y[i];
            break;
        case HARD:
            break;
        }
    }
}

START_TEST(hard_series_are_forecast)
{
    double y[150];
    struct series_view v = {"hard", y, 150};
    struct panel panel = one(&v, 12);
    struct forecaster *f;
    struct room r;

    fill_hard(y, 150, (enum hard)_i);
    f = fitted(&panel, quick(), NULL);
    r = checked(f, y, 150, 40);
    if (_i == CONSTANT)
        ck_assert_double_eq_tol(r.fc.mean[39], 0.1, 1e-9);
    if (_i == ZEROS)
        ck_assert_double_eq(r.fc.upper[2][39], 0);
    if (_i == NEGATIVE)
        ck_assert_double_lt(r.fc.mean[0], -30);
    if (_i == HUGE_VALUES)
        ck_assert_double_gt(r.fc.mean[0], 3e301);
    free(r.block);
    forecaster_free(f);
}
END_TEST

START_TEST(a_panel_has_one_net_and_many_scales)
{
    static double a[200], b[200], c[20];
    struct series_view v[] = {{"small", a, 200}, {"large", b, 200}, {"short", c, 20}};
    struct panel panel = {v, 3, 1};
    struct params p = recipe(NULL);
    struct forecaster *f;
    const struct evaluation *ev;
    struct room r;

    fill_seasonal(a, 200, 10, 0.1, 1);
    fill_seasonal(b, 200, 10, 0.1, 2);
    fill_seasonal(c, 20, 10, 0.1, 3);
    for (int i = 0; i < 200; i++)
        b[i] *= 1e6;
    p.window = 15;
    p.horizon = 10;
    p.test_size = 10;
    p.epochs = 30;
    f = fitted(&panel, p, NULL);
    ev = forecaster_evaluation(f);
    ck_assert_int_eq(forecaster_num_series(f), 3);
    ck_assert_int_eq(ev->count, 2); /* the short one cannot hold ten steps out */
    ck_assert_str_eq(ev->series[1].id, "large");
    ck_assert_double_eq_tol(ev->model.mape,
                            (ev->series[0].model.mape + ev->series[1].model.mape) / 2, 1e-9);
    r = checked(f, b, 200, 5);
    ck_assert(r.fc.mean[4] > 30e6 && r.fc.mean[4] < 90e6);
    free(r.block);
    r = checked(f, c, 20, 5);
    ck_assert(r.fc.mean[4] > 30 && r.fc.mean[4] < 90);
    free(r.block);
    for (int i = 0; i < 200; i++)
        b[i] /= 1e12; /* known to nobody: scaled by itself */
    r = checked(f, b, 200, 5);
    ck_assert(r.fc.mean[4] > 20e-6 && r.fc.mean[4] < 100e-6);
    free(r.block);
    forecaster_free(f);
}
END_TEST

/* Two series end alike, and their scales differ. */
START_TEST(a_history_is_compared_with_the_series_of_its_name)
{
    static double a[120], b[120];
    struct series_view v[] = {{"small", a, 120}, {"large", b, 120}};
    struct panel panel = {v, 2, 1};
    struct params p = quick_alone();
    struct forecaster *f;
    struct room r[3];
    struct err e = {0};

    fill_seasonal(a, 120, 10, 0.1, 1);
    memcpy(b, a, sizeof(b));
    for (int i = 0; i < 60; i++)
        b[i] *= 1000;
    p.scaling = SCALING_STANDARD;
    p.window = 12;
    p.horizon = 4;
    f = fitted(&panel, p, NULL);
    for (int i = 0; i < 3; i++) {
        const char *const ids[] = {"small", "large", "other"};
        struct series_view tail = {.id = ids[i], .values = a + 80, .length = 40};

        r[i] = make_room(4, 0);
        ck_assert_int_eq(forecaster_predict_view(&r[i].fc, f, &tail, 4, NULL, 0, &e), ST_OK);
    }
    ck_assert_double_ne(r[0].fc.mean[0], r[1].fc.mean[0]);
    ck_assert_double_eq(r[0].fc.mean[0], r[2].fc.mean[0]); /* the first that ends so */
    for (int i = 0; i < 3; i++)
        free(r[i].block);
    forecaster_free(f);
}
END_TEST

static const struct {
    double first;
    int n, horizon, n_levels;
    double level;
    const char *message;
} bad_requests[] = {
    {1, 3, 1, 0, 0, "a history of 3 values; this model needs at least 24"},
    {1, 1, 1, 0, 0, "a history of 1 value;"},
    {1, AIR, 0, 0, 0, "horizon is 0"},
    {1, AIR, -1, 0, 0, "horizon is -1"},
    {1, AIR, 10001, 0, 0, "from 1 to 10000"},
    {1, AIR, 1, 11, 80, "11 levels"},
    {1, AIR, 1, 1, 0, "level 0"},
    {1, AIR, 1, 1, 100, "level 100"},
    {1, AIR, 1, 1, NAN, "level"},
    {INFINITY, AIR, 1, 0, 0, "value 1 of the history is infinite"},
    {NAN, AIR, 1, 0, 0, "all 144 values of the history are missing"},
};

START_TEST(bad_requests_are_refused)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct forecaster *f = fitted(&panel, quick_alone(), NULL);
    double history[AIR], asked[11], one_value;
    struct forecast fc = {.mean = &one_value};
    struct err e = {0};

    memcpy(history, air, sizeof(air));
    history[0] = bad_requests[_i].first;
    for (int i = 0; isnan(history[0]) && i < AIR; i++)
        history[i] = NAN;
    for (int l = 0; l < 11; l++)
        asked[l] = bad_requests[_i].level;
    ck_assert_int_eq(forecaster_predict(&fc, f, history, bad_requests[_i].n,
                                        bad_requests[_i].horizon, asked, bad_requests[_i].n_levels,
                                        &e),
                     ST_INVALID);
    ck_assert_msg(strstr(e.message, bad_requests[_i].message) != NULL, "%s", e.message);
    forecaster_free(f);
}
END_TEST

START_TEST(histories_of_another_world_are_refused_not_answered_with_nan)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick_alone();
    struct forecaster *f;
    double history[AIR], mean[12];
    struct forecast fc = {.mean = mean};
    struct err e = {0};

    f = fitted(&panel, p, NULL);
    memcpy(history, air, sizeof(air));
    history[AIR - 1] = 0; /* no logarithm */
    ck_assert_int_eq(forecaster_predict(&fc, f, history, AIR, 12, NULL, 0, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "no logarithm"));
    forecaster_free(f);
    p.scaling = SCALING_STANDARD;
    f = fitted(&panel, p, NULL);
    for (int i = 0; i < AIR; i++)
        history[i] = 1e300;
    ck_assert_int_eq(forecaster_predict(&fc, f, history, AIR, 12, NULL, 0, &e), ST_INVALID);
    forecaster_free(f);
}
END_TEST

/* Every combination of parameters can be trained, or is refused with a message; no result is
 * NaN. */
START_TEST(every_combination_of_kinds_works)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    int scaling = _i % 5, differencing = _i / 5 % 3 - 1, target = _i / 15 % 2;

    for (int loss = LOSS_MSE; loss <= LOSS_MAE; loss++) {
        struct params p = quick();
        struct forecaster *f;
        struct room r;

        p.epochs = 1;
        p.window = 8;
        p.horizon = 1 + 4 * (loss % 2);
        p.scaling = scaling;
        p.differencing = differencing;
        p.target = target;
        p.loss = loss;
        p.bidirectional = loss == LOSS_HUBER;
        p.num_layers = 1 + (loss == LOSS_MAE);
        p.season_length = target ? 12 : 1;
        f = fitted(&panel, p, NULL);
        ck_assert(isfinite(forecaster_evaluation(f)->model.mase));
        r = checked(f, air, AIR, 20);
        free(r.block);
        forecaster_free(f);
    }
}
END_TEST

START_TEST(training_that_diverges_is_an_error_in_words)
{
    double y[AIR];
    struct series_view v = {"air", y, AIR};
    struct panel panel = one(&v, 12);
    struct params p = quick_alone();
    struct err e = {0};

    for (int i = 0; i < AIR; i++)
        y[i] = air[i] * 1e30;
    p.scaling = SCALING_NONE;
    p.loss = LOSS_MSE;
    p.gradient_clip = 0;
    p.optimizer = OPTIM_SGD;
    p.learning_rate = 100;
    ck_assert_int_eq(try_fit(&panel, p, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "diverged"));
    for (int i = 0; i < AIR; i++)
        y[i] = air[i] * 1e290;
    ck_assert_int_eq(try_fit(&panel, p, &e), ST_INVALID);
    ck_assert_ptr_nonnull(strstr(e.message, "series air"));
}
END_TEST

START_TEST(a_long_series_takes_linear_time)
{
    enum { N = 100000 };
    double *y = malloc(N * sizeof(*y));
    struct series_view v = {"long", y, N};
    struct panel panel = one(&v, 24);
    struct params p = quick();
    struct forecaster *f;
    struct room r;

    fill_seasonal(y, N, 24, 1, 4);
    p.epochs = 1;
    f = fitted(&panel, p, NULL);
    ck_assert_double_lt(forecaster_evaluation(f)->model.mase, 1.5);
    r = checked(f, y, N, 24);
    free(r.block);
    forecaster_free(f);
    free(y);
}
END_TEST

struct reader {
    const struct forecaster *f;
    double mean[24];
    enum status st;
};

static void *read_forecast(void *arg)
{
    struct reader *r = arg;
    struct forecast fc = {.mean = r->mean};

    for (int i = 0; i < 20 && !r->st; i++)
        r->st = forecaster_predict(&fc, r->f, air, AIR, 24, NULL, 0, NULL);
    return NULL;
}

START_TEST(threads_may_share_a_forecaster)
{
    struct series_view v = {"air", air, AIR};
    struct panel panel = one(&v, 12);
    struct forecaster *f = fitted(&panel, quick(), NULL);
    struct reader r[4];
    pthread_t t[4];

    for (int i = 0; i < 4; i++) {
        r[i] = (struct reader){.f = f};
        ck_assert_int_eq(pthread_create(&t[i], NULL, read_forecast, &r[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
        ck_assert_int_eq(r[i].st, ST_OK);
        ck_assert_mem_eq(r[i].mean, r[0].mean, sizeof(r[0].mean));
    }
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecaster");
    TCase *t = tcase_create("all");

    tcase_set_timeout(t, 300);
    tcase_add_test(t, the_remembered_end_forecasts_like_the_whole_series);
    tcase_add_test(t, intervals_widen_beyond_the_trained_horizon);
    tcase_add_test(t, intervals_stay_near_what_was_seen);
    tcase_add_test(t, no_levels_no_intervals);
    tcase_add_test(t, what_was_never_negative_stays_so);
    tcase_add_loop_test(t, hard_series_are_forecast, 0, HARD);
    tcase_add_test(t, a_panel_has_one_net_and_many_scales);
    tcase_add_test(t, a_history_is_compared_with_the_series_of_its_name);
    tcase_add_loop_test(t, bad_requests_are_refused, 0,
                        sizeof(bad_requests) / sizeof(bad_requests[0]));
    tcase_add_test(t, histories_of_another_world_are_refused_not_answered_with_nan);
    tcase_add_loop_test(t, every_combination_of_kinds_works, 0, 30);
    tcase_add_test(t, training_that_diverges_is_an_error_in_words);
    tcase_add_test(t, a_long_series_takes_linear_time);
    tcase_add_test(t, threads_may_share_a_forecaster);
    suite_add_tcase(s, t);
    return suite_run(s);
}
