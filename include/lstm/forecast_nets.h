/* forecast_nets.h - the LSTMs of a forecaster, with all numbers that another program needs to apply
 * them to a history.
 *
 * A history has N steps; its last W are the nets' input. For a series with the scaling (offset,
 * scale) and the frame (season, level, centre, unit)
 *
 *     w_t = (v(y_t) - offset) / scale           v: the value, its logarithm, or a root
 *     d_t = w_t - w_(t - season)                season 0: d_t = w_t
 *     l   = mean of the last `level` d_t        level 0: l = centre
 *     x_t = (d_t - l) / unit                    asinh of it, when nets are `squeezed`
 *
 * Each net computes z_1..z_H from the x of W steps; z is the mean over the nets. With
 * u_h = l + unit z_h the scaled forecast is
 *
 *     f_h = u_h + w_(N - season + (h - 1) mod season)          or, when `accumulated`,
 *     f_h = u_h + (h <= season ? w_(N - season + h - 1) : f_(h - season))
 *
 * (w counts from 0; without a season f_h = u_h.) It is kept between least and most, and converted
 * back. These are the formulas of core/forecast/net/transform.h and
 * core/forecast/ensemble/global_net.h. */
#ifndef LSTM_FORECAST_NETS_H
#define LSTM_FORECAST_NETS_H

#include <lstm/forecaster.h>

enum { FORECAST_NETS_MAX = 3 };

/* v(y). The root is sqrt(y + 3/8) from 0 on, and its tangent at 0 below. */
enum value_map { VALUE_LINEAR, VALUE_LOG, VALUE_ROOT };

struct forecast_nets {
    const struct net *net[FORECAST_NETS_MAX]; /* one input, H outputs each; borrowed */
    int count;
    int window, horizon; /* W, H */
    int changes;         /* the last d_t of which the nets read some and the level others */
    int history;         /* N, enough for each series: changes plus the longest season */
    bool squeezed, accumulated;
    /* The nets are one member of an ensemble, and the forecaster's own forecast has others too. */
    bool member;
    bool calendar;     /* of some series, calendar effects are removed before the nets read it */
    bool floor_always; /* the floor holds also when the history is negative somewhere */
};

/* Of one series. */
struct forecast_frame {
    enum value_map map;
    double offset, scale; /* scale > 0 */
    int season, level;    /* 0: none */
    double centre, unit;  /* unit > 0 */
    double least, most;   /* scaled; infinite: no bound */
    bool floor;           /* if the history is never negative, forecasts are at least 0 */
};

/* The nets that forecast by themselves: the only net, or, of an ensemble, those that all series
 * share. ST_CONFLICT with the reason when there are none, or when the history that they read cannot
 * be computed from the values alone. */
enum status forecaster_nets(struct forecast_nets *out, const struct forecaster *f, struct err *e);
/* The frame of series i. A forecaster without series has one, for i = 0. Returns false when the
 * nets are not used for this series. Only after forecaster_nets() has returned ST_OK. */
bool forecaster_nets_frame(struct forecast_frame *out, const struct forecaster *f, int i);

#endif
