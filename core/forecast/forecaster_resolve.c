/* forecaster_resolve.c - replaces automatic parameters by effective values, and checks that they
 * fit the data.
 *
 * The automatic sizes follow the usual advice for each frequency. They shrink with the series, so
 * that a short series still gives enough training windows. */
#include "core/forecast/forecaster_resolve.h"

#include "core/base/sort.h"
#include "core/forecast/calendar/calendar_days.h"
#include "core/forecast/covariates/covariates.h"
#include "core/forecast/ensemble/residual_net.h"
#include "core/forecast/series/gaps.h"
#include "core/forecast/series/profile.h"
#include "core/forecast/series/season.h"
#include "core/params/recipe.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOWS_WANTED = 4, /* fewest windows that an automatic test_size leaves */
    HOUR_OF_MINUTES = 60,
    DAY_OF_MINUTES = 1440,
    SERIES_LOOKED_AT = 16,
    ID_BYTES_MAX = 1024,
    REMEMBERED_MAX = 3000000,      /* values that a model remembers of all series together */
    TRAIN_MEMORY_MAX_MIB = 1 << 20 /* more than any machine has; the caller sets the real limit */
};

/* A season of more than this strength is accepted, and differenced over. Measured on 100 monthly
 * series of M4: 0.2 and 0.64 (that of nsdiffs() in R's forecast) both do worse. */
static const double season_confirmed = 0.3;

static bool is_one_step(const struct params *p)
{
    return recipe_of(TASK_FORECAST, p)->one_step_evaluation;
}

/* With a long season the nets forecast only the rest after its course is subtracted. The rest has
 * no season and cannot be forecast a hundred steps ahead, so only the first steps are trained,
 * which takes a tenth of the time. */
enum { PROFILE_STEPS = 48 };

static int net_horizon(const struct params *p)
{
    bool profile = p->ensemble && profile_applies(p->season_length);

    return profile ? min_int(p->horizon, PROFILE_STEPS) : p->horizon;
}

struct frame frame_of(const struct params *p)
{
    bool scaled = p->scaling == SCALING_STANDARD || p->scaling == SCALING_LOG;

    return (struct frame){.window = p->window,
                          .horizon = net_horizon(p),
                          .lag = p->differencing == 1 && !p->ensemble ? p->season_length : 0,
                          .normalised = scaled && recipe_of(TASK_FORECAST, p)->level_windows,
                          .sequence = p->target == TARGET_SEQUENCE};
}

struct net_config net_config_of(const struct params *p)
{
    return (struct net_config){.input_size = p->ensemble ? RESIDUAL_NET_FEATURES : 1,
                               .hidden_size = p->hidden_size,
                               .num_layers = p->num_layers,
                               .bidirectional = p->bidirectional,
                               .output_size = p->ensemble ? 1 : p->horizon,
                               .dropout = (float)p->dropout};
}

bool has_floor(const struct params *p, bool nonnegative)
{
    return p->minimum == MINIMUM_ZERO || (p->minimum == MINIMUM_AUTO && nonnegative);
}

int net_steps_of(const struct params *p, const struct frame *f)
{
    return p->window + (p->ensemble ? f->horizon : 0);
}

int frame_windows(const struct params *p, const struct frame *f, int n)
{
    /* The sine tutorial does not use the last possible window. */
    int64_t c = (int64_t)n - frame_need(f) - f->horizon + (is_one_step(p) ? 0 : 1);

    return c > 0 ? (int)c : 0;
}

/* ---- the panel ---- */

static enum status check_series(const struct panel *panel, int i, struct err *e)
{
    const struct series_view *s = &panel->series[i];
    int present = 0;

    if (!s->id || !s->id[0])
        return err_set(e, ST_INVALID, "series %d has no id", i + 1);
    if (strlen(s->id) > ID_BYTES_MAX)
        return err_set(e, ST_INVALID, "the id of series %d has more than %d bytes", i + 1,
                       ID_BYTES_MAX);
    if (s->length < 1)
        return err_set(e, ST_INVALID, "series %s is empty", s->id);
    for (int k = 0; k < s->length; k++) {
        if (isinf(s->values[k]))
            return err_set(e, ST_INVALID,
                           "series %s has an infinite value at observation %d; values must be "
                           "finite, or missing",
                           s->id, k + 1);
        present += !isnan(s->values[k]);
    }
    if (!present)
        return err_set(e, ST_INVALID, "series %s has no value: all %d observations are missing",
                       s->id, s->length);
    if (calendar_check(&s->calendar, e))
        return err_wrap(e, "series %s", s->id), ST_INVALID;
    return ST_OK;
}

static enum status check_ids(const struct panel *panel, struct err *e)
{
    const char **ids = malloc((size_t)panel->count * sizeof(*ids));
    enum status st = ST_OK;

    if (!ids)
        return err_nomem(e, (size_t)panel->count * sizeof(*ids));
    for (int i = 0; i < panel->count; i++)
        ids[i] = panel->series[i].id;
    qsort(ids, (size_t)panel->count, sizeof(*ids), compare_strings);
    for (int i = 1; !st && i < panel->count; i++) {
        if (!strcmp(ids[i - 1], ids[i]))
            st = err_set(e, ST_INVALID, "there are two series with the id %s; ids must differ",
                         ids[i]);
    }
    free(ids);
    return st;
}

static enum status check_panel(const struct panel *panel, struct err *e)
{
    enum status st = ST_OK;

    if (panel->count < 1)
        return err_set(e, ST_INVALID, "there is no series to train on");
    for (int i = 0; !st && i < panel->count; i++)
        st = check_series(panel, i, e);
    return st ? st : check_ids(panel, e);
}

/* The shortest length, and the typical one: at least half of all observations are in series of that
 * length or more. So a few short new series do not make the typical length short. */
static enum status panel_lengths(int *shortest, int *typical, const struct panel *panel,
                                 struct err *e)
{
    int *n = malloc((size_t)panel->count * sizeof(*n)), at = panel->count;
    int64_t all = 0, longer = 0;

    if (!n)
        return err_nomem(e, (size_t)panel->count * sizeof(*n));
    for (int i = 0; i < panel->count; i++) {
        n[i] = panel->series[i].length;
        all += n[i];
    }
    qsort(n, (size_t)panel->count, sizeof(*n), compare_ints);
    while (at > 1 && 2 * longer < all)
        longer += n[--at];
    *shortest = n[0];
    *typical = n[at > 0 && at < panel->count ? at : 0];
    free(n);
    return ST_OK;
}

/* ---- automatic values ---- */

/* The part of series i before the held-out end, filled. *y is new. */
static enum status training_part(double **y, int *n, const struct params *p,
                                 const struct panel *panel, int i, int test, struct err *e)
{
    const struct series_view *s = &panel->series[i];
    int count = s->length / 2 > test ? s->length - test : s->length, k = 0;

    *y = malloc((size_t)count * sizeof(**y));
    if (!*y)
        return err_nomem(e, (size_t)count * sizeof(**y));
    memcpy(*y, s->values, (size_t)count * sizeof(**y));
    while (k < count && isnan((*y)[k]))
        k++;
    if (k == count) /* there is no value; a later check names the series */
        memset(*y, 0, (size_t)count * sizeof(**y));
    *n = count;
    return gaps_fill(*y, count, p->fill, p->season_length, e);
}

static enum status auto_scaling(struct params *p, const struct panel *panel, int test,
                                struct err *e)
{
    int votes = 0, positive = 1;
    enum status st = ST_OK;

    for (int i = 0; !st && i < panel->count; i++) {
        const struct series_view *s = &panel->series[i];
        double *y = NULL;
        int n;

        for (int k = 0; k < s->length; k++)
            positive = positive && !(s->values[k] <= 0);
        st = training_part(&y, &n, p, panel, i, test, e);
        if (!st)
            votes += scaling_log_suits(y, n, p->season_length > 2 ? p->season_length : 12) ? 1 : -1;
        free(y);
    }
    p->scaling = positive && votes > 0 ? SCALING_LOG : SCALING_STANDARD;
    return st;
}

/* Mean strength of the season of m steps over the series that are long enough to tell. */
static enum status panel_strength(double *out, const struct params *p, const struct panel *panel,
                                  int m, int test, struct err *e)
{
    double sum = 0, s;
    int count = 0;
    enum status st = ST_OK;

    for (int i = 0; !st && i < panel->count; i++) {
        struct scaling scaling;
        double *y = NULL;
        int n;

        st = training_part(&y, &n, p, panel, i, test, e);
        if (!st && n / 3 >= m) {
            /* A series that cannot be scaled is skipped; the preparation refuses it by name. */
            if (!scaling_fit(&scaling, p->scaling, y, n, NULL) &&
                !scaling_forward(y, &scaling, y, n, NULL)) {
                st = season_strength(&s, y, n, m, e);
                sum += s;
                count++;
            }
        }
        free(y);
    }
    *out = count ? sum / count : 0;
    return st;
}

/* The season of a day hides that of a week in hourly data: take the week when it explains clearly
 * more. */
static enum status auto_week(struct params *p, const struct panel *panel, int test, struct err *e)
{
    int day = p->season_length, week = 7 * day;
    double s_day, s_week;
    enum status st;

    if (day != 24 && day != 48 && day != 96)
        return ST_OK;
    st = panel_strength(&s_day, p, panel, day, test, e);
    if (!st)
        st = panel_strength(&s_week, p, panel, week, test, e);
    if (!st && s_week > season_confirmed && 1 - s_week < 0.7 * (1 - s_day))
        p->season_length = week;
    return st;
}

/* Data by the minute first get the season of an hour. It becomes a day when more than half of the
 * first series have a daily one. */
static enum status auto_day(struct params *p, const struct panel *panel, int test, struct err *e)
{
    int looked = min_int(panel->count, SERIES_LOOKED_AT), found = 0;
    enum status st = ST_OK;

    if (p->season_length != HOUR_OF_MINUTES || !p->ensemble)
        return ST_OK;
    for (int i = 0; !st && i < looked; i++) {
        const struct series_view *s = &panel->series[i];
        struct profile day = {0};

        if (s->length - test >= 2 * DAY_OF_MINUTES)
            st = profile_fit(&day, s->values, s->length - test, DAY_OF_MINUTES, e);
        found += day.season > 0;
        profile_release(&day);
    }
    if (!st && 2 * found > looked)
        p->season_length = DAY_OF_MINUTES;
    return st;
}

static enum status auto_differencing(struct params *p, const struct panel *panel, int n, int test,
                                     struct err *e)
{
    double strength = 0;
    enum status st = ST_OK;
    int m = p->season_length;

    if (m > 1 && n - test - m - p->horizon >= 2 * WINDOWS_WANTED)
        st = panel_strength(&strength, p, panel, m, test, e);
    p->differencing = strength > season_confirmed;
    return st;
}

/* A day of minutes is forecast as a whole, because its course is known. */
static int auto_horizon(int m, int n)
{
    int h = m <= 1 ? 12 : m < 12 ? 2 * m : m < 24 ? m : m == 52 || m == 53 ? 13 : 48;

    if (profile_applies(m))
        h = min_int(m, HORIZON_MAX);

    return max_int(1, min_int(h, n / 5));
}

static int auto_window(const struct params *p, int n, int test)
{
    int m = p->season_length, lag = p->differencing == 1 ? m : 0;
    int w = max_int(m < 12 ? 2 * m : m, p->horizon);

    w = max_int(min_int(w, 48), 12);
    return max_int(2, min_int(w, (n - test - lag - p->horizon) / 2));
}

/* Sets all automatic parameters for series of the typical length n. */
static enum status resolve_auto(struct params *p, const struct panel *panel, int n, struct err *e)
{
    bool any_season = p->season_length == 0, any_scaling = p->scaling == SCALING_AUTO;
    bool any_horizon = p->horizon == 0;
    enum status st = ST_OK;
    int test;

    if (p->target == TARGET_SEQUENCE)
        p->ensemble = false; /* such a net forecasts alone */
    if (p->fill == IMPUTE_AUTO)
        p->fill = panel->fill == IMPUTE_AUTO ? IMPUTE_LINEAR : panel->fill;
    if (any_season) {
        int m = panel->season_length;

        p->season_length = m < 2 || m > SEASON_MAX || m >= n ? 1 : m;
    }
    if (p->horizon == 0)
        p->horizon = auto_horizon(p->season_length, n);
    test = p->test_size >= 0 ? min_int(p->test_size, n) : p->horizon;
    if (is_one_step(p))
        test = 0;
    if (p->scaling == SCALING_AUTO)
        st = auto_scaling(p, panel, test, e);
    if (!st && any_season && recipe_of(TASK_FORECAST, p)->season_check)
        st = auto_week(p, panel, test, e);
    if (!st && any_season && recipe_of(TASK_FORECAST, p)->season_check)
        st = auto_day(p, panel, test, e);
    if (any_horizon && p->ensemble && profile_applies(p->season_length)) {
        p->horizon = auto_horizon(p->season_length, n);
        test = p->test_size >= 0 ? test : p->horizon;
    }
    if (p->ensemble) {
        /* Each member finds season and scale of each series itself. */
        p->differencing = p->differencing < 0 ? DIFFERENCING_NONE : p->differencing;
        p->scaling = any_scaling ? SCALING_AUTO : p->scaling;
    }
    if (!st && p->differencing < 0)
        st = auto_differencing(p, panel, n, test, e);
    if (!st && p->window == 0)
        p->window = auto_window(p, n, test);
    return st;
}

static void resolve_test_size(struct params *p, int n)
{
    struct frame f = frame_of(p);

    if (p->test_size >= 0)
        return;
    if (is_one_step(p)) {
        int all = frame_windows(p, &f, n);

        p->test_size = p->train_size > 0 && all > p->train_size ? all - p->train_size : 0;
    } else {
        int left = n > p->horizon ? frame_windows(p, &f, n - p->horizon) : 0;

        p->test_size = left >= WINDOWS_WANTED ? p->horizon : 0;
    }
}

/* ---- checks ---- */

/* Reports a series that cannot be forecast (train = false) or gives no training window. */
static enum status too_short(const struct params *p, const struct frame *f,
                             const struct series_view *s, bool train, struct err *e)
{
    int64_t need = frame_need(f);
    char more[128] = "", season[48] = "";

    if (f->lag)
        snprintf(season, sizeof(season), ", differencing over %d steps", f->lag);
    if (train) {
        need += (int64_t)p->horizon + p->test_size;
        snprintf(more, sizeof(more), ", horizon %d and test_size %d", p->horizon, p->test_size);
    }
    err_set(e, ST_INVALID, "series %s has %d observation%s; window %d%s%s need at least %lld",
            s->id, s->length, s->length == 1 ? "" : "s", p->window, season, more, (long long)need);
    err_at(e, "/params/window");
    return ST_INVALID;
}

/* Every series must be long enough to be forecast; the ensemble of a panel can forecast any series.
 * At least one must give a training window. */
static enum status check_lengths(const struct params *p, const struct panel *panel, struct err *e)
{
    struct frame f = frame_of(p);
    const struct series_view *longest = &panel->series[0];
    int64_t windows = 0, held = is_one_step(p) ? 0 : p->test_size;

    for (int i = 0; i < panel->count; i++) {
        const struct series_view *s = &panel->series[i];
        int64_t n = s->length - held >= frame_need(&f) ? s->length - held : s->length;

        if (s->length < frame_need(&f) && !(p->ensemble && panel->count > 1))
            return too_short(p, &f, s, panel->count == 1, e);
        windows += frame_windows(p, &f, (int)n);
        if (s->length > longest->length)
            longest = s;
    }
    if (longest->length - held < (int64_t)frame_need(&f) + p->horizon)
        return too_short(p, &f, longest, true, e);
    windows -= is_one_step(p) ? p->test_size : 0;
    if (windows < 1 || (p->train_size > 0 && windows < p->train_size)) {
        err_set(
            e, ST_INVALID,
            "train_size is %d windows, but the data gives %lld before the held-out end; it must "
            "be at most that, or 0 for all",
            p->train_size, (long long)(windows > 0 ? windows : 0));
        err_at(e, "/params/train_size");
        return ST_INVALID;
    }
    return ST_OK;
}

static enum status refuse(struct err *e, const char *name, const char *why)
{
    err_set(e, ST_INVALID, "%s", why);
    err_at(e, "/params/%s", name);
    return ST_INVALID;
}

/* 0 stands for an automatic value that is not set yet. */
static enum status check_ranges(const struct params *p, const struct panel *panel, struct err *e)
{
    if (p->horizon < 0 || p->horizon > HORIZON_MAX)
        return refuse(e, "horizon", "horizon must be from 1 to 1440, or 0 for automatic");
    if (p->window < 0 || p->window > FORECAST_WINDOW_MAX)
        return refuse(e, "window", "window must be from 1 to 10000, or 0 for automatic");
    if (p->season_length < 0 || p->season_length > SEASON_MAX)
        return refuse(e, "season_length",
                      "season_length must be from 1 to 10000, or 0 for automatic");
    if (p->loss != LOSS_MSE && p->loss != LOSS_HUBER && p->loss != LOSS_MAE)
        return refuse(e, "loss", "loss \"nll\" is for tags; a forecast takes mse, huber or mae");
    if (p->target != TARGET_NEXT && p->target != TARGET_SEQUENCE)
        return refuse(e, "target", "target must be next or sequence");
    if (is_one_step(p) && panel->count > 1)
        return refuse(e, "recipe",
                      "the recipe tutorial-sine takes one series, this panel has more; "
                      "the default recipe takes any number");
    return ST_OK;
}

/* Checks that a logarithm has only positive values; the message names the first other value. */
static enum status check_log(const struct params *p, const struct panel *panel, struct err *e)
{
    for (int i = 0; p->scaling == SCALING_LOG && i < panel->count; i++) {
        const struct series_view *s = &panel->series[i];

        for (int k = 0; k < s->length; k++) {
            if (s->values[k] <= 0) {
                err_set(e, ST_INVALID,
                        "series %s is %g at observation %d; scaling \"log\" needs positive values, "
                        "\"standard\" does not",
                        s->id, s->values[k], k + 1);
                err_at(e, "/params/scaling");
                return ST_INVALID;
            }
        }
    }
    return ST_OK;
}

size_t forecaster_training_bytes(const struct params *p, const struct panel *panel)
{
    struct net_config nc = net_config_of(p);
    struct frame f = frame_of(p);
    int64_t windows = 0;
    int batch = p->batch_size;

    for (int i = 0; i < panel->count; i++)
        windows += panel->series[i].length;
    if (windows < batch)
        batch = windows > 0 ? (int)windows : 1;
    return trainer_size(&nc, net_steps_of(p, &f), batch);
}

static enum status check_size(const struct params *p, const struct panel *panel, struct err *e)
{
    struct net_config nc = net_config_of(p);
    struct frame f = frame_of(p);
    enum status st = net_config_check(&nc, e);
    size_t need;

    if (st)
        return st;
    need = trainer_size(&nc, net_steps_of(p, &f), p->batch_size);
    if (need >> 20 > TRAIN_MEMORY_MAX_MIB) {
        err_set(e, ST_TOO_LARGE,
                "hidden_size %d, num_layers %d, window %d and batch_size %d would take %zu MiB to "
                "train; the most is %d MiB",
                p->hidden_size, p->num_layers, p->window, p->batch_size, need >> 20,
                TRAIN_MEMORY_MAX_MIB);
        err_at(e, "/params/hidden_size");
        return ST_TOO_LARGE;
    }
    if ((double)panel->count * frame_need(&f) > REMEMBERED_MAX)
        return err_set(e, ST_TOO_LARGE,
                       "%d series of which %d steps each are to be remembered are too many; use a "
                       "smaller window, or fewer series",
                       panel->count, frame_need(&f));
    return ST_OK;
}

enum status forecaster_resolve(struct params *p, const struct panel *panel, struct err *e)
{
    int shortest = 0, typical = 0;
    struct params r = *p;
    enum status st = check_panel(panel, e);

    if (!st)
        st = check_ranges(p, panel, e);
    if (!st)
        st = covariates_check(panel, p, e);
    if (!st)
        st = panel_lengths(&shortest, &typical, panel, e);
    if (!st)
        st = resolve_auto(&r, panel, typical, e);
    if (!st) {
        resolve_test_size(&r, typical);
        /* Sizes for the typical series may be too large for a short one: then use its length. */
        if (shortest < typical && check_lengths(&r, panel, NULL)) {
            r = *p;
            st = resolve_auto(&r, panel, shortest, e);
            resolve_test_size(&r, shortest);
        }
    }
    if (!st)
        st = check_lengths(&r, panel, e);
    if (!st)
        st = check_log(&r, panel, e);
    if (!st)
        st = check_size(&r, panel, e);
    if (!st)
        *p = r;
    return st;
}
