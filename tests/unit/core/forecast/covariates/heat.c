/* heat.c - see heat.h. */
#include "tests/unit/core/forecast/covariates/heat.h"

#include "tests/unit/suite.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double heat_y[ROWS], heat_x[2 * ROWS];

const char *const heat_names[] = {"heat", "noise"};

void heat_fill(void)
{
    struct rng r;
    double heat = 0;

    rng_seed(&r, 7);
    for (int i = 0; i < ROWS; i++) {
        heat = 0.6 * heat + 4 * (double)rng_normal(&r);
        heat_x[i] = heat;
        heat_x[ROWS + i] = (double)rng_normal(&r);
        heat_y[i] = 100 + 5 * sin(2 * M_PI * i / SEASON) + 3 * fmax(heat, 0) -
                    2 * fmin(heat + 2, 0) + 0.3 * (double)rng_normal(&r);
    }
}

struct series_view heat_view(int length, int rows, bool with)
{
    return (struct series_view){.id = "load",
                                .values = heat_y,
                                .length = length,
                                .covariates = with ? heat_x : NULL,
                                .rows = with ? rows : 0};
}

struct panel heat_panel_of(const struct series_view *s)
{
    return (struct panel){.series = s,
                          .count = 1,
                          .season_length = SEASON,
                          .covariates = heat_names,
                          .num_covariates = s->covariates ? 2 : 0};
}

struct params heat_known(struct params p, bool heat)
{
    struct err e = {0};

    p.horizon = HORIZON;
    if (heat)
        ck_assert_int_eq(params_add_known_in_advance(&p, "heat", &e), ST_OK);
    return p;
}

struct forecaster *heat_fit(bool with, bool heat)
{
    struct series_view s = heat_view(N, ROWS, with);
    struct panel panel = heat_panel_of(&s);

    heat_fill();
    return fitted(&panel, heat_known(quick(), heat), NULL);
}
