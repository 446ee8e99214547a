/* members.h - the members of an ensemble. Each is a forecasting method, fitted to one series by
 * itself, on the scale (raw, logarithm or square root) that exponential smoothing prefers.
 *
 * Two of them, the global nets and the global autoregression, are trained on the whole panel and
 * only applied here. ensemble.h and combine.h form the weighted mean. */
#ifndef CORE_FORECAST_ENSEMBLE_MEMBERS_H
#define CORE_FORECAST_ENSEMBLE_MEMBERS_H

#include "core/forecast/ensemble/global_net.h"
#include "core/forecast/methods/arima.h"
#include "core/forecast/methods/harmonic.h"
#include "core/forecast/methods/holt.h"
#include "core/forecast/methods/scaled_ets.h"
#include "core/forecast/methods/temporal_aggregation.h"
#include "core/forecast/methods/theta.h"
#include "core/forecast/series/rolling.h"

enum member {
    MEMBER_ETS,         /* exponential smoothing */
    MEMBER_ARIMA,       /* its orders are searched for */
    MEMBER_AIRLINE,     /* ARIMA (0,1,1)(0,1,1) over the longer season; (1,1,2) without one */
    MEMBER_THETA,       /* the Theta method */
    MEMBER_NAIVE,       /* the (longer) season before, or the last value */
    MEMBER_HARMONIC,    /* sines and cosines over ETS without a season; never with two seasons */
    MEMBER_HOLT,        /* Holt-Winters with a multiplicative season; not fitted to every series */
    MEMBER_LAST,        /* the last value */
    MEMBER_MEDIAN,      /* the median of the last season, or of the last values */
    MEMBER_GLOBAL_NET,  /* LSTMs shared by the panel, if there are any */
    MEMBER_GLOBAL_AR,   /* one linear autoregression shared by the panel */
    MEMBER_AGGREGATION, /* ETS of the means of two steps; only with an even season */
    MEMBER_COUNT
};

/* The fitted members of one series. All members work on w, the scaled y of ets. */
struct members {
    struct scaled_ets ets;
    struct arima arima, airline;
    struct theta theta;
    struct harmonic harmonic;
    struct holt holt;
    struct temporal_aggregation aggregation;
    struct global_frame global; /* of the two global members; set by the code that has the panel */
};

/* Whether member k was fitted. A member that was not fitted forecasts the last value. */
bool members_have(const struct members *c, enum member k);
/* Whether the forecast of member k repeats a season. */
bool members_repeat(const struct members *c, enum member k);

/* Fits all members to y (n >= 1, no NaN, finite), of which the last HISTORY_MAX values are read.
 * season_length: steps, 1 for none. scaling: as for scaled_ets_fit(). Deterministic. ST_INVALID as
 * in scaling_fit(), ST_NOMEM. */
enum status members_fit(struct members *out, const double *y, int n, int season_length, int scaling,
                        struct err *e);

enum {
    MEMBERS_KEEP_SEASONS = 1, /* take seasons and harmonics of `like`, whose n is not larger */
    MEMBERS_KEEP_ORDERS = 2   /* take the orders of its searched ARIMA too */
};

/* Fits all members to w (n >= 1), values on the scale of `like`. keep: bits of the enum above, the
 * forms that are taken from `like`. Its seasons are tried in any case. ST_NOMEM. */
enum status members_refit(struct members *out, const struct members *like, const double *w, int n,
                          unsigned keep, struct err *e);

/* out (r->count, MEMBER_COUNT, r->horizon): the forecast of every member from each origin of r,
 * where r->w is scaled y. nets: the global members, or NULL. All finite. ST_NOMEM; ST_CANCELLED
 * when nets->stop is set. */
enum status members_path(double *out, const struct members *c, const struct global_nets *nets,
                         const struct rolling *r, struct err *e);

#endif
