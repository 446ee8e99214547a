/* series.c - series and short forms for the tests of forecasting. */
#include "tests/unit/core/forecast/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const double air[AIR] = {
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
    115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
    145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
    171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201,
    204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
    242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278,
    284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
    315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
    340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,
    360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405,
    417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
};
/* clang-format on */

void fill_sine(double y[SINE])
{
    for (int i = 0; i < SINE; i++)
        y[i] = (double)sinf((float)(1 + 0.01 * i));
}

void fill_seasonal(double *y, int n, int m, double noise, unsigned seed)
{
    struct rng r;

    rng_seed(&r, seed);
    for (int i = 0; i < n; i++)
        y[i] = 50 + 0.05 * i + 10 * sin(2 * M_PI * (i % m) / m) + noise * (double)rng_normal(&r);
}

struct params recipe(const char *name)
{
    struct params p = {0};
    struct err e = {0};

    ck_assert_msg(params_defaults(&p, TASK_FORECAST, name, &e) == ST_OK, "%s", e.message);
    return p;
}

struct params quick(void)
{
    struct params p = recipe(NULL);

    p.hidden_size = 4;
    p.epochs = 3;
    return p;
}

struct params quick_alone(void)
{
    struct params p = quick();

    p.ensemble = false;
    return p;
}

struct panel one(const struct series_view *s, int season)
{
    return (struct panel){.series = s, .count = 1, .season_length = season};
}

struct forecaster *fitted(const struct panel *panel, struct params p, const struct fit_hooks *hooks)
{
    struct forecaster *f = NULL;
    struct err e = {0};

    ck_assert_msg(forecaster_resolve(&p, panel, &e) == ST_OK, "%s", e.message);
    ck_assert_msg(forecaster_fit(&f, panel, &p, hooks, &e) == ST_OK, "%s", e.message);
    return f;
}

enum status try_fit(const struct panel *panel, struct params p, struct err *e)
{
    struct forecaster *f = NULL;
    enum status st = forecaster_resolve(&p, panel, e);

    if (!st)
        st = forecaster_fit(&f, panel, &p, NULL, e);
    forecaster_free(f);
    return st;
}

struct room make_room(int steps, int levels)
{
    struct room r = {.block = calloc((size_t)steps * (size_t)(2 + 2 * levels), sizeof(double))};
    double *next = r.block;

    ck_assert_ptr_nonnull(r.block);
    r.fc.mean = next;
    r.fc.median = next += steps;
    for (int l = 0; l < levels; l++) {
        r.fc.lower[l] = next += steps;
        r.fc.upper[l] = next += steps;
    }
    return r;
}

bool same_weights(const struct forecaster *a, const struct forecaster *b)
{
    const struct net *x = forecaster_net(a), *y = forecaster_net(b);

    return net_num_params(x) == net_num_params(y) &&
           !memcmp(net_params_const(x), net_params_const(y), net_num_params(x) * sizeof(float));
}

static bool same_doubles(const double *a, const double *b, int n)
{
    return !memcmp(a, b, (size_t)n * sizeof(*a));
}

bool same_evaluation(const struct evaluation *a, const struct evaluation *b)
{
    bool same = a->count == b->count && !memcmp(&a->model, &b->model, sizeof(a->model)) &&
                same_doubles(&a->coverage80, &b->coverage80, 1) &&
                same_doubles(&a->coverage95, &b->coverage95, 1) &&
                same_doubles(&a->last_batch_loss, &b->last_batch_loss, 1) &&
                same_doubles(&a->test_mse_scaled, &b->test_mse_scaled, 1);

    for (int i = 0; same && i < a->count; i++) {
        const struct evaluation_series *x = &a->series[i], *y = &b->series[i];

        same = x->length == y->length && x->start == y->start &&
               same_doubles(x->forecast, y->forecast, x->length) &&
               same_doubles(x->lower80, y->lower80, x->length) &&
               same_doubles(x->upper95, y->upper95, x->length) &&
               !memcmp(&x->model, &y->model, sizeof(x->model));
    }
    return same;
}

int run_suite(Suite *s)
{
    SRunner *r = srunner_create(s);
    int failed;

    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
