/* test_forecaster_nets.c - the nets and frames give the forecaster's own numbers by the formulas of
 * <lstm/forecast_nets.h>. */
#include "core/forecast/forecaster_model.h"
#include "tests/unit/core/forecast/series.h"
#include "tests/unit/suite.h"
#include <lstm/forecast_nets.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_READ = 400, LENGTH = 120 };

static double mapped(const struct forecast_frame *f, double y)
{
    const double none = sqrt(0.375);

    switch (f->map) {
    case VALUE_LOG:
        return log(y);
    case VALUE_ROOT:
        return y >= 0 ? sqrt(y + 0.375) : none + y / (2 * none);
    case VALUE_LINEAR:
        break;
    }
    return y;
}

static double unmapped(const struct forecast_frame *f, double v)
{
    const double none = sqrt(0.375);

    switch (f->map) {
    case VALUE_LOG:
        return exp(v);
    case VALUE_ROOT:
        return v >= none ? v * v - 0.375 : (v - none) * 2 * none;
    case VALUE_LINEAR:
        break;
    }
    return v;
}

/* z (H): the mean of the nets for the window x. */
static void run_nets(double *z, const struct forecast_nets *n, const float *x)
{
    struct net_input in = {.T = n->window, .B = 1, .x = x};
    struct err e;

    memset(z, 0, (size_t)n->horizon * sizeof(*z));
    for (int k = 0; k < n->count; k++) {
        struct net_work *work;
        const float *y;

        ck_assert(!net_work_new(&work, net_get_config(n->net[k]), n->window, 1, false, &e));
        y = net_forward(work, n->net[k], &in, NULL) + (size_t)(n->window - 1) * (size_t)n->horizon;
        for (int h = 0; h < n->horizon; h++)
            z[h] += (double)y[h] / n->count;
        net_work_free(work);
    }
}

/* out (H): the forecast of y (length values), of which only the last n->history are read. */
static void apply(double *out, const struct forecast_nets *n, const struct forecast_frame *f,
                  const double *y, int length)
{
    double w[STEPS_READ], d[STEPS_READ], z[HORIZON_MAX], level = f->centre;
    float x[STEPS_READ];
    int N = n->history, W = n->window, m = f->season;

    ck_assert_int_le(N, STEPS_READ);
    ck_assert_int_le(N, length);
    for (int t = 0; t < N; t++)
        w[t] = (mapped(f, y[length - N + t]) - f->offset) / f->scale;
    for (int t = m; t < N; t++)
        d[t] = m ? w[t] - w[t - m] : w[t];
    for (int k = 1; k <= f->level; k++)
        level = (k > 1 ? level : 0) + d[N - k] / f->level;
    for (int t = 0; t < W; t++) {
        double v = (d[N - W + t] - level) / f->unit;

        x[t] = (float)(n->squeezed ? asinh(v) : v);
    }
    run_nets(z, n, x);
    for (int h = 0; h < n->horizon; h++) {
        double u = level + f->unit * z[h];

        if (m && n->accumulated)
            u += h < m ? w[N - m + h] : out[h - m];
        else if (m)
            u += w[N - m + h % m];
        out[h] = fmin(fmax(u, f->least), f->most);
    }
    for (int h = 0; h < n->horizon; h++) {
        out[h] = unmapped(f, out[h] * f->scale + f->offset);
        out[h] = f->floor && out[h] < 0 ? 0 : out[h];
    }
}

static void expect_near(const double *got, const double *want, int n, double size)
{
    for (int h = 0; h < n; h++)
        ck_assert_msg(fabs(got[h] - want[h]) < 1e-6 * size, "step %d is %g, not %g", h + 1, got[h],
                      want[h]);
}

/* The net alone: its forecast is the median. */
static void expect_alone(const struct forecaster *f, const double *y, int length, double size)
{
    struct forecast_nets n;
    struct forecast_frame frame;
    struct err e = {0};
    double got[HORIZON_MAX];
    struct room r;

    ck_assert_msg(!forecaster_nets(&n, f, &e), "%s", e.message);
    ck_assert_int_eq(n.count, 1);
    ck_assert(!n.member && !n.squeezed);
    ck_assert(forecaster_nets_frame(&frame, f, 0));
    r = make_room(n.horizon, 0);
    ck_assert(!forecaster_predict(&r.fc, f, y, length, n.horizon, NULL, 0, &e));
    apply(got, &n, &frame, y, length);
    expect_near(got, r.fc.median, n.horizon, size);
    free(r.block);
}

START_TEST(a_net_alone_has_the_forecasts_of_its_forecaster)
{
    static const struct {
        int scaling, differencing, horizon, season, layers;
        bool two;
    } cases[] = {{SCALING_STANDARD, DIFFERENCING_NONE, 1, 12, 1, false},
                 {SCALING_MINMAX, DIFFERENCING_SEASONAL, 12, 12, 1, false},
                 {SCALING_LOG, DIFFERENCING_SEASONAL, 12, 4, 2, true},
                 {SCALING_NONE, DIFFERENCING_NONE, 5, 12, 1, true}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct params p = quick_alone();
        struct series_view v = {"air", air, AIR};
        struct panel panel = one(&v, cases[i].season);
        struct forecaster *f;

        p.scaling = cases[i].scaling;
        p.differencing = cases[i].differencing;
        p.horizon = cases[i].horizon;
        p.season_length = cases[i].season;
        p.num_layers = cases[i].layers;
        p.bidirectional = cases[i].two;
        p.outliers = OUTLIERS_KEEP;
        f = fitted(&panel, p, NULL);
        expect_alone(f, air, AIR, 500);
        expect_alone(f, air + 10, AIR - 10, 500);
        forecaster_free(f);
    }
}
END_TEST

START_TEST(a_tutorials_net_has_its_forecasts)
{
    static double y[SINE];
    struct series_view v = {"sine", y, SINE};
    struct panel panel = one(&v, 1);
    struct params p = recipe("tutorial-sine");
    struct forecaster *f;

    fill_sine(y);
    p.epochs = 1;
    f = fitted(&panel, p, NULL);
    expect_alone(f, y, SINE, 1);
    forecaster_free(f);
}
END_TEST

static const double *explained(const struct explanation *x, const char *name)
{
    for (int k = 0; k < x->num_members; k++) {
        if (strcmp(x->members[k].name, name) == 0)
            return x->members[k].forecast;
    }
    return NULL;
}

/* An explanation shows members with a weight only. */
static void expect_member(struct forecaster *f, int i, const struct series_view *v)
{
    struct forecast_request q = {.steps = 1};
    struct explanation x = {0};
    struct forecast_nets n;
    struct forecast_frame frame;
    struct err e = {0};
    double got[HORIZON_MAX], low = v->values[0], high = low;
    const double *want;
    struct room r;

    for (int k = 0; k < v->length; k++) {
        low = fmin(low, v->values[k]);
        high = fmax(high, v->values[k]);
    }
    ck_assert_msg(!forecaster_nets(&n, f, &e), "%s", e.message);
    ck_assert(n.member && n.squeezed && !n.accumulated);
    ck_assert_int_eq(n.count, FORECAST_NETS_MAX);
    ck_assert(forecaster_nets_frame(&frame, f, i));
    f->series[i].ensemble.weight[MEMBER_GLOBAL_NET] += 0.1;
    r = make_room(n.horizon, 0);
    r.fc.explanation = &x;
    q.steps = n.horizon;
    ck_assert(!forecaster_predict_request(&r.fc, f, v, &q, &e));
    want = explained(&x, "panel_nets");
    ck_assert_ptr_nonnull(want);
    apply(got, &n, &frame, v->values, v->length);
    expect_near(got, want, n.horizon, high - low);
    explanation_release(&x);
    free(r.block);
}

START_TEST(the_nets_of_an_ensemble_are_its_member)
{
    double y[4][LENGTH];
    struct series_view v[4] = {{"growing", y[0], LENGTH},
                               {"falling", y[1], LENGTH},
                               {"counts", y[2], LENGTH},
                               {"constant", y[3], LENGTH}};
    struct panel panel = {.series = v, .count = 4, .season_length = 12};
    struct params p = quick();
    struct forecast_frame frame;
    struct forecaster *f;

    for (int k = 0; k < 3; k++)
        fill_seasonal(y[k], LENGTH, 12, 0.5, (unsigned)k + 1);
    for (int i = 0; i < LENGTH; i++) {
        y[0][i] = exp(y[0][i] / 30) * 10;
        y[1][i] = -y[1][i] - 100;
        y[2][i] = fmax(0, floor(y[2][i] - y[2][0]));
        y[3][i] = 5;
    }
    p.outliers = OUTLIERS_KEEP;
    f = fitted(&panel, p, NULL);
    for (int k = 0; k < 3; k++)
        expect_member(f, k, &v[k]);
    ck_assert(!forecaster_nets_frame(&frame, f, 3)); /* no net learns a constant series */
    ck_assert(!forecaster_nets_frame(&frame, f, 4));
    forecaster_free(f);
}
END_TEST

static void expect_refused(const struct forecaster *f, const char *word)
{
    struct forecast_nets n;
    struct err e = {0};

    ck_assert_int_eq(forecaster_nets(&n, f, &e), ST_CONFLICT);
    ck_assert_msg(strstr(e.message, word), "%s", e.message);
}

START_TEST(what_no_net_computes_is_refused)
{
    struct series_view v = {"air", air, AIR}, few = {"few", air, 8};
    struct panel panel = one(&v, 12), shorter = one(&few, 1);
    struct params p = quick();
    struct forecaster *f = fitted(&panel, p, NULL);

    f->profiles = true;
    expect_refused(f, "season_length");
    f->profiles = false;
    f->series[0].covariates.regression.count = 1;
    expect_refused(f, "covariates");
    f->series[0].covariates.regression.count = 0;
    f->params.ensemble = false;
    f->num_series = 0;
    expect_refused(f, "scales each history");
    f->num_series = 1;
    f->params.ensemble = true;
    forecaster_free(f);
    p.test_size = 0;
    f = fitted(&shorter, p, NULL);
    expect_refused(f, "ensemble");
    forecaster_free(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("forecaster_nets");
    TCase *t = tcase_create("forecaster_nets");

    tcase_set_timeout(t, 120);
    tcase_add_test(t, a_net_alone_has_the_forecasts_of_its_forecaster);
    tcase_add_test(t, a_tutorials_net_has_its_forecasts);
    tcase_add_test(t, the_nets_of_an_ensemble_are_its_member);
    tcase_add_test(t, what_no_net_computes_is_refused);
    suite_add_tcase(s, t);
    return run_suite(s);
}
