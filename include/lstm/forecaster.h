/* forecaster.h - fit one LSTM to a series or a panel of series, forecast, evaluate.
 *
 * A forecaster is immutable once fitted or loaded and may be shared by threads. It knows the last
 * part of each series it was trained on, so it can go on from there, and takes other histories too.
 * Values are in the unit of the series; NaN is a missing observation. Calendar time is the
 * caller's: here a series is a sequence of equally spaced steps. */
#ifndef LSTM_FORECASTER_H
#define LSTM_FORECASTER_H

#include <lstm/metrics.h>
#include <lstm/params.h>
#include <lstm/trainer.h>

enum { HORIZON_MAX = 1000, LEVELS_MAX = 10, FORECAST_WINDOW_MAX = 10000, SEASON_MAX = 10000 };

struct series_view {
    const char *id;       /* borrowed, unique in the panel */
    const double *values; /* (length), NaN = missing; borrowed */
    int length;
};
struct panel {
    const struct series_view *series;
    int count;
    int season_length; /* what the frequency suggests, for params.season_length = 0; 1 = none */
};

/* Replaces every "auto" in p by its effective value for this panel and checks p against it.
 * ST_INVALID with pointer ("series a has 20 observations; window 12, horizon 12 and test_size 12 need at
 * least 37"). Deterministic, cheap (linear in the data). */
enum status forecaster_resolve(struct params *p, const struct panel *panel, struct err *e);

struct forecaster;

/* p must be resolved. The fit is deterministic in (panel, p). ST_CANCELLED when a hook said so. */
enum status forecaster_fit(struct forecaster **out, const struct panel *panel,
                           const struct params *p, const struct fit_hooks *hooks, struct err *e);
void forecaster_free(struct forecaster *f);

const struct params *forecaster_params(const struct forecaster *f);
int64_t forecaster_num_params(const struct forecaster *f);
const struct net *forecaster_net(const struct forecaster *f);
int forecaster_num_series(const struct forecaster *f);
/* id and the remembered last part of series i: values (*length), the end of the data given to fit(),
 * and the number of observations that went before it (*skipped). All borrowed. */
const char *forecaster_series(const struct forecaster *f, int i, const double **values, int *length,
                              int64_t *skipped);
int forecaster_find_series(const struct forecaster *f, const char *id); /* -1: not there */
size_t forecaster_bytes(const struct forecaster *f);                    /* memory it holds */

/* Point forecasts and bands, all (horizon); lower[l], upper[l] belong to levels[l]. The caller provides
 * the arrays. */
struct forecast {
    double *mean;
    double *lower[LEVELS_MAX];
    double *upper[LEVELS_MAX];
};
/* Goes on from history (n values, NaN = missing, at least one not), horizon 1..HORIZON_MAX steps. levels: percent in
 * (0, 100), n_levels of them. Steps beyond the trained horizon are forecast recursively. A history
 * that is never negative never gets a negative value or bound. lower <= mean <= upper, wider for higher levels.
 * ST_INVALID (too short: "a history of 3 values; this model needs at least 12"), ST_NOMEM. */
enum status forecaster_predict(struct forecast *out, const struct forecaster *f, const double *history, int n,
                               int horizon, const double *levels, int n_levels, struct err *e);

/* What was measured on the held-out end, per series and over all. */
struct evaluation_series {
    const char *id;
    int start;                /* index of the first held-out step in the series */
    int length;               /* held-out steps */
    const double *truth, *forecast, *seasonal_naive; /* (length) */
    const double *lower80, *upper80, *lower95, *upper95; /* (length) */
    struct metrics model, baseline;                  /* baseline: seasonal naive */
};
struct evaluation {
    int count;
    struct evaluation_series *series;
    struct metrics model, baseline; /* means over the series */
    double coverage80, coverage95;  /* share of held-out truths inside the interval, 0..1; NaN unknown */
    double last_batch_loss;         /* loss of the last training batch, in scaled units */
    double test_mse_scaled;         /* one-step mean squared error on the held-out windows, scaled units; NaN: none */
};
/* Of a fitted forecaster; borrowed. NULL for one that was loaded from a checkpoint. */
const struct evaluation *forecaster_evaluation(const struct forecaster *f);

/* A model file: state_dict tensors, all else in the metadata. *bytes is new, free() it.
 * extra: metadata pairs of the caller (key, value, ..., NULL), such as the data digest. */
enum status forecaster_save(const struct forecaster *f, const char *const *extra, uint8_t **bytes,
                            size_t *len, struct err *e);
enum status forecaster_load(struct forecaster **out, const uint8_t *bytes, size_t len, struct err *e);

#endif
