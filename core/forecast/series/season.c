/* season.c - strength of a season, seasonal naive forecast: see season.h. */
#include "core/forecast/series/season.h"

#include "core/forecast/series/profile.h"

#include <math.h>
#include <stdlib.h>

enum { DAYS = 7 /* of a week */ };

void season_lengths(int *season1, int *season2, int season_length, int n)
{
    static const int days[] = {24, 48, 96};
    int longest = n < HISTORY_MAX ? n / 2 : HISTORY_MAX / 2;

    *season1 = season_length > 1 && !profile_applies(season_length) ? season_length : 0;
    *season2 = 0;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        if (season_length != days[i] && season_length != DAYS * days[i])
            continue;
        *season1 = days[i];
        *season2 = DAYS * days[i];
    }
    if (*season2 > longest)
        *season2 = 0;
    if (*season1 > longest)
        *season1 = 0;
}

/* Sums, by phase and in all, of the values minus the moving average. */
struct seasonal_sums {
    double *phase; /* (m) */
    int *count;    /* (m) */
    double sum, square;
    int n;
};

/* The centred moving average over one whole season (2 x m for an even m), updated step by step. */
static void add_detrended(struct seasonal_sums *s, const double *z, int n, int m)
{
    int half = m / 2;
    double window = 0;

    for (int i = 0; i < 2 * half + 1; i++)
        window += z[i];
    for (int i = half; i + half < n; i++) {
        double ends = (z[i - half] + z[i + half]) / 2;
        double d = z[i] - (m % 2 ? window : window - ends) / m;

        s->phase[i % m] += d;
        s->count[i % m]++;
        s->sum += d;
        s->square += d * d;
        s->n++;
        if (i + half + 1 < n)
            window += z[i + half + 1] - z[i - half];
    }
}

enum status season_strength(double *out, const double *z, int n, int m, struct err *e)
{
    struct seasonal_sums s = {0};
    double total, rest;

    *out = 0;
    if (m < 2 || n / 3 < m)
        return ST_OK;
    s.phase = calloc((size_t)m, sizeof(*s.phase));
    s.count = calloc((size_t)m, sizeof(*s.count));
    if (!s.phase || !s.count) {
        free(s.phase);
        free(s.count);
        return err_nomem(e, (size_t)m * (sizeof(*s.phase) + sizeof(*s.count)));
    }
    add_detrended(&s, z, n, m);
    total = s.square - s.sum * s.sum / s.n;
    rest = s.square;
    for (int k = 0; k < m; k++)
        rest -= s.count[k] ? s.phase[k] * s.phase[k] / s.count[k] : 0;
    if (s.n > m && total > 1e-12 * s.n)
        *out = fmax(0, fmin(1, 1 - (rest / (s.n - m)) / (total / (s.n - 1))));
    free(s.phase);
    free(s.count);
    return ST_OK;
}

/* Sum of squares of v (m) around its mean, where v[i] = a[i] - b[i]; b may be NULL. */
static double squares_around(const double *a, const double *b, int m)
{
    double mean = 0, sum = 0;

    for (int i = 0; i < m; i++)
        mean += (a[i] - (b ? b[i] : 0)) / m;
    for (int i = 0; i < m; i++) {
        double d = a[i] - (b ? b[i] : 0) - mean;

        sum += d * d;
    }
    return sum;
}

/* Noise alone gives a ratio of about 2, and one below this limit in one case of twenty. */
static const double evident_ratio = 0.7;

bool season_evident(const double *y, int n, int m)
{
    int cycles = n / m;
    double between = 0, within = 0;

    y += n - cycles * m;
    for (int c = 0; c < cycles; c++)
        within += squares_around(y + c * m, NULL, m) / cycles;
    for (int c = 1; c < cycles; c++)
        between += squares_around(y + c * m, y + (c - 1) * m, m) / (cycles - 1);
    return cycles > 1 && between < evident_ratio * within;
}

void seasonal_naive(double *out, const double *y, int n, int m, int horizon)
{
    for (int h = 0; h < horizon; h++) {
        if (m < 1 || m > n)
            out[h] = y[n - 1];
        else
            out[h] = h < m ? y[n - m + h] : out[h - m];
    }
}
