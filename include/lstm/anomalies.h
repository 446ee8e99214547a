/* anomalies.h - which observations a forecaster would not have expected, one step ahead. */
#ifndef LSTM_ANOMALIES_H
#define LSTM_ANOMALIES_H

#include <lstm/forecaster.h>

/* The observations first .. first+count-1 of a history. Arrays are (count), owned by the caller of
 * forecaster_anomalies() who releases them by anomalies_release(). */
struct anomalies {
    int first, count;
    double *expected; /* forecast from what lies before; NaN where the observation is missing */
    double *lower, *upper; /* its interval; likewise */
    bool *anomaly;         /* the observation lies outside */
    int num_anomalies;
    /* Size of the errors against the one that the intervals are made for: mean |error| in units of
     * the interval's standard deviation, over that of a normal error. About 1 while the series goes
     * on as in training, more when it has drifted away. NaN: nothing was observed. */
    double drift;
};

/* Goes through the last `last` observations of history (n, NaN = missing) and forecasts each from
 * the ones before it, with an interval of `level` percent. What was found to be an anomaly is taken
 * as missing in the forecasts after it, so that one spike does not make its neighbours look odd.
 * Where the history is too short before it, an observation is left out (first is then later).
 * ST_INVALID: level not in (0, 100), last < 1, a model without intervals, or a history too short
 * for a single forecast; ST_NOMEM. Takes one forecast per observation. */
enum status forecaster_anomalies(struct anomalies *out, const struct forecaster *f,
                                 const double *history, int n, double level, int last,
                                 struct err *e);
/* The same of a history with covariates, as in forecaster_predict_view(): those beside the last
 * observations say what was to be expected of them. */
enum status forecaster_anomalies_view(struct anomalies *out, const struct forecaster *f,
                                      const struct series_view *history, double level, int last,
                                      struct err *e);
void anomalies_release(struct anomalies *a);

#endif
