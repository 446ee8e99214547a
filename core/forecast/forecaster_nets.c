/* forecaster_nets.c - see <lstm/forecast_nets.h>. */
#include "core/forecast/forecaster_model.h"
#include "core/forecast/forecaster_resolve.h"
#include <lstm/forecast_nets.h>

#include <math.h>

static enum status no_nets(struct err *e)
{
    return err_set(e, ST_CONFLICT,
                   "no LSTM of this model forecasts by itself: its net corrects the mean of other "
                   "methods; train it on longer series, or with \"ensemble\": false");
}

/* Whether what is removed from the series before the nets read them follows from their values. */
static enum status check_effects(const struct forecaster *f, struct err *e)
{
    if (f->profiles)
        return err_set(e, ST_CONFLICT,
                       "the nets of this model read what is left of a series without the course of "
                       "its season of %d steps, which is computed anew for each forecast; train "
                       "with a season_length below 200, or with \"ensemble\": false",
                       f->params.season_length);
    for (int i = 0; i < f->num_series; i++) {
        if (f->series[i].covariates.regression.count)
            return err_set(e, ST_CONFLICT,
                           "the nets of this model read series %.100s without the effect of its "
                           "covariates, which is no part of a net; train without covariates",
                           f->series[i].id);
    }
    return ST_OK;
}

/* A file made elsewhere may have a scaling but no series to which it was fitted. */
static enum status check_scaling(const struct forecaster *f, struct err *e)
{
    if (f->num_series || (f->params.scaling == SCALING_NONE && !f->frame.normalised))
        return ST_OK;
    return err_set(e, ST_CONFLICT,
                   "this model has no series, and scales each history by itself; a net of its own "
                   "needs a model with \"scaling\": \"none\", or with series");
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

enum status forecaster_nets(struct forecast_nets *out, const struct forecaster *f, struct err *e)
{
    struct forecast_nets n = {.window = f->frame.window,
                              .horizon = f->frame.horizon,
                              .changes = f->frame.window,
                              .floor_always = f->params.minimum == MINIMUM_ZERO,
                              .squeezed = f->params.ensemble,
                              .accumulated = !f->params.ensemble,
                              .member = f->params.ensemble};
    int used = 0, season = 0;
    enum status st = check_effects(f, e);

    if (!st && !f->params.ensemble)
        st = check_scaling(f, e);
    if (st)
        return st;
    if (!f->params.ensemble)
        n.net[n.count++] = f->net;
    for (int i = 0; f->params.ensemble && i < GLOBAL_NETS && f->nets.net[i]; i++)
        n.net[n.count++] = f->nets.net[i];
    for (int i = 0; i < most(f->num_series, 1); i++) {
        struct forecast_frame frame;

        if (!forecaster_nets_frame(&frame, f, i))
            continue;
        used++;
        n.changes = most(n.changes, frame.level);
        season = most(season, frame.season);
    }
    n.history = n.changes + season;
    for (int i = 0; i < f->num_series; i++)
        n.calendar = n.calendar || f->series[i].calendar_effect.unit != CALENDAR_NONE;
    if (!n.count || !used)
        return no_nets(e);
    *out = n;
    return ST_OK;
}

static enum value_map map_of(const struct scaling *s)
{
    return s->kind == SCALING_LOG      ? VALUE_LOG
           : s->kind == SCALING_COUNTS ? VALUE_ROOT
                                       : VALUE_LINEAR;
}

/* Of a series whose forecast is an ensemble's. */
static bool member_frame(struct forecast_frame *out, const struct forecaster *f, int i)
{
    const struct members *m;

    if (i >= f->num_series)
        return false;
    m = &f->series[i].ensemble.members;
    *out =
        (struct forecast_frame){.map = map_of(&m->ets.scaling),
                                .offset = m->ets.scaling.offset,
                                .scale = m->ets.scaling.scale,
                                .season = m->global.season,
                                .level = m->global.level,
                                .unit = m->global.error_scale,
                                .least = m->ets.low,
                                .most = m->ets.high,
                                .floor = has_floor(&f->params, f->series[i].transform.nonnegative)};
    return members_have(m, MEMBER_GLOBAL_NET);
}

bool forecaster_nets_frame(struct forecast_frame *out, const struct forecaster *f, int i)
{
    static const struct transform none = {
        .scaling = {.kind = SCALING_NONE, .scale = 1}, .error_scale = 1, .nonnegative = true};
    const struct transform *t = i < f->num_series ? &f->series[i].transform : &none;

    if (f->params.ensemble)
        return member_frame(out, f, i);
    *out = (struct forecast_frame){.map = map_of(&t->scaling),
                                   .offset = t->scaling.offset,
                                   .scale = t->scaling.scale,
                                   .season = f->frame.lag,
                                   .level = f->frame.level,
                                   .centre = t->centre,
                                   .unit = t->error_scale,
                                   .least = -INFINITY,
                                   .most = INFINITY,
                                   .floor = has_floor(&f->params, t->nonnegative)};
    return true;
}
