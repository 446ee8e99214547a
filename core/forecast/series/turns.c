/* turns.c - see turns.h.
 *
 * The model is y_t = a_p + b t + c (t - turn)+ + noise, where p is the phase of the season. With
 * the means over each phase subtracted from y and from the regressors, it is a regression on two
 * variables (Frisch and Waugh 1933). Each step at which the lines may meet is tried. */
#include "core/forecast/series/turns.h"

#include "core/forecast/series/zeros.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    AFTER_MIN = 5,      /* fewest values after a turn, */
    BEFORE_MIN = 10,    /* and before it, */
    FREEDOM_MIN = 24,   /* and of the degrees of freedom; */
    CYCLES = 3,         /* fewest seasons, else none is removed */
    WINDOW = 72,        /* values that are read: so many, */
    WINDOW_CYCLES = 6,  /* or so many seasons */
    SEASON_LONGEST = 31 /* steps; longer seasons are not removed */
};

/* clear: least t statistic of the change of the slope. than_other: most squared error of the two
 * lines, as a share of that of a cubic curve and of a line with a step. independent: least mean
 * squared difference of neighbouring errors, in variances of the errors; it is 2 for independent
 * ones (von Neumann 1941), and near 0 for a random walk. Chosen on simulated turns, random walks,
 * processes of exponential smoothing, cycles, and curves that saturate: with 8 and 0.7 half of the
 * turns with much noise are missed; with 5 or 0.95 some of the processes have a turn that is none.
 * M4's 100 monthly series have none. */
static const double clear = 6, than_other = 0.85, independent = 1.4;
static const double rounding = 1e-9, too_large = 1e150;

/* The sums of one regression on two variables. */
struct sums {
    double xx, xz, zz, xy, zy, yy;
};

/* The values of a window and the regressors, all (n) and without the means of their phases. */
struct window {
    int n, season;  /* season: 1 for none */
    double *y, *x;  /* values, steps */
    double *z;      /* steps since a turn */
    double *powers; /* (3, n) of the steps */
};

/* Subtracts from v (n) the means over each phase. */
static void subtract_means(double *v, const struct window *w)
{
    for (int p = 0; p < w->season; p++) {
        double mean = 0;
        int count = 0;

        for (int i = p; i < w->n; i += w->season)
            mean += (v[i] - mean) / ++count;
        for (int i = p; i < w->n; i += w->season)
            v[i] -= mean;
    }
}

static double dot(const double *a, const double *b, int n)
{
    double sum = 0;

    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The fit of a line with a bend after `at`, or with a step there: the slope before it, the change
 * of the slope or level, the squared error, and the determinant of the sums. */
struct bend {
    int at;
    double before, change, square, determinant;
    struct sums s;
};

static struct bend fit_bend(const struct window *w, int at, bool step)
{
    struct bend b = {.at = at};

    for (int i = 0; i < w->n; i++)
        w->z[i] = i <= at ? 0 : step ? 1 : i - at;
    subtract_means(w->z, w);
    b.s = (struct sums){.xx = dot(w->x, w->x, w->n),
                        .xz = dot(w->x, w->z, w->n),
                        .zz = dot(w->z, w->z, w->n),
                        .xy = dot(w->x, w->y, w->n),
                        .zy = dot(w->z, w->y, w->n),
                        .yy = dot(w->y, w->y, w->n)};
    b.determinant = b.s.xx * b.s.zz - b.s.xz * b.s.xz;
    if (b.determinant > 0) {
        b.before = (b.s.xy * b.s.zz - b.s.zy * b.s.xz) / b.determinant;
        b.change = (b.s.zy * b.s.xx - b.s.xy * b.s.xz) / b.determinant;
    }
    b.square = b.s.yy - b.before * b.s.xy - b.change * b.s.zy;
    return b;
}

/* The squared error of a cubic curve. Its powers are made orthogonal one after the other. */
static double cubic(const struct window *w)
{
    double left = dot(w->y, w->y, w->n), size[3];

    for (int k = 0; k < 3; k++) {
        double *v = w->powers + (size_t)k * (size_t)w->n, along;

        for (int i = 0; i < w->n; i++)
            v[i] = pow(2.0 * i / w->n - 1, k + 1);
        subtract_means(v, w);
        for (int j = 0; j < k; j++) {
            const double *u = w->powers + (size_t)j * (size_t)w->n;

            along = dot(u, v, w->n) / size[j];
            for (int i = 0; i < w->n; i++)
                v[i] -= along * u[i];
        }
        size[k] = dot(v, v, w->n);
        along = dot(v, w->y, w->n);
        left -= along * along / size[k];
    }
    return left;
}

/* Mean squared difference of neighbouring errors of b, in variances of the errors. */
static double von_neumann(const struct window *w, const struct bend *b)
{
    double last = 0, differences = 0;

    fit_bend(w, b->at, false); /* sets w->z */
    for (int i = 0; i < w->n; i++) {
        double r = w->y[i] - b->before * w->x[i] - b->change * w->z[i];

        differences += i ? (r - last) * (r - last) : 0;
        last = r;
    }
    return differences / b->square;
}

/* The line with the best bend, or step, of those after `first` to `last`. */
static struct bend best_of(const struct window *w, int first, int last, bool step)
{
    struct bend best = {.square = INFINITY};

    for (int at = first; at <= last; at++) {
        struct bend b = fit_bend(w, at, step);

        if (b.determinant > 0 && b.square < best.square)
            best = b;
    }
    return best;
}

/* Whether the bend explains the values better than other changes do, and leaves only noise. */
static bool explains(const struct bend *b, const struct window *w)
{
    double line = b->s.yy - b->s.xy * b->s.xy / b->s.xx, other;

    if (!(line > rounding * b->s.yy))
        return false; /* only rounding remains to be explained */
    other = fmin(cubic(w), best_of(w, 1, w->n - 2, true).square);
    return b->square < than_other * other &&
           (b->square < rounding * b->s.yy || von_neumann(w, b) > independent);
}

/* Finds the turn of the window, if there clearly is one. *error: of the slope after it. *share: its
 * squared error in relation to that of the phases' means. */
static bool find(struct bend *best, double *error, double *share, const struct window *w)
{
    int freedom = w->n - w->season - 3;
    double variance;

    if (freedom < FREEDOM_MIN)
        return false;
    *best = best_of(w, BEFORE_MIN, w->n - AFTER_MIN - 1, false);
    if (!(best->square < INFINITY))
        return false;
    *share = best->square / best->s.yy;
    variance = fmax(best->square, 0) / freedom / best->determinant;
    *error = sqrt(variance * (best->s.xx + best->s.zz - 2 * best->s.xz));
    return fabs(best->change) > clear * sqrt(variance * best->s.xx) && explains(best, w);
}

/* w (n): the values on a scale, of which those before a turn are moved. *share: as of find(), or
 * INFINITY. */
static enum status move(double *w, double *share, int n, int season, struct turn *out,
                        struct err *e)
{
    int most = WINDOW_CYCLES * season > WINDOW ? WINDOW_CYCLES * season : WINDOW;
    int used = n < most ? n : most, first = n - used;
    double *space = calloc(6 * (size_t)used, sizeof(*space));
    struct window v = {.n = used, .season = season};
    struct bend b = {0};

    *out = (struct turn){0};
    *share = INFINITY;
    if (!space)
        return err_nomem(e, 6 * (size_t)used * sizeof(*space));
    v.y = space;
    v.x = v.y + used;
    v.z = v.x + used;
    v.powers = v.z + used;
    for (int i = 0; i < used; i++) {
        v.y[i] = w[first + i];
        v.x[i] = i;
    }
    subtract_means(v.y, &v);
    subtract_means(v.x, &v);
    if (find(&b, &out->error, share, &v)) {
        out->at = first + b.at;
        for (int i = 0; i < out->at; i++)
            w[i] += b.change * ((i > first ? i : first) - out->at);
    }
    free(space);
    return ST_OK;
}

/* Takes the moved values w (n) if they suit y: finite, and positive if y is. */
static void take(double *y, const double *w, int n, bool positive, const struct turn *turn,
                 struct turn *out)
{
    for (int i = 0; i < n; i++) {
        if (!isfinite(w[i]) || (positive && w[i] <= 0))
            return;
    }
    for (int i = 0; i < turn->at; i++)
        y[i] = w[i];
    *out = *turn;
}

/* raw, logs: (n) space. */
static enum status move_on_scales(double *y, double *raw, double *logs, int n, int season,
                                  struct turn *out, struct err *e)
{
    double share, other = INFINITY;
    bool positive = true;
    struct turn turn, of_logs = {0};
    enum status st;

    for (int i = 0; i < n; i++) {
        positive = positive && y[i] > 0;
        if (!(fabs(y[i]) < too_large))
            return ST_OK;
        raw[i] = y[i];
        logs[i] = y[i] > 0 ? log(y[i]) : 0;
    }
    st = move(raw, &share, n, season, &turn, e);
    if (!st && positive)
        st = move(logs, &other, n, season, &of_logs, e);
    if (st)
        return st;
    if (other < share) {
        turn = of_logs;
        turn.error *= y[n - 1];
        for (int i = 0; i < n; i++)
            raw[i] = exp(logs[i]);
    }
    if (turn.at)
        take(y, raw, n, positive, &turn, out);
    return ST_OK;
}

enum status turns_move(double *y, int n, const struct params *p, struct turn *out, struct err *e)
{
    int m = p->season_length;
    double *space;
    enum status st;

    *out = (struct turn){0};
    if (!p->ensemble || p->outliers != OUTLIERS_REPLACE || n < BEFORE_MIN + AFTER_MIN ||
        zeros_abound(y, n, m))
        return ST_OK;
    space = malloc(2 * (size_t)n * sizeof(*space));
    if (!space)
        return err_nomem(e, 2 * (size_t)n * sizeof(*space));
    m = m > 1 && m <= SEASON_LONGEST && n >= CYCLES * m ? m : 1;
    st = move_on_scales(y, space, space + n, n, m, out, e);
    free(space);
    return st;
}
