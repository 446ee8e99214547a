/* tagger_nets.h - the classical forecasting methods side by side, and nets that work as they do: what another
 * net has to add to.
 *
 * Each member is fitted to one series by itself, on the scale (raw or logarithmic) that the
 * smoother prefers. Combining them: combine.h. */
#ifndef CORE_FORECAST_ENSEMBLE_MEMBERS_H
#define CORE_FORECAST_ENSEMBLE_MEMBERS_H

#include "core/forecast/ensemble/global_net.h"
#include "core/forecast/methods/arima.h"
#include "core/forecast/methods/ets.h"
#include "core/forecast/methods/harmonic.h"
#include "core/forecast/methods/holt.h"
#include "core/forecast/methods/temporal_aggregation.h"
#include "core/forecast/methods/theta.h"
#include "core/forecast/series/scaling.h"

enum classic_member {
    CLASSIC_ETS,     /* exponential smoothing */
    CLASSIC_ARIMA,   /* orders searched for */
    CLASSIC_AIRLINE, /* ARIMA (0,1,1)(0,1,1) over the longer season; (1,1,2) without one */
    CLASSIC_THETA,
    CLASSIC_NAIVE,    /* the (longer) season before, or the last value */
    CLASSIC_HARMONIC, /* sines and cosines, and smoothing without a season */
    CLASSIC_HOLT,     /* smoothing with a season that multiplies; not of every series */
    CLASSIC_LAST,     /* the last value */
    CLASSIC_MEDIAN,   /* of the last season, or some values */
    CLASSIC_NET,      /* nets that forecast alone; only where there are any */
    CLASSIC_LINEAR,   /* one autoregression over the panel */
    CLASSIC_PAIRS,    /* exponential smoothing of pairs of steps; of series with an even season */
    CLASSIC_MEMBERS
};

enum { CLASSIC_HISTORY = 1500 /* a fit and a forecast look back so far at most */ };

struct classic {
    struct scaling scaling; /* members work on w, the scaled y: of kind LOG, COUNTS or STANDARD */
    int season1, season2;   /* steps, 0: none; season2 is a multiple of season1 */
    double low, high;       /* what forecasts of w are kept in: the history's range, widened */
    struct ets ets;
    struct arima arima, airline;
    struct theta theta;
    struct harmonic harmonic;
    struct holt holt;
    struct pairs pairs;
    struct direct_frame direct; /* of the nets; not fitted with the others */
};

/* Whether member k was fitted; what is asked of others is the last value. */
bool classic_has(const struct classic *c, enum classic_member k);

/* The seasons that a season length stands for: of hours, a day and a week. */
void classic_seasons(int *season1, int *season2, int season_length, int n);

/* Fits all members to y (n >= 1, no NaN, finite). season_length: steps, 1 for none. scaling:
 * SCALING_LOG (of positive values) or SCALING_STANDARD; SCALING_COUNTS for that or
 * SCALING_STANDARD, and SCALING_AUTO for any, whichever makes the data more likely. ST_INVALID as in scaling_fit(), ST_NOMEM. Deterministic; looks at the last
 * CLASSIC_HISTORY values only. */
enum status classic_fit(struct classic *out, const double *y, int n, int season_length, int scaling,
                        struct err *e);

enum {
    CLASSIC_KEEP_SEASONS =
        1,                  /* seasons and harmonics are those of like; n is not less than it was */
    CLASSIC_KEEP_ORDERS = 2 /* ARIMA's orders are, too */
};

/* Fits all members to w (n >= 1), values on the scale of like, with its seasons where n is enough, but
 * for what is to be kept. */
enum status classic_refit(struct classic *out, const struct classic *like, const double *w, int n,
                          unsigned keep, struct err *e);

/* The smoother only, as a yardstick; the other members are not there. */
enum status classic_fit_smoother(struct classic *out, const double *y, int n, int season_length,
                                 int scaling, struct err *e);

/* out (count, CLASSIC_MEMBERS, horizon): every member's forecast of w from each of the rising
 * origins[i], 1..n. w (n): y scaled. nets: those of CLASSIC_NET, or NULL. All finite. ST_NOMEM. */
enum status classic_path(double *out, const struct classic *c, const struct direct *nets,
                         const double *w, int n, const int *origins, int count, int horizon,
                         struct err *e);

/* The smoother's alone: out (count, horizon). */
enum status classic_smoother_path(double *out, const struct classic *c, const double *w, int n,
                                  const int *origins, int count, int horizon, struct err *e);
/* The same of y itself (n, no NaN), in its units: all finite. ST_INVALID as scaling_forward(). */
enum status classic_smoother_forecast(double *out, const struct classic *c, const double *y, int n,
                                      const int *origins, int count, int horizon, struct err *e);

#endif
