/* heat.h - a load that depends on a covariate. */
#ifndef TESTS_UNIT_CORE_FORECAST_COVARIATES_HEAT_H
#define TESTS_UNIT_CORE_FORECAST_COVARIATES_HEAT_H

#include "tests/unit/core/forecast/series.h"

#include <lstm/anomalies.h>
#include <lstm/backtest.h>
#include <string.h>

enum { N = 240, AHEAD = 24, ROWS = N + AHEAD, SEASON = 12, HORIZON = 6 };

extern double heat_y[ROWS], heat_x[2 * ROWS];

extern const char *const heat_names[];

/* The load depends on heat, a random walk, by a curve; the second covariate has no effect. */
void heat_fill(void);

struct series_view heat_view(int length, int rows, bool with);

struct panel heat_panel_of(const struct series_view *s);

struct params heat_known(struct params p, bool heat);

struct forecaster *heat_fit(bool with, bool heat);

#endif
