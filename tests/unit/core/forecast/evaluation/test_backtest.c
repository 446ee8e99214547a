/* test_backtest.c - rolling origins: the forecasts, the data they use, and that no later value is
 * used. */
#include "core/forecast/methods/scaled_ets.h"

#include <check.h>
#include <lstm/backtest.h>
#include <lstm/cpu.h>
#include <lstm/parallel.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONG = 96, SHORT = 30, SEASON = 12, H = 4 };

static double a[LONG], b[SHORT];
static struct series_view views[2];
static struct panel panel;

static void setup(void)
{
    for (int i = 0; i < LONG; i++)
        a[i] = 50 + 0.3 * i + 8 * sin(i * M_PI / 6) + (i * 37 % 11) * 0.2;
    for (int i = 0; i < SHORT; i++)
        b[i] = 20 - 0.1 * i + 3 * sin(i * M_PI / 6) + (i * 17 % 7) * 0.3;
    a[LONG - 2] = NAN; /* a truth that is not known */
    views[0] = (struct series_view){"a", a, LONG};
    views[1] = (struct series_view){"b", b, SHORT};
    panel = (struct panel){views, 2, SEASON};
}

static struct params quick(void)
{
    struct params p;

    ck_assert_int_eq(params_defaults(&p, TASK_FORECAST, NULL, NULL), ST_OK);
    p.epochs = 3;
    p.hidden_size = 6;
    p.horizon = H;
    return p;
}

static struct backtest *run(const struct backtest_plan *plan, const struct fit_hooks *hooks)
{
    struct params p = quick();
    struct backtest *out = NULL;
    struct err e = {0};

    ck_assert_msg(backtest_run(&out, &panel, &p, plan, hooks, &e) == ST_OK, "%s", e.message);
    return out;
}

static bool same(double x, double y)
{
    return x == y || (isnan(x) && isnan(y));
}

START_TEST(origins_and_truths)
{
    const struct backtest_plan plan = {3, 2, H};
    struct backtest *r = run(&plan, NULL);

    ck_assert_int_eq(r->count, 6);
    for (int i = 0; i < r->count; i++) {
        const struct backtest_forecast *f = &r->items[i];
        const struct series_view *s = &views[i % 2];

        ck_assert_int_eq(f->window, i / 2);
        ck_assert_str_eq(f->id, s->id);
        ck_assert_int_eq(f->origin, s->length - H - 2 * (2 - i / 2));
        for (int k = 0; k < H; k++) {
            ck_assert(same(f->truth[k], s->values[f->origin + k]));
            ck_assert(same(f->naive[k], s->values[f->origin - 1]));
            ck_assert(same(f->seasonal_naive[k], s->values[f->origin - SEASON + k]));
            ck_assert(f->lower95[k] <= f->lower80[k] && f->lower80[k] <= f->forecast[k]);
            ck_assert(f->upper95[k] >= f->upper80[k] && f->upper80[k] >= f->forecast[k]);
        }
        ck_assert(f->seasonal.mase > 0 && isfinite(f->model.mase));
        ck_assert(f->smoothed.mase > 0 && isfinite(f->smoothed.rmse));
    }
    ck_assert(r->coverage95 >= r->coverage80 && r->coverage80 >= 0);
    for (int k = 0; k < H; k++)
        ck_assert(r->step_error[k] > 0 && r->step_error_seasonal[k] > 0 &&
                  r->step_error_ets[k] > 0);
    ck_assert(r->smoothed.mase > 0 && r->smoothed.mae > 0);
    ck_assert_int_eq(r->beats_baseline, r->model.mase < r->seasonal.mase);
    backtest_free(r);
    backtest_free(NULL);
}
END_TEST

/* Each window is the forecast of a fit to the data before its origin. */
START_TEST(a_window_is_a_fit_to_the_past)
{
    const struct backtest_plan plan = {2, 3, H};
    struct backtest *r = run(&plan, NULL);
    struct series_view past[2] = {views[0], views[1]};
    struct panel then = {past, 2, SEASON};
    struct params p = quick();
    struct forecaster *f;
    double mean[H];
    struct forecast out = {.mean = mean};

    p.test_size = 0;
    past[0].length -= H + 3;
    past[1].length -= H + 3;
    ck_assert_int_eq(forecaster_fit(&f, &then, &p, NULL, NULL), ST_OK);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(
            forecaster_predict(&out, f, past[i].values, past[i].length, H, NULL, 0, NULL), ST_OK);
        ck_assert_mem_eq(mean, r->items[i].forecast, sizeof(mean));
    }
    forecaster_free(f);
    backtest_free(r);
}
END_TEST

/* With hardly any noise, ETS forecasts the next values well, and the last value does not. */
START_TEST(ets_is_that_of_the_past)
{
    const struct backtest_plan plan = {2, 3, H};
    struct backtest *r = run(&plan, NULL);

    for (int i = 0; i < r->count; i++) {
        const struct backtest_forecast *f = &r->items[i];
        const double *y = views[i % 2].values; /* whose gap is in the future of both origins */
        double want[H];
        struct scaled_ets c;

        ck_assert_int_eq(scaled_ets_fit(&c, y, f->origin, SEASON, SCALING_AUTO, NULL), ST_OK);
        ck_assert_int_eq(scaled_ets_forecast(want, &c, y, f->origin, &f->origin, 1, H, NULL),
                         ST_OK);
        ck_assert_mem_eq(want, f->ets, sizeof(want));
    }
    ck_assert(r->items[0].smoothed.mae < r->items[0].last.mae / 2);
    backtest_free(r);
}
END_TEST

/* Stands for threads: runs the tasks in reverse order. */
static void run_backwards(void *ctx, int n, void (*task)(void *arg, int i), void *arg)
{
    ++*(int *)ctx;
    for (int i = n - 1; i >= 0; i--)
        task(arg, i);
}

START_TEST(threads_change_no_bit)
{
    const struct backtest_plan plan = {6, 1, H};
    int runs = 0;
    struct parallel threads = {&runs, 3, run_backwards};
    const struct fit_hooks hooks = {.parallel = &threads};
    struct backtest *alone = run(&plan, NULL), *shared = run(&plan, &hooks);

    ck_assert_int_gt(runs, 0);
    ck_assert_int_eq(alone->count, shared->count);
    for (int i = 0; i < alone->count; i++) {
        const struct backtest_forecast *f = &alone->items[i], *g = &shared->items[i];

        ck_assert_mem_eq(f->forecast, g->forecast, H * sizeof(double));
        ck_assert_mem_eq(f->ets, g->ets, H * sizeof(double));
        ck_assert(same(f->smoothed.mase, g->smoothed.mase));
    }
    backtest_free(alone);
    backtest_free(shared);
}
END_TEST

START_TEST(the_future_changes_nothing)
{
    const struct backtest_plan plan = {2, H, H};
    struct backtest *before = run(&plan, NULL), *after;

    for (int i = LONG - H; i < LONG; i++)
        a[i] = 1000;
    after = run(&plan, NULL);
    for (int i = 0; i < 4; i++) /* even the last window's forecast: only its truth changed */
    {
        ck_assert_mem_eq(before->items[i].forecast, after->items[i].forecast, H * sizeof(double));
        ck_assert_mem_eq(before->items[i].ets, after->items[i].ets, H * sizeof(double));
    }
    ck_assert(after->items[2].model.mae > before->items[2].model.mae);
    backtest_free(before);
    backtest_free(after);
}
END_TEST

/* Stops at the n-th call with a snapshot. */
struct stop {
    int left, calls;
    uint8_t *bytes;
    size_t len;
    double fraction;
};

static bool stop_at(void *ctx, const struct fit_progress *p, const struct fit_saver *s)
{
    struct stop *stop = ctx;

    ck_assert(p->fraction >= stop->fraction && p->fraction <= 1);
    stop->fraction = p->fraction;
    stop->calls++;
    if (--stop->left)
        return true;
    ck_assert_int_eq(s->save(s->ctx, &stop->bytes, &stop->len, NULL), ST_OK);
    return false;
}

static void check_same(const struct backtest *r, const struct backtest *whole)
{
    ck_assert_int_eq(r->count, whole->count);
    for (int i = 0; i < r->count; i++) {
        ck_assert_mem_eq(r->items[i].forecast, whole->items[i].forecast, H * sizeof(double));
        ck_assert_mem_eq(r->items[i].ets, whole->items[i].ets, H * sizeof(double));
        ck_assert(same(r->items[i].model.mase, whole->items[i].model.mase));
        ck_assert(same(r->items[i].smoothed.mase, whole->items[i].smoothed.mase));
    }
    ck_assert(same(r->smoothed.mase, whole->smoothed.mase));
}

/* Stops at the given call, then resumes. Returns how many calls the rest took. */
static int stop_and_go(const struct backtest_plan *plan, int at, const struct backtest *whole)
{
    struct stop stop = {.left = at}, rest = {.left = -1};
    struct fit_hooks hooks = {.ctx = &stop, .progress = stop_at};
    struct params p = quick();
    struct backtest *r = NULL;

    if (backtest_run(&r, &panel, &p, plan, &hooks, NULL) == ST_CANCELLED) {
        const struct fit_hooks again = {
            .ctx = &rest, .progress = stop_at, .resume = stop.bytes, .resume_len = stop.len};

        rest.fraction = stop.fraction - 2e-6; /* progress never goes back, except by rounding */
        r = run(plan, &again);
    }
    check_same(r, whole);
    backtest_free(r);
    free(stop.bytes);
    return rest.calls;
}

START_TEST(goes_on_from_a_snapshot)
{
    const struct backtest_plan plan = {3, 2, H};
    struct backtest *whole = run(&plan, NULL);

    for (int at = 1; at < 30; at += 4)
        stop_and_go(&plan, at, whole);
    backtest_free(whole);
}
END_TEST

/* The last calls are those of ETS: 12 forecasts, reported at 0, 8 and 12. */
START_TEST(goes_on_from_a_snapshot_of_ets)
{
    const struct backtest_plan plan = {6, 1, H};
    struct stop count = {.left = -1};
    const struct fit_hooks hooks = {.ctx = &count, .progress = stop_at};
    struct backtest *whole = run(&plan, &hooks);

    ck_assert_int_eq(whole->count, 12);
    for (int back = 2; back >= 0; back--)
        ck_assert_int_eq(stop_and_go(&plan, count.calls - back, whole), 3);
    backtest_free(whole);
}
END_TEST

START_TEST(snapshots_of_others_are_refused)
{
    const struct backtest_plan plan = {3, 2, H}, other = {2, 2, H};
    struct stop stop = {.left = 1};
    struct fit_hooks hooks = {.ctx = &stop, .progress = stop_at};
    struct fit_hooks again;
    struct params p = quick();
    struct backtest *r = NULL;
    struct err e = {0};

    ck_assert_int_eq(backtest_run(&r, &panel, &p, &plan, &hooks, NULL), ST_CANCELLED);
    again = (struct fit_hooks){.resume = stop.bytes, .resume_len = stop.len};
    ck_assert_int_eq(backtest_run(&r, &panel, &p, &other, &again, NULL), ST_CORRUPT);
    ck_assert_int_eq(kernels_select("naive", NULL), ST_OK);
    ck_assert_int_eq(backtest_run(&r, &panel, &p, &plan, &again, &e), ST_CORRUPT);
    ck_assert_ptr_nonnull(strstr(e.message, "computes in naive-"));
    ck_assert_int_eq(kernels_select(NULL, NULL), ST_OK);
    again.resume_len /= 2;
    ck_assert_int_eq(backtest_run(&r, &panel, &p, &plan, &again, NULL), ST_CORRUPT);
    ck_assert_ptr_null(r);
    free(stop.bytes);
}
END_TEST

START_TEST(plans_are_checked)
{
    struct params p = quick();
    struct backtest_plan plan = {0, 0, 0};
    struct err e = {0};

    ck_assert_int_eq(backtest_resolve(&plan, &p, &panel, NULL), ST_OK);
    ck_assert_int_eq(plan.horizon, H);
    ck_assert_int_eq(plan.step, H);
    ck_assert_int_ge(plan.windows, 1);
    plan = (struct backtest_plan){500, 4, H};
    ck_assert_int_eq(backtest_resolve(&plan, &p, &panel, &e), ST_INVALID);
    ck_assert_int_eq(plan.windows, 500);
    ck_assert_ptr_nonnull(strstr(e.message, "500 windows"));
    plan = (struct backtest_plan){2, -1, H};
    ck_assert_int_eq(backtest_resolve(&plan, &p, &panel, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/step");
    plan = (struct backtest_plan){2, 1, HORIZON_MAX + 1};
    ck_assert_int_eq(backtest_resolve(&plan, &p, &panel, &e), ST_INVALID);
    ck_assert_str_eq(e.pointer, "/horizon");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("backtest");
    TCase *t = tcase_create("backtest");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(t, 300);
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, origins_and_truths);
    tcase_add_test(t, a_window_is_a_fit_to_the_past);
    tcase_add_test(t, ets_is_that_of_the_past);
    tcase_add_test(t, threads_change_no_bit);
    tcase_add_test(t, the_future_changes_nothing);
    tcase_add_test(t, goes_on_from_a_snapshot);
    tcase_add_test(t, goes_on_from_a_snapshot_of_ets);
    tcase_add_test(t, snapshots_of_others_are_refused);
    tcase_add_test(t, plans_are_checked);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
