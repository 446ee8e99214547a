/* forecaster.h - fit one LSTM to a series or a panel of series, forecast, evaluate.
 *
 * A forecaster is immutable once fitted or loaded, and threads may share it. It remembers the last
 * part of each series it was trained on, so that it can continue these, and accepts other histories
 * too. Values are in the unit of the series; NaN is a missing observation. Calendar time is the
 * caller's task: here a series is a sequence of equally spaced steps. The caller may declare that
 * the steps are months or days, beginning with a given one. Then the effects of working days, leap
 * days and Easter on months, and of holidays on days, are removed, and restored on the forecasts
 * (params.calendar_effects).
 *
 * params.fill selects the imputation of missing observations, by default linear interpolation
 * between the neighbours. A missing truth is not scored. The default recipe scales each series,
 * takes differences over a season that it has confirmed, subtracts the level from every window, and
 * forecasts all steps of the horizon at once. In the tutorials the net reads scaled values alone.
 *
 * With params.ensemble, as in the default recipe, the net does not work alone. Exponential
 * smoothing, ARIMA, Theta and other methods are fitted to each series and weighted by their errors
 * in a backtest at the end of the training part. The net learns the residuals of their mean over
 * the whole panel. Each series is modelled as it is or in logarithms, whichever suits it better. */
#ifndef LSTM_FORECASTER_H
#define LSTM_FORECASTER_H

#include <lstm/calendar.h>
#include <lstm/explanation.h>
#include <lstm/metrics.h>
#include <lstm/params.h>
#include <lstm/trainer.h>

enum {
    HORIZON_MAX = 1440, /* steps that a model is trained to forecast at once: a day of minutes */
    STEPS_MAX = 10000,  /* steps of one forecast */
    LEVELS_MAX = 10,
    QUANTILES_MAX = 50,
    SAMPLES_MAX = 1000,
    FORECAST_WINDOW_MAX = 10000,
    SEASON_MAX = 10080,    /* a week of minutes */
    SERIES_VALUES_MIN = 4, /* with fewer observations, the last one is the forecast */
    COVARIATES_MAX = 64
};

struct series_view {
    const char *id;       /* borrowed, unique in the panel */
    const double *values; /* (length), NaN = missing; borrowed */
    int length;
    /* (panel.num_covariates, rows) one covariate after the other, NaN = missing; borrowed. rows is
     * at least length. Rows after that are the future, of which only covariates that are known in
     * advance are read. NULL: this series has none. */
    const double *covariates;
    int rows;
    struct calendar calendar; /* of the first value, when the steps are months or days */
};
struct panel {
    const struct series_view *series;
    int count;
    int season_length; /* suggested by the frequency, for params.season_length = 0; 1 = none */
    const char *const *covariates; /* (num_covariates) unique names; borrowed */
    int num_covariates;            /* at most COVARIATES_MAX */
    int fill;                      /* enum imputation, for params.fill = auto; 0: linear */
};

/* Replaces every automatic value in p by its effective value for this panel, and checks p against
 * it. ST_INVALID with pointer ("series a has 20 observations; window 12, horizon 12 and test_size
 * 12 need at least 36"); ST_TOO_LARGE for sizes that would not fit into memory; ST_NOMEM. p is
 * untouched on error. Deterministic, linear in the data; changes nothing that is resolved already.
 * season_length follows from the frequency (for hours it may become a week, if that explains
 * clearly more than a day); differencing becomes DIFFERENCING_SEASONAL if the season is confirmed.
 * A panel may have series too short for a window of their own, as long as they can be forecast. A
 * series too short to hold out test_size steps is trained on whole and not evaluated. In the recipe
 * tutorial-sine test_size counts windows that are evaluated one step ahead: all those after the
 * first train_size. */
enum status forecaster_resolve(struct params *p, const struct panel *panel, struct err *e);

/* The most bytes that training takes besides the panel, for limits. p is resolved. SIZE_MAX when
 * the number does not fit. */
size_t forecaster_training_bytes(const struct params *p, const struct panel *panel);

/* Covariates are other quantities, measured at the same steps. Those that params.future_covariates
 * names are known in advance: a forecast gets their future values. The others are known up to the
 * present. If a regression on them improves forecasts from rolling origins in the training part,
 * its effect is removed from the series, and the other methods model the rest. Otherwise covariates
 * change nothing. The held-out end is forecast with the true values of those that are known in
 * advance. The tutorials ignore covariates. */
struct forecaster;

/* Resolves p first, if necessary. Deterministic in (panel, p). ST_CANCELLED when a hook returned
 * false, ST_CORRUPT when hooks->resume is not a snapshot of this fit, ST_INVALID when training
 * diverges, ST_NOMEM. panel and hooks are borrowed for the call. */
enum status forecaster_fit(struct forecaster **out, const struct panel *panel,
                           const struct params *p, const struct fit_hooks *hooks, struct err *e);
void forecaster_free(struct forecaster *f);

const struct params *forecaster_params(const struct forecaster *f);
/* The arithmetic (<lstm/cpu.h>) of the fit; "" when the model's file names none. Borrowed. */
const char *forecaster_arithmetic(const struct forecaster *f);
int64_t forecaster_num_params(const struct forecaster *f);
const struct net *forecaster_net(const struct forecaster *f);
int forecaster_num_series(const struct forecaster *f);
/* Returns the id of series i. values (*length): its remembered last part, from the end of the data
 * given to fit(); with keep_history false none, and *values is NULL. *skipped: the number of
 * observations before it. All borrowed. */
const char *forecaster_series(const struct forecaster *f, int i, const double **values, int *length,
                              int64_t *skipped);
int forecaster_find_series(const struct forecaster *f, const char *id); /* -1: not there */
size_t forecaster_bytes(const struct forecaster *f);                    /* memory it holds */

/* Whether the model has residuals for intervals. A model of too few observations has none, nor has
 * a file without them that was made elsewhere. */
bool forecaster_has_intervals(const struct forecaster *f);

/* Remarks on the history of a forecast. */
struct forecast_remarks {
    /* The last value may be an error: it is moved half the way to its forecast. */
    bool last_doubtful;
    bool short_season; /* the history is shorter than two of the model's seasons */
    bool many_zeros;   /* methods for intermittent demand replace the ensemble */
    /* Index of the first observation after the last shift of the level: the observations before it
     * are moved to the new level. 0: the level has not shifted. */
    int level_shifted_at;
    /* Index of the observation at which the trend got another slope: those before it are moved to
     * the present line. 0: it has none. */
    int trend_turned_at;
};

/* The results of a forecast; arrays (steps) that the caller provides. mean: the expected value of
 * each step. median, which may be NULL: the value with half the probability on each side; it
 * minimises absolute errors. lower[l], upper[l] belong to levels[l], quantile[k] to quantiles[k].
 * samples: (num_samples, steps) paths. Without intervals in the model, bounds, quantiles and
 * samples are NaN. explanation, which may be NULL: the parts of the mean; the caller releases it,
 * also after an error. */
struct forecast {
    double *mean, *median;
    double *lower[LEVELS_MAX];
    double *upper[LEVELS_MAX];
    double *quantile[QUANTILES_MAX];
    double *samples;
    struct explanation *explanation;
    struct forecast_remarks remarks;
};
/* What to forecast. Zero means not wanted. */
struct forecast_request {
    int steps;               /* 1..STEPS_MAX */
    const double *levels;    /* (num_levels) in percent, (0, 100); borrowed */
    const double *quantiles; /* (num_quantiles) in (0, 1); borrowed */
    int num_levels, num_quantiles;
    int num_samples; /* paths: possible futures, each coherent over the steps; 0..SAMPLES_MAX */
    int64_t seed;    /* of the paths; the same seed and series id give the same paths */
};
/* Continues history (n values, NaN = missing, at least one not) by `horizon` steps, 1..STEPS_MAX.
 * levels (n_levels): percent in (0, 100). Steps beyond the trained horizon continue season and
 * trend. If the history is never negative, no value or bound is. lower <= median <= upper;
 * intervals widen with level and step; all values are finite. For counts with zeros among them,
 * bounds, quantiles and paths are whole numbers. A history that ends like a known series, anywhere
 * in that series' future, is scaled like it and needs no new training: the remembered values
 * identify it. A history with the id of a known series is compared with that series alone. Another
 * history is scaled like the model's only series; if the model knows several or none, by itself.
 * ST_INVALID (too short: "a history of 3 values; this model needs at least 12"; a forecast that is
 * not finite), ST_NOMEM. Thread-safe. */
enum status forecaster_predict(struct forecast *out, const struct forecaster *f,
                               const double *history, int n, int horizon, const double *levels,
                               int n_levels, struct err *e);

/* The same for a history with the covariates of the model. history->covariates are
 * (forecaster_num_covariates(), rows) in the model's order. Those that are known in advance need
 * `horizon` steps more than the history has. A history without covariates that ends as a known
 * series does gets those of the fit. ST_INVALID also when the model uses covariates of the series
 * and they or their future are missing. A series that covariates did not help, and an unknown one,
 * is forecast without them. */
enum status forecaster_predict_view(struct forecast *out, const struct forecaster *f,
                                    const struct series_view *history, int horizon,
                                    const double *levels, int n_levels, struct err *e);
/* The same with quantiles, paths and an explanation. history->id gives each series its own
 * paths. */
enum status forecaster_predict_request(struct forecast *out, const struct forecaster *f,
                                       const struct series_view *history,
                                       const struct forecast_request *q, struct err *e);
int forecaster_num_covariates(const struct forecaster *f);
/* Name of covariate k, borrowed, and whether it is known in advance. */
const char *forecaster_covariate(const struct forecaster *f, int k, bool *known);
/* The remembered covariates of known series i: (forecaster_num_covariates(), *rows), from its first
 * remembered value on, and after its end as far as the fit had them. Borrowed; NULL when the series
 * is forecast without covariates. */
const double *forecaster_series_covariates(const struct forecaster *f, int i, int *rows);
/* Whether covariates improve the forecasts of known series i, and are used. */
bool forecaster_uses_covariates(const struct forecaster *f, int i);

/* Calendar effects of known series i, as logarithms of factors. They apply to a history whose
 * calendar is known, or that continues a known series. */
struct calendar_coefficients {
    enum calendar_unit unit; /* CALENDAR_NONE: no effect */
    /* of months */
    double weekday[7]; /* of one more Monday, ..., Sunday in place of an average day */
    double leap_day;   /* of a February with a leap day, against one without */
    double easter;     /* of a month that has all those days before Easter, against one without */
    int easter_days;   /* 0: no Easter effect */
    /* of days */
    int annual_order;         /* harmonics of the yearly course; 0: none */
    struct holiday high, low; /* dates where it is highest and lowest; beta: the value there */
    const struct holiday *holidays; /* (num_holidays) the clearest first; borrowed */
    int num_holidays;
};
void forecaster_calendar(struct calendar_coefficients *out, const struct forecaster *f, int i);

/* Errors on the held-out end, for each series and in all. */
struct evaluation_series {
    const char *id;
    int start;  /* index of the first held-out step in the series */
    int length; /* held-out steps */
    /* (length). forecast: the median, for absolute errors; mean: for squared ones. */
    const double *truth, *forecast, *mean, *seasonal_naive;
    const double *lower80, *upper80, *lower95, *upper95; /* (length) */
    struct metrics model, baseline;                      /* baseline: seasonal naive */
    const double *naive, *ets; /* (length) the last value; this library's exponential smoothing */
    struct metrics naive_model, ets_model;
};
struct evaluation {
    int count;
    struct evaluation_series *series;
    struct metrics model, baseline; /* means over the series */
    struct metrics naive, ets;
    /* Mean absolute error by step ahead, 1 to steps, over the series. Each series' errors are
     * divided by its in-sample seasonal naive error, as in MASE. NaN: unknown. Owned; NULL when
     * steps is 0, as in a recipe that forecasts one step ahead. */
    int steps;
    double *step_error, *step_baseline, *step_ets; /* step_baseline: seasonal naive */
    int num_covariates, covariates_used; /* covariates of the model; series that they improve */
    bool beats_baseline; /* mean MASE (or MAE, if unknown) is below seasonal naive's */
    /* Share of held-out truths inside the interval, 0..1; NaN: unknown. */
    double coverage80, coverage95;
    double last_batch_loss; /* loss of the last training batch, in scaled units */
    /* Mean squared error one step ahead over the held-out windows, in scaled units; NaN: none. */
    double test_mse_scaled;
};
/* Of a fitted forecaster; borrowed. NULL for one that was loaded from a checkpoint. */
const struct evaluation *forecaster_evaluation(const struct forecaster *f);

/* Writes a model file: tensors with state_dict names, and everything else as metadata. *bytes is
 * new, free() it. extra: metadata pairs of the caller (key, value, ..., NULL), such as the digest
 * of the data; NULL for none. ST_INVALID when a key is the forecaster's own. Foreign pairs of a
 * loaded file are kept, so that loading and saving gives the same bytes.
 *
 * A file made elsewhere must have the tensors lstm.weight_ih_l0 (4H,1), lstm.weight_hh_l0 (4H,H),
 * lstm.bias_ih_l0, lstm.bias_hh_l0 (4H), ..., linear.weight (horizon,DH), linear.bias (horizon) and
 * in the metadata
 *     lstmd.task   "forecast"
 *     window       steps of input
 *     lstmd.arithmetic  the arithmetic of the fit (<lstm/cpu.h>)
 * All but the first two may be missing: hidden_size, num_layers, bidirectional and horizon follow
 * from the tensors; scaling is "none", differencing "none", season_length 1. With another scaling
 * but no series.* lists (id, length, values, skipped, offset, scale, centre, unit, nonnegative),
 * every history is scaled by itself. normalised = 1 means that the mean of the last level_length
 * steps (0: centre) is subtracted from inputs, which are then divided by unit. Without
 * residual.scale (horizon numbers) and residual.quantiles (ascending) the model has no intervals.
 * forecaster_load: ST_CORRUPT naming what is wrong, ST_NOMEM; bytes are borrowed for the call. */
enum status forecaster_save(const struct forecaster *f, const char *const *extra, uint8_t **bytes,
                            size_t *len, struct err *e);
enum status forecaster_load(struct forecaster **out, const uint8_t *bytes, size_t len,
                            struct err *e);

#endif
