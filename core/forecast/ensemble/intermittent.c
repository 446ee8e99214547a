/* intermittent.c - see intermittent.h.
 *
 * Each method is tried with several smoothing weights; each such trial gives a rate at every
 * origin. The rate is compared with the demand per step of the following steps (a block). A trial
 * weighs
 *
 *     (mean square of these errors)^(-blocks)
 *
 * where blocks is how many blocks fit without overlap. A method's rate is the weighted mean of its
 * trials, and its weight is their mean weight. The power, and the middle of the history as first
 * origin, were chosen on simulated series: steady, lumpy, seasonal, dying, new and drifting. */
#include "core/forecast/ensemble/intermittent.h"

#include "core/base/sort.h"
#include "core/forecast/methods/croston.h"
#include "core/forecast/methods/imapa.h"
#include "core/forecast/series/season.h"

#include <math.h>
#include <stdlib.h>

/* ---- the season ---- */

static const double index_least = 0.05;

/* Sums of squares between the phases of the season and within them. mean (m): of each phase. */
static void phase_squares(double *between, double *within, double *mean, const double *y, int n,
                          int m)
{
    double all = 0;

    *between = *within = 0;
    for (int k = 0; k < m; k++) {
        int count = 0;

        mean[k] = 0;
        for (int t = k; t < n; t += m)
            mean[k] += (y[t] - mean[k]) / ++count;
        all += mean[k] * count / n;
    }
    for (int t = 0; t < n; t++) {
        double inside = y[t] - mean[t % m], outside = mean[t % m] - all;

        *within += inside * inside;
        *between += outside * outside;
    }
}

/* index (m): the mean of each phase over the total mean. It is shrunk towards 1 by the share of the
 * phases' spread that chance explains (James and Stein). Returns false when the spread is within
 * two standard deviations of its value by chance. */
static bool find_season(double *index, const double *y, int n, int m)
{
    double between, within, ratio, sum = 0, kept;

    phase_squares(&between, &within, index, y, n, m);
    ratio = within > 0 ? between / (m - 1) / (within / (n - m)) : 0;
    if (ratio < 1 + 2 * sqrt(2.0 / (m - 1)))
        return false;
    kept = 1 - 1 / ratio;
    for (int k = 0; k < m; k++)
        sum += index[k] / m;
    for (int k = 0; k < m; k++)
        index[k] = fmax(index_least, 1 + kept * (index[k] / sum - 1));
    return true;
}

/* Divides y by the seasonal index, if there is a season, and rotates the index so that it begins at
 * the first forecast step. */
static enum status take_season(struct intermittent *m, double *y, int n, int season, struct err *e)
{
    double *index, before = 0, after = 0;

    m->season = 1;
    if (season < 2 || n / 3 < season)
        return ST_OK;
    index = malloc(2 * (size_t)season * sizeof(*index));
    if (!index)
        return err_nomem(e, 2 * (size_t)season * sizeof(*index));
    if (!find_season(index, y, n, season)) {
        free(index);
        return ST_OK;
    }
    for (int t = 0; t < n; t++)
        before += y[t];
    for (int t = 0; t < n; t++) {
        y[t] /= index[t % season];
        after += y[t];
    }
    for (int h = 0; h < season; h++)
        index[season + h] = index[(n + h) % season];
    for (int h = 0; h < season; h++)
        index[h] = index[season + h] * (before / after); /* keeps the total of y */
    m->index = index;
    m->season = season;
    return ST_OK;
}

/* ---- trials ---- */

enum { BLOCK_MAX = 12, BLOCK_SHARE = 8, TRIALS_MAX = 32 };

static const double alphas[] = {0, 0.02, 0.05, 0.1, 0.2, 0.3};
static const double betas[] = {0, 0.1};

enum { ALPHAS = sizeof(alphas) / sizeof(alphas[0]), BETAS = sizeof(betas) / sizeof(betas[0]) };

struct trial {
    enum intermittent_member of;
    double rate, error, weight;
};

struct trials {
    const double *y; /* (n) without season */
    int n, first;    /* first: the first origin that is judged */
    int block;       /* steps */
    double *rates;   /* (n + 1) space: the rate at each origin */
    struct trial trial[TRIALS_MAX];
    int count;
};

/* Mean square of the difference between the rate at an origin and the demand per step of the block
 * after it; 0 when there is no origin. */
static double block_error(const struct trials *s)
{
    double sum = 0, mean = 0;
    int count = 0;

    for (int t = s->first; t + s->block <= s->n; t++) {
        if (t == s->first) {
            for (int h = 0; h < s->block; h++)
                sum += s->y[t + h];
        } else {
            sum += s->y[t + s->block - 1] - s->y[t - 1];
        }
        mean += (pow(s->rates[t] - sum / s->block, 2) - mean) / ++count;
    }
    return mean;
}

static void add_trial(struct trials *s, enum intermittent_member of)
{
    s->trial[s->count++] =
        (struct trial){.of = of, .rate = fmax(0, s->rates[s->n]), .error = block_error(s)};
}

static void try_all(struct trials *s)
{
    int levels = imapa_levels(s->y, s->n);

    for (int a = 0; a < ALPHAS; a++) {
        demand_rates(s->rates, s->y, s->n, alphas[a]);
        add_trial(s, INTERMITTENT_SMOOTHED);
        croston_rates(s->rates, s->y, s->n, alphas[a]);
        add_trial(s, INTERMITTENT_SBA);
        imapa_rates(s->rates, s->y, s->n, levels, alphas[a]);
        add_trial(s, INTERMITTENT_IMAPA);
        for (int b = 0; b < BETAS; b++) {
            tsb_rates(s->rates, s->y, s->n, alphas[a], betas[b]);
            add_trial(s, INTERMITTENT_TSB);
        }
    }
}

static void weigh(struct intermittent *m, struct trials *s)
{
    double least = INFINITY, blocks = (double)(s->n - s->first) / s->block, all = 0;
    int count[INTERMITTENT_COUNT] = {0};

    for (int i = 0; i < s->count; i++)
        least = fmin(least, s->trial[i].error);
    for (int i = 0; i < s->count; i++) {
        struct trial *t = &s->trial[i];

        t->weight = least > 0 ? pow(t->error / least, -blocks) : 1;
        m->weight[t->of] += t->weight;
        count[t->of]++;
    }
    for (int i = 0; i < s->count; i++) {
        const struct trial *t = &s->trial[i];

        if (m->weight[t->of] > 0)
            m->rate[t->of] += t->rate * (t->weight / m->weight[t->of]);
    }
    for (int k = 0; k < INTERMITTENT_COUNT; k++) {
        m->weight[k] /= count[k];
        all += m->weight[k];
    }
    for (int k = 0; k < INTERMITTENT_COUNT; k++)
        m->weight[k] /= all;
}

static const double late = 4; /* in mean gaps between demands */

/* The length of the history without the zeros before the first demand. They are left out only when
 * they are much longer than the gaps between demands: then the product did not exist yet. */
static int known_length(const double *y, int n)
{
    int first = 0, demands = 0;

    while (first < n && y[first] == 0)
        first++;
    for (int t = first; t < n; t++)
        demands += y[t] > 0;
    return first < n && first * (double)demands / (n - first) > late ? n - first : n;
}

enum status intermittent_fit(struct intermittent *out, const double *y, int n, int season,
                             struct err *e)
{
    int used = known_length(y + n - min_int(n, HISTORY_MAX), min_int(n, HISTORY_MAX));
    size_t size = (2 * (size_t)used + 1) * sizeof(double);
    double *space = calloc(1, size);
    struct trials s = {.y = space, .n = used, .rates = space + used};
    struct intermittent m = {0};
    enum status st = space ? ST_OK : err_nomem(e, size);

    for (int t = 0; !st && t < used; t++)
        space[t] = y[n - used + t];
    if (!st) {
        demand_sizes_fit(&m.sizes, space, used);
        st = take_season(&m, space, used, season, e);
    }
    if (!st) {
        s.block = max_int(1, min_int(BLOCK_MAX, used / BLOCK_SHARE));
        while (s.first < used && space[s.first] == 0)
            s.first++;
        s.first = max_int(s.first + 1, used / 2);
        try_all(&s);
        weigh(&m, &s);
        *out = m;
    }
    free(space);
    return st;
}

void intermittent_release(struct intermittent *m)
{
    free(m->index);
    *m = (struct intermittent){0};
}

/* ---- forecasts ---- */

double intermittent_member(const struct intermittent *m, enum intermittent_member k, int h)
{
    return m->rate[k] * (m->index ? m->index[h % m->season] : 1);
}

double intermittent_mean(const struct intermittent *m, int h)
{
    double mean = 0;

    for (int k = 0; k < INTERMITTENT_COUNT; k++)
        mean += m->weight[k] * intermittent_member(m, (enum intermittent_member)k, h);
    return mean;
}

double intermittent_quantile(const struct intermittent *m, int h, double u)
{
    return demand_quantile(&m->sizes, intermittent_mean(m, h), u);
}
