/* backtest.h - measures how well a recipe would have forecast a panel in the past.
 *
 * For each of several origins, the model is fitted anew to the values before it and forecasts the
 * steps after it. So the model has never seen a value that is scored (Tashman 2000, "Out-of-sample
 * tests of forecasting accuracy: an analysis and review"). */
#ifndef LSTM_BACKTEST_H
#define LSTM_BACKTEST_H

#include <lstm/forecaster.h>

enum { BACKTEST_WINDOWS_MAX = 1000 };

struct backtest_plan {
    int windows; /* number of origins, 1..BACKTEST_WINDOWS_MAX; 0: up to five, as the data allow */
    /* Steps from one origin to the next, at least 1; 0: the horizon, so that no step is scored
     * twice. */
    int step;
    int horizon; /* steps forecast from each origin, 1..HORIZON_MAX; 0: that of the parameters */
};

/* One series from one origin. Arrays are (length) and belong to the backtest. */
struct backtest_forecast {
    const char *id;
    int window;             /* 0 is the oldest origin */
    int origin;             /* index of the first forecast step in the series */
    int length;             /* the horizon */
    const double *truth;    /* NaN: missing, not scored */
    const double *forecast; /* the median; absolute errors are measured from it */
    const double *mean;     /* squared errors are measured from it */
    const double *naive, *seasonal_naive;
    const double *ets; /* exponential smoothing, fitted to the values before the origin */
    const double *lower80, *upper80, *lower95, *upper95;
    /* Of forecast, naive, seasonal_naive and ets. MASE is scaled by the part before the origin. */
    struct metrics model, last, seasonal, smoothed;
};
struct backtest {
    struct backtest_plan plan; /* effective */
    int count;
    struct backtest_forecast *items; /* (count) by window, then in the panel's order */
    struct metrics model, last, seasonal, smoothed; /* means over the items */
    double coverage80, coverage95;                  /* share of truths inside, 0..1; NaN: unknown */
    /* (horizon) mean absolute error of each step ahead, divided by each item's in-sample seasonal
     * naive error; NaN where nothing could be scored. */
    double *step_error, *step_error_seasonal, *step_error_ets;
    bool beats_baseline; /* mean MASE (or MAE, if unknown) is below that of seasonal naive */
};

/* Replaces the zeros of plan by effective values and checks plan against panel and p. p may hold
 * automatic values. ST_INVALID, with pointer and what would be right, when no series is long enough
 * for the oldest origin. */
enum status backtest_resolve(struct backtest_plan *plan, const struct params *p,
                             const struct panel *panel, struct err *e);
/* A series that is too short for an origin is left out there. hooks as in forecaster_fit().
 * Progress covers all windows, then ETS of each item; a snapshot holds the finished parts.
 * Deterministic, with any number of threads. ST_NOMEM and the errors of forecaster_fit();
 * ST_CORRUPT when hooks->resume is not a snapshot of this backtest. */
enum status backtest_run(struct backtest **out, const struct panel *panel, const struct params *p,
                         const struct backtest_plan *plan, const struct fit_hooks *hooks,
                         struct err *e);
void backtest_free(struct backtest *b); /* NULL is fine */

#endif
