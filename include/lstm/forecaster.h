/* forecaster.h - fit one LSTM to a series or a panel of series, forecast, evaluate.
 *
 * A forecaster is immutable once fitted or loaded and may be shared by threads. It knows the last
 * part of each series it was trained on, so it can go on from there, and takes other histories too.
 * Values are in the unit of the series; NaN is a missing observation. Calendar time is the
 * caller's: here a series is a sequence of equally spaced steps, which may be declared to be months
 * or days, and which is the first. What working days, leap days and Easter do to months, and
 * holidays to days, is then taken off, and put back on the forecasts (params.calendar_effects).
 *
 * params.fill selects how missing observations are filled, by default by linear interpolation
 * between their neighbours; a missing truth is not scored. The default recipe scales each series,
 * takes differences over a season that it has confirmed, moves every window by its level, and puts
 * out all steps of the horizon at once; the tutorials show the net scaled values as they are.
 *
 * With params.ensemble, which is the default recipe's way, the net does not work alone: exponential
 * smoothing, ARIMA, Theta and the season before are fitted to each series, weighted by what they
 * were worth in a backtest on the end of the training part, and the net learns over the whole panel
 * what their mean leaves. Each series is taken in logarithms or as it is, whichever suits it
 * better. */
#ifndef LSTM_FORECASTER_H
#define LSTM_FORECASTER_H

#include <lstm/calendar.h>
#include <lstm/explanation.h>
#include <lstm/metrics.h>
#include <lstm/params.h>
#include <lstm/trainer.h>

enum {
    HORIZON_MAX = 1000, /* that a model is trained for */
    STEPS_MAX = 10000,  /* that one forecast has */
    LEVELS_MAX = 10,
    QUANTILES_MAX = 50,
    SAMPLES_MAX = 1000,
    FORECAST_WINDOW_MAX = 10000,
    SEASON_MAX = 10080,    /* a week of minutes */
    SERIES_VALUES_MIN = 4, /* of fewer observations nothing is learnt: their last is the forecast */
    COVARIATES_MAX = 64
};

struct series_view {
    const char *id;       /* borrowed, unique in the panel */
    const double *values; /* (length), NaN = missing; borrowed */
    int length;
    /* (panel.num_covariates, rows) one covariate after the other, NaN = missing; borrowed. rows is
     * at least length: what lies beyond is the future, of which only the covariates that are known
     * in advance are looked at. NULL: this series has none. */
    const double *covariates;
    int rows;
    struct calendar calendar; /* of the first value, where the steps are months or days */
};
struct panel {
    const struct series_view *series;
    int count;
    int season_length; /* what the frequency suggests, for params.season_length = 0; 1 = none */
    const char *const *covariates; /* (num_covariates) unique names; borrowed */
    int num_covariates;            /* at most COVARIATES_MAX */
    int fill; /* enum imputation: of missing values, for params.fill = auto; 0: linear */
};

/* Replaces every "auto" in p by its effective value for this panel and checks p against it.
 * ST_INVALID with pointer ("series a has 20 observations; window 12, horizon 12 and test_size 12
 * need at least 36"); ST_TOO_LARGE for sizes that would not fit into memory; ST_NOMEM. p is
 * untouched on error. Deterministic, cheap (linear in the data), and does nothing to what is
 * resolved already. season_length stays that of the frequency (of hours, a week where it explains
 * clearly more than a day); whether the season is confirmed shows in differencing. In a panel a
 * short series that gives no window of its own is fine as long as it can be forecast; one that is
 * too short to hold test_size steps out is trained on whole and not evaluated. In the recipe
 * tutorial-sine test_size counts windows that are evaluated one step ahead: all those after the
 * first train_size. */
enum status forecaster_resolve(struct params *p, const struct panel *panel, struct err *e);

/* Bytes that training takes at most beside the panel, for limits; p is resolved. SIZE_MAX: more
 * than can be counted. */
size_t forecaster_training_bytes(const struct params *p, const struct panel *panel);

/* Covariates: what else was measured at the same steps. Those that p names in future_covariates are
 * known in advance (a forecast is given their coming values), the others are known up to now. A
 * regression takes their effect off each series where that makes forecasts from rolling origins in
 * the training part better, and everything else models what is left; elsewhere they change nothing.
 * The held-out end is forecast with the true values of those that are known in advance. The
 * tutorials do not look at covariates. */
struct forecaster;

/* p is resolved first, where it is not. The fit is deterministic in (panel, p). ST_CANCELLED when a
 * hook returned false, ST_CORRUPT when hooks->resume is no snapshot of this very fit, ST_INVALID
 * when training diverges, ST_NOMEM. panel and hooks are borrowed for the call. */
enum status forecaster_fit(struct forecaster **out, const struct panel *panel,
                           const struct params *p, const struct fit_hooks *hooks, struct err *e);
void forecaster_free(struct forecaster *f);

const struct params *forecaster_params(const struct forecaster *f);
/* The arithmetic (<lstm/cpu.h>) that it was fitted in; "" when its file names none. Borrowed. */
const char *forecaster_arithmetic(const struct forecaster *f);
int64_t forecaster_num_params(const struct forecaster *f);
const struct net *forecaster_net(const struct forecaster *f);
int forecaster_num_series(const struct forecaster *f);
/* id and the remembered last part of series i: values (*length), the end of the data given to
 * fit(), and the number of observations that went before it (*skipped). All borrowed. */
const char *forecaster_series(const struct forecaster *f, int i, const double **values, int *length,
                              int64_t *skipped);
int forecaster_find_series(const struct forecaster *f, const char *id); /* -1: not there */
size_t forecaster_bytes(const struct forecaster *f);                    /* memory it holds */

/* Whether the model has residuals to make intervals from: one of too few observations, and one that
 * was made elsewhere, has none. */
bool forecaster_has_intervals(const struct forecaster *f);

/* What somebody who looks at a history would say of its forecast. */
struct forecast_remarks {
    bool last_doubtful; /* the last value may be an error: it counts half */
    bool short_season;  /* the history is shorter than two of the model's seasons */
    bool many_zeros;    /* methods for intermittent demand take the place of the ensemble */
};

/* Forecasts, all (steps). The caller provides the arrays. mean is the expected value of each step.
 * median is the value that is exceeded as often as not: the forecast whose absolute errors are
 * least. It may be NULL. lower[l], upper[l] belong to levels[l], quantile[k] to quantiles[k];
 * samples are (num_samples, steps) paths. Where the model has no intervals, bounds, quantiles and
 * samples are NaN. explanation, which may be NULL, gets what the mean is made of; the caller
 * releases it, after an error too. */
struct forecast {
    double *mean, *median;
    double *lower[LEVELS_MAX];
    double *upper[LEVELS_MAX];
    double *quantile[QUANTILES_MAX];
    double *samples;
    struct explanation *explanation;
    struct forecast_remarks remarks;
};
/* What is to be forecast. Zeros are what is not wanted. */
struct forecast_request {
    int steps;               /* 1..STEPS_MAX */
    const double *levels;    /* (num_levels) in percent, (0, 100); borrowed */
    const double *quantiles; /* (num_quantiles) in (0, 1); borrowed */
    int num_levels, num_quantiles;
    int num_samples; /* paths: possible futures, each coherent over the steps; 0..SAMPLES_MAX */
    int64_t seed;    /* of the paths, which are the same for the same seed and id of a series */
};
/* Goes on from history (n values, NaN = missing, at least one not), horizon 1..STEPS_MAX steps.
 * levels: percent in (0, 100), n_levels of them. Steps beyond the trained horizon go on with
 * season and trend. A history that is never negative never gets a negative value or bound. lower <=
 * median <= upper, wider for higher levels and later steps, all finite. Bounds, quantiles and paths
 * of counts with zeros among them are whole numbers. A history that ends like a known
 * series is scaled like it; another one like the only series, or, where the model knows more than
 * one or none, by itself. ST_INVALID (too short: "a history of 3 values; this model needs at least
 * 12"; a forecast that is not finite), ST_NOMEM. Thread-safe. A longer history than that of the fit
 * is gone on from without training again: a known series is found by its remembered values,
 * wherever in the history they are. */
enum status forecaster_predict(struct forecast *out, const struct forecaster *f,
                               const double *history, int n, int horizon, const double *levels,
                               int n_levels, struct err *e);

/* The same of a history with the covariates of the model: history->covariates are
 * (forecaster_num_covariates(), rows) in the model's order, those that are known in advance for
 * horizon steps more than the history has. Without covariates a history that ends as a known series
 * does has those that the fit was given. ST_INVALID too where the model uses covariates of the
 * series and they, or their future, are not there. A series whose covariates did not help, and one
 * that the model does not know, is forecast without them. */
enum status forecaster_predict_view(struct forecast *out, const struct forecaster *f,
                                    const struct series_view *history, int horizon,
                                    const double *levels, int n_levels, struct err *e);
/* The same with all that an answer may hold. history->id tells the paths of two series apart. */
enum status forecaster_predict_request(struct forecast *out, const struct forecaster *f,
                                       const struct series_view *history,
                                       const struct forecast_request *q, struct err *e);
int forecaster_num_covariates(const struct forecaster *f);
/* Name of covariate k, borrowed, and whether it is known in advance. */
const char *forecaster_covariate(const struct forecaster *f, int k, bool *known);
/* The remembered covariates of known series i: (forecaster_num_covariates(), *rows) from its first
 * remembered value on, and on behind its end as far as the fit was given them. Borrowed; NULL where
 * the series is forecast without. */
const double *forecaster_series_covariates(const struct forecaster *f, int i, int *rows);
/* Whether covariates made the forecasts of known series i better, and are used. */
bool forecaster_uses_covariates(const struct forecaster *f, int i);

/* What the calendar does to known series i, as logarithms of what is multiplied by. A history is
 * seen so when its calendar is known, or it goes on from a known series' end. */
struct calendar_coefficients {
    enum calendar_unit unit; /* CALENDAR_NONE: nothing, or nothing spoke for it */
    /* of months */
    double weekday[7]; /* one Monday to Sunday more in place of a mean day */
    double leap_day;   /* a February with one against one without */
    double easter;     /* a month that has all those days before Easter against one that has none */
    int easter_days;   /* 0: Easter does nothing */
    /* of days */
    int annual_order;         /* of the year's slow course; 0: it has none */
    struct holiday high, low; /* the dates where it is highest and lowest, with its beta there */
    const struct holiday *holidays; /* (num_holidays) the clearest first; borrowed */
    int num_holidays;
};
void forecaster_calendar(struct calendar_coefficients *out, const struct forecaster *f, int i);

/* What was measured on the held-out end, per series and over all. */
struct evaluation_series {
    const char *id;
    int start;  /* index of the first held-out step in the series */
    int length; /* held-out steps */
    /* (length) forecast: the median, which absolute errors are measured of; mean: squared ones. */
    const double *truth, *forecast, *mean, *seasonal_naive;
    const double *lower80, *upper80, *lower95, *upper95; /* (length) */
    struct metrics model, baseline;                      /* baseline: seasonal naive */
    const double *naive, *ets; /* (length) the last value; our exponential smoothing */
    struct metrics naive_model, ets_model;
};
struct evaluation {
    int count;
    struct evaluation_series *series;
    struct metrics model, baseline; /* means over the series */
    struct metrics naive, ets;
    /* Errors by step ahead, 1 to steps: mean absolute error over the series, each divided by its
     * own in-sample error of the seasonal naive forecast (MASE's); NaN: unknown. Owned, NULL when
     * steps is 0, as in a recipe that forecasts one step ahead. */
    int steps;
    double *step_error, *step_baseline, *step_ets; /* step_baseline: seasonal naive */
    int num_covariates, covariates_used;           /* of the model; series that they make better */
    bool beats_baseline; /* mean MASE (where unknown, MAE) below seasonal naive's */
    /* Share of held-out truths inside the interval, 0..1; NaN: unknown. */
    double coverage80, coverage95;
    double last_batch_loss; /* loss of the last training batch, in scaled units */
    /* Mean squared error one step ahead over the held-out windows, in scaled units; NaN: none. */
    double test_mse_scaled;
};
/* Of a fitted forecaster; borrowed. NULL for one that was loaded from a checkpoint. */
const struct evaluation *forecaster_evaluation(const struct forecaster *f);

/* A model file: state_dict tensors, all else in the metadata. *bytes is new, free() it. extra:
 * metadata pairs of the caller (key, value, ..., NULL), such as the data digest; NULL for none.
 * ST_INVALID when one is a key of ours. Pairs of a loaded file are kept: saving what was loaded
 * gives the same bytes again.
 *
 * A file made elsewhere must have the tensors lstm.weight_ih_l0 (4H,1), lstm.weight_hh_l0 (4H,H),
 * lstm.bias_ih_l0, lstm.bias_hh_l0 (4H), ..., linear.weight (horizon,DH), linear.bias (horizon)
 * and in the metadata
 *     lstmd.task   "forecast"
 *     window       steps of input
 *     lstmd.arithmetic  that it was fitted in (<lstm/cpu.h>)
 * All but the first two may be missing: hidden_size, num_layers, bidirectional and horizon are
 * read off the tensors; scaling is "none", differencing "none", season_length 1. With another
 * scaling and no series.* lists (id, length, values, skipped, offset, scale, centre, unit,
 * nonnegative) every history is scaled by itself. normalised = 1 means that inputs are moved by the
 * mean of the last level_length steps (0: by centre) and divided by unit. Without residual.scale
 * (horizon numbers) and residual.quantiles (rising) the model has no intervals. forecaster_load:
 * ST_CORRUPT naming what is wrong, ST_NOMEM; bytes are borrowed for the call. */
enum status forecaster_save(const struct forecaster *f, const char *const *extra, uint8_t **bytes,
                            size_t *len, struct err *e);
enum status forecaster_load(struct forecaster **out, const uint8_t *bytes, size_t len,
                            struct err *e);

#endif
