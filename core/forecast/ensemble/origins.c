/* origins.c - the origins that an ensemble learns from: see origins.h.
 *
 * The members of a backtest need two seasons before its split. When a series has little more than
 * two seasons, no backtest can measure what the season is worth. Then the members are fitted to the
 * whole series, with a single validation origin one season before its end: a member with a season
 * counts as repeating the season before, one without as forecasting a level. */
#include "core/forecast/ensemble/origins.h"

#include "core/base/row.h"
#include "core/base/sort.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double relative_max = 1.5; /* bound of a log error, so that no series dominates */

enum {
    SAMPLES_MAX = 8192,         /* an epoch of a large panel takes every k-th origin */
    VALID_MAX = 4096,           /* more validation origins do not change the choice */
    PATH_NUMBERS_MAX = 8000000, /* numbers of all members' paths in memory */
    VALID_HORIZONS = 3,         /* length of the validation part */
    VALID_SHARE = 3,            /* the validation part is at most a third of a series */
    KEPT_MIN = 3,               /* fewest steps of a backtest, */
    KEPT_SHARE = 4,             /* and at least a quarter of a season */
    TARGET_MAX = 100, /* in error scales; a larger one is a break that cannot be predicted */
    TRAINED_SHARE = 2 /* the last training origin is half a horizon before the split */
};

enum status origins_init(struct origins *o, int W, int H, int num_series, struct err *e)
{
    *o = (struct origins){.W = W, .H = H, .season_max = 1};
    o->series = calloc((size_t)num_series, sizeof(*o->series));
    if (!o->series)
        return err_nomem(e, (size_t)num_series * sizeof(*o->series));
    o->num_series = num_series;
    return ST_OK;
}

void origins_release(struct origins *o)
{
    for (int i = 0; i < o->num_series; i++) {
        free(o->series[i].at);
        free(o->series[i].paths);
    }
    free(o->series);
    free(o->train);
    free(o->valid);
    free(o->space);
    free(o->paths);
    free(o->base);
    global_nets_release(&o->nets);
    *o = (struct origins){0};
}

/* ---- one series ---- */

/* How many origins each series may have, of at most `most` in all. */
static int share(const struct origins *o, int most)
{
    int room = PATH_NUMBERS_MAX / (MEMBER_COUNT * o->H);

    return max_int(1, min_int(most, room) / o->num_series);
}

/* Every stride-th step from first to last, the last one included. */
static int spread(int *at, int first, int last, int most)
{
    int n = last - first + 1, stride, count = 0;

    if (n < 1)
        return 0;
    stride = (n + most - 1) / most;
    for (int t = first + (n - 1) % stride; t <= last; t += stride)
        at[count++] = t;
    return count;
}

/* Places the single validation origin of a series of two seasons. */
static void place_repeated(struct origin_series *s, int cycle)
{
    s->at[s->num_train] = s->n - cycle;
    s->count = s->num_train + 1;
}

static enum status place_origins(const struct origins *o, struct origin_series *s, struct err *e)
{
    int first = ensemble_first_origin(&s->backtest.members, s->n);
    int last = s->split - max_int(1, o->H / TRAINED_SHARE);

    s->at = malloc((size_t)s->n * sizeof(*s->at));
    if (!s->at)
        return err_nomem(e, (size_t)s->n * sizeof(*s->at));
    first = max_int(first, last - HISTORY_MAX + 1);
    s->num_train = spread(s->at, min_int(first, last > 0 ? last : 1), last, share(o, SAMPLES_MAX));
    if (s->repeated) {
        place_repeated(s, s->backtest.members.ets.season1);
        return ST_OK;
    }
    s->count = s->num_train +
               spread(s->at + s->num_train, s->split, s->n - 1, max_int(4, share(o, VALID_MAX)));
    return ST_OK;
}

/* paths (MEMBER_COUNT, H) from the single validation origin of a series of two seasons. All members
 * get the level of the season that followed, so that only the season itself is compared. */
static void repeat_season(float *paths, const struct origins *o, const struct origin_series *s)
{
    int m = s->backtest.members.ets.season1, at = s->n - m;
    double before = 0, after = 0;

    for (int i = 0; i < m; i++) {
        before += s->w[at - m + i] / m;
        after += s->w[at + i] / m;
    }
    for (int k = 0; k < MEMBER_COUNT; k++) {
        bool season = members_repeat(&s->backtest.members, (enum member)k);

        for (int h = 0; h < o->H; h++)
            row(paths, k, o->H)[h] = (float)(after + (season ? s->w[at - m + h % m] - before : 0));
    }
}

static enum status forecast_members(const struct origins *o, struct origin_series *s, struct err *e)
{
    size_t n = (size_t)s->count * MEMBER_COUNT * (size_t)o->H;
    double *all = calloc(n + 1, sizeof(*all));
    int ascending = s->count - s->repeated; /* members need ascending origins */
    enum status st;

    s->paths = malloc((n + 1) * sizeof(*s->paths));
    if (!all || !s->paths) {
        free(all);
        return err_nomem(e, n * sizeof(*all));
    }
    st = members_path(all, &s->backtest.members, &o->nets,
                      &(struct rolling){s->w, s->n, s->at, ascending, o->H}, e);
    for (size_t i = 0; !st && i < n; i++)
        s->paths[i] = (float)all[i];
    if (!st && s->repeated)
        repeat_season(row(s->paths, s->num_train, MEMBER_COUNT * (size_t)o->H), o, s);
    free(all);
    return st;
}

/* Places the split: some horizons before the end, and after two seasons if the series is long
 * enough. */
static void place_split(const struct origins *o, struct origin_series *s,
                        const struct members *like)
{
    int m = like->ets.season2 ? 0 : like->ets.season1, n = s->n;
    int kept = min_int(VALID_HORIZONS * o->H, n / VALID_SHARE);

    if (m > 1 && n >= 2 * m && n - kept < 2 * m) {
        kept = n - 2 * m;
        s->repeated = kept < max_int(KEPT_MIN, m / KEPT_SHARE);
    }
    s->split = s->repeated ? n : max_int(1, n - kept);
}

enum status origins_add(struct origins *o, int i, const struct members *like, const double *w,
                        const double *values, int n, struct err *e)
{
    struct origin_series *s = &o->series[i];
    enum status st;

    s->values = values;
    s->w = w;
    s->n = n;
    place_split(o, s, like);
    st = members_refit(&s->backtest.members, like, w, s->split, 0, e);
    if (!st) {
        struct members *c = &s->backtest.members;

        global_frame_fit(&c->global, w, s->split, c->ets.season1, c->ets.season2, o->W, o->H);
        c->global.error_scale = s->repeated ? 0 : c->global.error_scale;
        st = place_origins(o, s, e);
    }
    return st;
}

void origins_finish_adding(struct origins *o)
{
    for (int i = 0; i < o->num_series; i++)
        o->season_max = max_int(o->season_max, o->series[i].backtest.members.ets.season1);
}

static enum status forecast_one(void *ctx, int i, struct err *e)
{
    struct origins *o = ctx;
    struct global_frame *f = &o->series[i].backtest.members.global;

    /* Without nets no series has this member. */
    f->error_scale = o->nets.net[0] ? f->error_scale : 0;
    f->lags = o->series[i].split >= o->nets.ar.L && !o->series[i].repeated ? o->nets.ar.L : 0;
    return forecast_members(o, &o->series[i], e);
}

enum status origins_forecast(struct origins *o, struct progress *progress, struct err *e)
{
    return progress_each(progress, o->num_series, forecast_one, o, e);
}

/* ---- weights ---- */

/* error[k] = (mean of sqrt |w - path_k|)^2 over the validation part. Because of the root, one
 * origin before a shift of the level counts less than in a mean absolute error. INFINITY for a
 * member that was not fitted. Returns false when no truth is known. */
static bool backtest_errors(double error[MEMBER_COUNT], const struct origins *o,
                            const struct origin_series *s)
{
    int known = 0;

    memset(error, 0, MEMBER_COUNT * sizeof(*error));
    for (int i = s->num_train; i < s->count; i++) {
        for (int h = 0; h < o->H && s->at[i] + h < s->n; h++) {
            int t = s->at[i] + h;
            const float *path = row(s->paths, i, MEMBER_COUNT * (size_t)o->H) + h;

            if (isnan(s->values[t]))
                continue;
            known++;
            for (int k = 0; k < MEMBER_COUNT; k++)
                error[k] += (sqrt(fabs(s->w[t] - (double)*row(path, k, o->H))) - error[k]) / known;
        }
    }
    for (int k = 0; k < MEMBER_COUNT; k++) {
        error[k] *= error[k];
        if (!members_have(&s->backtest.members, (enum member)k))
            error[k] = INFINITY;
    }
    return known > 0;
}

/* Mean of the logarithms of the errors of the first members, which every series has. NaN when any
 * member had no error. */
static double mean_log(const double error[MEMBER_COUNT])
{
    double mean = 0;

    for (int k = 0; k < MEMBER_COUNT; k++) {
        if (!(error[k] > 0))
            return NAN;
    }
    for (int k = 0; k < ENSEMBLE_MEMBERS_FIRST; k++)
        mean += log(error[k]) / ENSEMBLE_MEMBERS_FIRST;
    return mean;
}

static int season_of(const struct members *c)
{
    return c->ets.season2 ? c->ets.season2 : c->ets.season1;
}

/* The errors that an earlier fit measured are combined with those of this backtest: the mean of the
 * logarithms, each relative to the first members. Two measurements contain less chance than one, so
 * they move the weights further. This holds only if each has more than a few values: simulated
 * quarters of two or three years got worse by it. Chosen on M4's 48 hourly and 100 monthly series
 * and 7 origins of AirPassengers: the powers 1, 1.4 and 2 give OWA 0.427, 0.422, 0.418 and 0.807,
 * 0.805, 0.804, MAPE 4.04, 3.93, 3.80. */
enum { CERTAIN_MIN = 8 /* values of a backtest, for the higher power */ };
static const double before_share = 0.5, certainty_twice = 2;

/* Combines error with the earlier fit's. Returns false when there are no earlier errors. */
static bool add_before(double error[MEMBER_COUNT], const struct origins *o, int i)
{
    const struct backtest_record *b = o->before;
    const double *before = b ? row(b->error, i, MEMBER_COUNT) : NULL;
    double here, there;

    if (!b || b->season[i] != season_of(&o->series[i].backtest.members))
        return false;
    here = mean_log(error);
    there = mean_log(before);
    if (isnan(here) || isnan(there))
        return false;
    for (int k = 0; k < MEMBER_COUNT; k++) {
        if (isfinite(error[k]) && isfinite(before[k]))
            error[k] *= exp(before_share * ((log(before[k]) - there) - (log(error[k]) - here)));
    }
    return true;
}

/* A series of two seasons has a single validation origin. If the test of its whole history finds
 * the season evident, members without it count as this many times worse. On 100 simulated series
 * each, the factors 1, 2.5 and 5 give these errors, relative to the better of exponential smoothing
 * and the season before: 8 quarters 1.15, 0.99, 0.94; 9 quarters 1.15, 1.02, 0.99; 10 quarters
 * 1.02, 0.93, 0.92; 24 months 0.90, 0.88, 0.88. On random walks, and where the noise is as high as
 * the season, all are alike. */
static const double worse_without = 4;

static void prefer_evident(double error[MEMBER_COUNT], const struct origin_series *s)
{
    const struct members *c = &s->backtest.members;

    for (int k = 0; s->repeated && c->ets.model.season1 && k < MEMBER_COUNT; k++)
        error[k] *= members_repeat(c, (enum member)k) ? 1 : worse_without;
}

/* The errors of series i combined with earlier ones, and how certain they are (ensemble_weigh()).
 * Returns false when no truth is known. */
static bool errors_of(double error[MEMBER_COUNT], double *certainty, const struct origins *o, int i)
{
    if (!backtest_errors(error, o, &o->series[i]))
        return false;
    *certainty = 1;
    prefer_evident(error, &o->series[i]);
    if (add_before(error, o, i) && o->series[i].n - o->series[i].split >= CERTAIN_MIN)
        *certainty = certainty_twice;
    return true;
}

enum status backtest_record_take(struct backtest_record *out, const struct origins *o,
                                 struct err *e)
{
    size_t n = (size_t)o->num_series;
    struct backtest_record r = {.num_series = o->num_series};

    r.error = malloc(n * MEMBER_COUNT * sizeof(*r.error));
    r.season = malloc(n * sizeof(*r.season));
    *out = r;
    if (!r.error || !r.season)
        return err_nomem(e, n * MEMBER_COUNT * sizeof(*r.error));
    for (int i = 0; i < o->num_series; i++) {
        double *error = row(r.error, i, MEMBER_COUNT);

        if (o->series[i].repeated || !backtest_errors(error, o, &o->series[i]))
            error[0] = NAN;
        r.season[i] = season_of(&o->series[i].backtest.members);
    }
    return ST_OK;
}

void backtest_record_release(struct backtest_record *r)
{
    free(r->error);
    free(r->season);
    *r = (struct backtest_record){0};
}

/* Adds the logarithms of a series' errors, relative to the mean of the first members, which every
 * series has. Adds nothing when any member had no error. count[k]: series that have member k. */
static void add_relative(double relative[MEMBER_COUNT], int count[MEMBER_COUNT],
                         const double error[MEMBER_COUNT])
{
    double mean = mean_log(error);

    if (isnan(mean))
        return;
    for (int k = 0; k < MEMBER_COUNT; k++) {
        if (isinf(error[k]))
            continue;
        relative[k] += fmin(fmax(log(error[k]) - mean, -relative_max), relative_max);
        count[k]++;
    }
}

static enum status set_weights(struct origins *o, struct err *e)
{
    double error[MEMBER_COUNT], certainty;
    enum status st = ST_OK;
    int count[MEMBER_COUNT] = {0};

    for (int i = 0; i < o->num_series; i++) {
        if (errors_of(error, &certainty, o, i))
            add_relative(o->relative, count, error);
    }
    for (int k = 0; k < MEMBER_COUNT; k++)
        o->relative[k] /= max_int(1, count[k]);
    for (int i = 0; !st && i < o->num_series; i++) {
        struct origin_series *s = &o->series[i];

        ensemble_prior(s->backtest.weight);
        if (errors_of(error, &certainty, o, i))
            ensemble_weigh(s->backtest.weight, o->relative, error, certainty);
        st = ensemble_measure(&s->backtest, &o->nets, s->w, s->values, s->split, o->H, e);
    }
    return st;
}

/* ---- samples ---- */

static enum status list_samples(struct origins *o, int train_size, struct err *e)
{
    size_t train = 0, valid = 0;

    for (int i = 0; i < o->num_series; i++) {
        train += (size_t)o->series[i].num_train;
        valid += (size_t)(o->series[i].count - o->series[i].num_train);
    }
    o->train = malloc((train + 1) * sizeof(*o->train));
    o->valid = malloc((valid + 1) * sizeof(*o->valid));
    if (!o->train || !o->valid)
        return err_nomem(e, (train + valid) * sizeof(*o->train));
    for (int i = 0; i < o->num_series; i++) {
        for (int k = 0; k < o->series[i].count; k++) {
            struct origin_sample s = {.series = i, .index = k};

            if (k >= o->series[i].num_train)
                o->valid[o->num_valid++] = s;
            else if (train_size <= 0 || o->num_train < train_size)
                o->train[o->num_train++] = s;
        }
    }
    return o->num_train ? ST_OK : err_set(e, ST_INVALID, "the data gives no window to train on");
}

enum status origins_finish(struct origins *o, int train_size, struct err *e)
{
    size_t space = residual_net_space(o->W, o->H, o->season_max);
    size_t row = (size_t)MEMBER_COUNT * (size_t)o->H;
    enum status st = set_weights(o, e);

    if (!st)
        st = list_samples(o, train_size, e);
    if (st)
        return st;
    o->space = malloc(space * sizeof(*o->space));
    o->paths = malloc(row * sizeof(*o->paths));
    o->base = malloc((size_t)o->H * sizeof(*o->base));
    return o->space && o->paths && o->base ? ST_OK : err_nomem(e, (space + row) * sizeof(double));
}

struct forecast_origin origins_get(struct origins *o, struct origin_sample s)
{
    const struct origin_series *v = &o->series[s.series];
    size_t row = (size_t)MEMBER_COUNT * (size_t)o->H;
    int at = v->at[s.index];

    for (size_t i = 0; i < row; i++)
        o->paths[i] = (double)v->paths[(size_t)s.index * row + i];
    return (struct forecast_origin){.w = v->w + at,
                                    .past = at,
                                    .paths = o->paths,
                                    .stride = o->H,
                                    .weight = v->backtest.weight,
                                    .error_scale = v->backtest.error_scale,
                                    .season = max_int(1, v->backtest.members.ets.season1)};
}

/* Training targets lie before the split; validation targets may lie anywhere in the training
 * part. */
static void fill_targets(struct batch *b, int row, struct origins *o, struct origin_sample s,
                         const struct forecast_origin *from, bool mirrored)
{
    const struct origin_series *v = &o->series[s.series];
    int at = v->at[s.index], end = s.index < v->num_train ? v->split : v->n;

    forecast_origin_base(o->base, from, o->H);
    for (int t = 0; t < o->W + o->H; t++) {
        int h = t - o->W;
        double d = NAN;

        if (h >= 0 && at + h < end && !isnan(v->values[at + h]))
            d = fmin(fmax((from->w[h] - o->base[h]) / from->error_scale, -TARGET_MAX), TARGET_MAX);
        row(b->values, t, b->B)[row] = (float)(mirrored ? -d : d);
    }
}

static void fill(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    struct origin_source *source = ctx;
    struct origins *o = source->o;
    int T = o->W + o->H;

    b->T = T;
    b->B = n;
    for (int row = 0; row < n; row++) {
        struct origin_sample s = source->samples[index[row]];
        struct forecast_origin from = origins_get(o, s);
        bool mirrored = rng && rng_below(rng, 2);

        residual_net_input(b->x, row, n, &from, o->W, o->H, o->space);
        if (mirrored)
            residual_net_mirror(b->x, row, n, T);
        fill_targets(b, row, o, s, &from, mirrored);
        b->lengths[row] = T;
    }
}

struct sample_source origins_source(struct origin_source *s, int count)
{
    return (struct sample_source){
        .ctx = s, .num_samples = count, .T_max = s->o->W + s->o->H, .fill = fill};
}
