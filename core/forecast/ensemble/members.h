/* members.h - the classical forecasting methods side by side, and nets that work as they do: what another
 * net has to add to.
 *
 * Each member is fitted to one series by itself, on the scale (raw or logarithmic) that the
 * smoother prefers. Combining them: combine.h. */
#ifndef CORE_FORECAST_ENSEMBLE_MEMBERS_H
#define CORE_FORECAST_ENSEMBLE_MEMBERS_H

#include "core/forecast/ensemble/global_net.h"
#include "core/forecast/methods/arima.h"
#include "core/forecast/methods/harmonic.h"
#include "core/forecast/methods/holt.h"
#include "core/forecast/methods/scaled_ets.h"
#include "core/forecast/methods/temporal_aggregation.h"
#include "core/forecast/methods/theta.h"

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

struct classic {
    struct scaled_ets ets; /* its scaled y is the w of all members */
    struct arima arima, airline;
    struct theta theta;
    struct harmonic harmonic;
    struct holt holt;
    struct pairs pairs;
    struct direct_frame direct; /* of the nets; not fitted with the others */
};

/* Whether member k was fitted; what is asked of others is the last value. */
bool classic_has(const struct classic *c, enum classic_member k);

/* Fits all members to y (n >= 1, no NaN, finite). season_length: steps, 1 for none. scaling:
 * SCALING_LOG (of positive values) or SCALING_STANDARD; SCALING_COUNTS for that or
 * SCALING_STANDARD, and SCALING_AUTO for any, whichever makes the data more likely. ST_INVALID as in scaling_fit(), ST_NOMEM. Deterministic; looks at the last
 * HISTORY_MAX values only. */
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

/* out (count, CLASSIC_MEMBERS, horizon): every member's forecast of w from each of the rising
 * origins[i], 1..n. w (n): y scaled. nets: those of CLASSIC_NET, or NULL. All finite. ST_NOMEM. */
enum status classic_path(double *out, const struct classic *c, const struct direct *nets,
                         const double *w, int n, const int *origins, int count, int horizon,
                         struct err *e);

#endif
