/* anomalies.h - finds observations that a forecaster did not expect, one step ahead. */
#ifndef LSTM_ANOMALIES_H
#define LSTM_ANOMALIES_H

#include <lstm/forecaster.h>

enum { ANOMALY_LEVEL = 95 }; /* percent; the usual level */

/* Observations first to first + count - 1 of a history. Arrays are (count) and belong to the caller
 * of forecaster_anomalies(), who releases them by anomalies_release(). */
struct anomalies {
    int first, count;
    double *expected; /* forecast from earlier observations; NaN where the observation is missing */
    double *lower, *upper; /* the interval of the forecast; NaN likewise */
    bool *anomaly;         /* whether the observation lies outside the interval */
    int num_anomalies;
    /* Mean |error| divided by the interval's standard deviation, relative to its value for normal
     * errors. About 1 while the series behaves as in training, more when it has drifted away. NaN:
     * nothing was observed. */
    double drift;
};

/* Forecasts each of the last `last` observations of history (n, NaN = missing) from those before
 * it, with an interval of `level` percent. An anomaly counts as missing in later forecasts, so that
 * one spike does not make its neighbours look odd. Observations with too short a history before
 * them are left out; `first` is then later. ST_INVALID: level not in (0, 100), last < 1, a model
 * without intervals, or a history too short for a single forecast; ST_NOMEM. The time is that of
 * one forecast for each observation. */
enum status forecaster_anomalies(struct anomalies *out, const struct forecaster *f,
                                 const double *history, int n, double level, int last,
                                 struct err *e);
/* The same for a history with covariates, as in forecaster_predict_view(). The covariates of the
 * last observations enter their forecasts. */
enum status forecaster_anomalies_view(struct anomalies *out, const struct forecaster *f,
                                      const struct series_view *history, double level, int last,
                                      struct err *e);
void anomalies_release(struct anomalies *a);

#endif
