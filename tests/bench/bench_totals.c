/* bench_totals.c - whether forecasts of skewed series, of counts and of many zeros add up.
 *
 * usage: bench_totals [SERIES [alone]]
 *     SERIES: of each row, 60; alone: each series is fitted by itself, not all as one panel
 *
 * Each row draws series of which the expected value of every step is known, 72 steps with a season
 * of 12 and 140 with one of 7, fits the default recipe and forecasts 12 and 14 steps. Columns:
 * mean, median: sums of the means and of the medians over the sum of the expected values (goal of
 * the first: 0.95 to 1.05; with many zeros 0.9 to 1.15); c80, c95: share of values inside the
 * intervals; paths: sum of the means of 200 paths over that of the means; t80: share of totals
 * inside the middle 80 % of the paths' totals. */
#include <lstm/forecaster.h>
#include <lstm/rng.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SERIES_MAX = 100, STEPS_MAX = 154, HORIZON = 14, PATHS = 200 };

enum kind {
    KIND_LOGNORMAL,
    KIND_LOGNORMAL_SEASON,
    KIND_EXPONENTIAL,
    KIND_GAMMA_SEASON,
    KIND_POISSON,
    KIND_POISSON_SEASON,
    KIND_NEGATIVE_BINOMIAL,
    KIND_SOME_ZEROS,
    KIND_NORMAL_SEASON,
    KIND_INTERMITTENT,
    KIND_LUMPY,
    KIND_INTERMITTENT_SEASON,
    KIND_COUNT
};

static const char *const names[KIND_COUNT] = {
    "lognormal, sigma 0.8",
    "lognormal with a season",
    "exponential",
    "gamma with a season",
    "Poisson of 3",
    "Poisson with a season",
    "negative binomial",
    "15 % zeros, lognormal",
    "normal with a season",
    "intermittent",
    "lumpy",
    "intermittent with a season",
};

static double uniform(struct rng *r)
{
    return ((double)rng_below(r, UINT32_MAX) + 0.5) / UINT32_MAX;
}

static double normal(struct rng *r)
{
    return (double)rng_normal(r);
}

static double poisson(struct rng *r, double mean)
{
    double product = uniform(r), least = exp(-mean);
    int count = 0;

    for (; product > least; count++)
        product *= uniform(r);
    return count;
}

/* The sum of four exponential numbers, over four. */
static double gamma4(struct rng *r)
{
    return -log(uniform(r) * uniform(r) * uniform(r) * uniform(r)) / 4;
}

/* Draws one value; *expected is its mean. level: of the series; wave: 0.6..1.4 by the season. */
static double draw(double *expected, enum kind kind, double level, double wave, struct rng *r)
{
    switch (kind) {
    case KIND_LOGNORMAL:
        *expected = level * exp(0.32);
        return level * exp(0.8 * normal(r));
    case KIND_LOGNORMAL_SEASON:
        *expected = level * wave * exp(0.045);
        return level * wave * exp(0.3 * normal(r));
    case KIND_EXPONENTIAL:
        *expected = level;
        return -level * log(uniform(r));
    case KIND_GAMMA_SEASON:
        *expected = level * wave;
        return level * wave * gamma4(r);
    case KIND_POISSON:
        *expected = 3;
        return poisson(r, 3);
    case KIND_POISSON_SEASON:
        *expected = 3 * wave;
        return poisson(r, 3 * wave);
    case KIND_NEGATIVE_BINOMIAL:
        *expected = 5;
        return poisson(r, -5 * log(uniform(r)));
    case KIND_SOME_ZEROS:
        *expected = 0.85 * level * exp(0.18);
        return uniform(r) < 0.15 ? 0 : level * exp(0.6 * normal(r));
    case KIND_INTERMITTENT:
        *expected = 0.35 * 4.5;
        return uniform(r) < 0.35 ? 1 + rng_below(r, 8) : 0;
    case KIND_LUMPY:
        *expected = 0.15 * (exp(1.605) + 0.5);
        return uniform(r) < 0.15 ? ceil(exp(1.2 + 0.9 * normal(r))) : 0;
    case KIND_INTERMITTENT_SEASON:
        *expected = 0.35 * wave * 4.5;
        return uniform(r) < 0.35 * wave ? 1 + rng_below(r, 8) : 0;
    case KIND_NORMAL_SEASON:
    case KIND_COUNT:
        break;
    }
    *expected = level * wave;
    return level * (wave + 0.2 * normal(r));
}

struct sums {
    double mean, median, expected, paths, in80, in95, totals80;
    int steps, series;
};

static double values[SERIES_MAX][STEPS_MAX], expected[SERIES_MAX][STEPS_MAX];

static void simulate_all(enum kind kind, int count, int n, int season)
{
    struct rng r;

    rng_seed(&r, 18);
    for (int i = 0; i < count; i++) {
        double level = exp(3 + 0.5 * normal(&r)), phase = 6.283185307179586 * uniform(&r);

        for (int t = 0; t < n; t++)
            values[i][t] = draw(&expected[i][t], kind, level,
                                1 + 0.4 * sin(6.283185307179586 * t / season + phase), &r);
    }
}

/* Adds the forecast of series i, whose first n values are known. */
static enum status add(struct sums *s, const struct forecaster *f, const struct series_view *v,
                       int i, int h, struct err *e)
{
    static const double levels[2] = {80, 95};
    static double mean[HORIZON], median[HORIZON], bounds[4][HORIZON], paths[PATHS * HORIZON];
    struct forecast out = {.mean = mean,
                           .median = median,
                           .lower = {bounds[0], bounds[2]},
                           .upper = {bounds[1], bounds[3]},
                           .samples = paths};
    const struct forecast_request q = {
        .steps = h, .levels = levels, .num_levels = 2, .num_samples = PATHS};
    const double *truth = values[i] + v->length;
    double total = 0;
    int below = 0;
    enum status st = forecaster_predict_request(&out, f, v, &q, e);

    for (int k = 0; !st && k < h; k++) {
        s->mean += mean[k];
        s->median += median[k];
        s->expected += expected[i][v->length + k];
        s->in80 += truth[k] >= bounds[0][k] && truth[k] <= bounds[1][k];
        s->in95 += truth[k] >= bounds[2][k] && truth[k] <= bounds[3][k];
        total += truth[k];
        s->steps++;
    }
    for (int p = 0; !st && p < PATHS; p++) {
        double sum = 0;

        for (int k = 0; k < h; k++)
            sum += paths[p * h + k];
        s->paths += sum / PATHS;
        below += sum < total;
    }
    s->totals80 += below >= PATHS / 10 && below <= PATHS - PATHS / 10;
    s->series++;
    return st;
}

static enum status run(struct sums *s, int count, bool alone, int n, int season, int h,
                       struct err *e)
{
    static struct series_view views[SERIES_MAX];
    static char ids[SERIES_MAX][8];
    int at_once = alone ? 1 : count;
    enum status st = ST_OK;

    for (int i = 0; i < count; i++) {
        snprintf(ids[i], sizeof(ids[i]), "s%d", i);
        views[i] = (struct series_view){.id = ids[i], .values = values[i], .length = n};
    }
    for (int i = 0; !st && i < count; i += at_once) {
        struct panel panel = {.series = views + i, .count = at_once, .season_length = season};
        struct forecaster *f = NULL;
        struct params p;

        st = params_defaults(&p, TASK_FORECAST, NULL, e);
        if (!st)
            st = forecaster_fit(&f, &panel, &p, NULL, e);
        for (int k = i; !st && k < i + at_once; k++)
            st = add(s, f, &views[k], k, h, e);
        forecaster_free(f);
    }
    return st;
}

static void print_row(enum kind kind, int count, bool alone, int n, int season, int h)
{
    struct sums s = {0};
    struct err e = {0};

    simulate_all(kind, count, n + h, season);
    if (run(&s, count, alone, n, season, h, &e))
        printf("%-28s %s\n", names[kind], e.message);
    else
        printf("%-28s %6d %6.3f %6.3f %5.2f %5.2f %6.3f %5.2f\n", names[kind], season,
               s.mean / s.expected, s.median / s.expected, s.in80 / s.steps, s.in95 / s.steps,
               s.paths / s.mean, s.totals80 / s.series);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 60;

    if (count < 1 || count > SERIES_MAX) {
        fprintf(stderr, "SERIES must be from 1 to %d\n", SERIES_MAX);
        return EXIT_FAILURE;
    }
    printf("%-28s %6s %6s %6s %5s %5s %6s %5s\n", "series", "season", "mean", "median", "c80",
           "c95", "paths", "t80");
    for (int k = 0; k < KIND_COUNT; k++) {
        print_row((enum kind)k, count, argc > 2, 72, 12, 12);
        print_row((enum kind)k, count, argc > 2, 140, 7, 14);
    }
    return EXIT_SUCCESS;
}
