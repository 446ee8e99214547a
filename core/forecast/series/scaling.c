/* scaling.c - the map between raw values and numbers near 1: see scaling.h.
 *
 * Mean and variance are computed of values divided by their largest magnitude, so that series of
 * 1e300 or of 1e-30 neither overflow nor vanish. */
#include "core/forecast/series/scaling.h"

#include <float.h>
#include <math.h>

/* A deviation below this share of the values is only their rounding: the series is constant. */
static const double constant_below = 1e-13;

enum { COUNT_MAX = 1000000 /* a larger number is not a count of single things */ };

static double max_abs(const double *y, int n)
{
    double m = 0;

    for (int i = 0; i < n; i++)
        m = fmax(m, fabs(y[i]));
    return m;
}

/* sqrt(3/8): the square root scale at a count of 0. */
static const double root_of_none = 0.6123724356957945;

static double root_of(double y)
{
    return y >= 0 ? sqrt(y + 0.375) : root_of_none + y / (2 * root_of_none);
}

static double count_of(double root)
{
    return root >= root_of_none ? root * root - 0.375 : (root - root_of_none) * 2 * root_of_none;
}

static double value_of(int kind, double y)
{
    return kind == SCALING_LOG ? log(y) : kind == SCALING_COUNTS ? root_of(y) : y;
}

static void fit_standard(struct scaling *s, int kind, const double *y, int n)
{
    double top = kind == SCALING_STANDARD ? max_abs(y, n) : 1, mean = 0, square = 0, largest = 0;

    if (top == 0)
        top = 1;
    for (int i = 0; i < n; i++)
        mean += (value_of(kind, y[i]) / top - mean) / (i + 1);
    for (int i = 0; i < n; i++) {
        double d = value_of(kind, y[i]) / top - mean;

        square += d * d;
        largest = fmax(largest, fabs(value_of(kind, y[i]) / top));
    }
    square = sqrt(square / n);
    s->offset = mean * top;
    s->scale = square > constant_below * fmax(largest, DBL_MIN) ? square * top : 1;
}

static void fit_minmax(struct scaling *s, const double *y, int n)
{
    double lo = y[0], hi = y[0];

    for (int i = 1; i < n; i++) {
        lo = fmin(lo, y[i]);
        hi = fmax(hi, y[i]);
    }
    s->offset = lo / 2 + hi / 2;
    s->scale = hi > lo ? hi / 2 - lo / 2 : 1;
}

static enum status check_positive(const double *y, int n, struct err *e)
{
    for (int i = 0; i < n; i++) {
        if (y[i] <= 0)
            return err_set(e, ST_INVALID,
                           "value %d is %g, which has no logarithm; scaling \"log\" needs positive "
                           "values, \"standard\" does not",
                           i + 1, y[i]);
    }
    return ST_OK;
}

enum status scaling_fit(struct scaling *out, int kind, const double *y, int n, struct err *e)
{
    struct scaling s = {.kind = kind, .offset = 0, .scale = 1};
    enum status st = kind == SCALING_LOG ? check_positive(y, n, e) : ST_OK;

    if (st)
        return st;
    if (kind == SCALING_MINMAX)
        fit_minmax(&s, y, n);
    else if (kind != SCALING_NONE)
        fit_standard(&s, kind, y, n);
    if (!isfinite(s.offset) || !isfinite(s.scale) || s.scale <= 0)
        return err_set(e, ST_INVALID,
                       "the range of the values is too large or too small to be scaled; divide or "
                       "multiply the series by a power of ten");
    *out = s;
    return ST_OK;
}

enum status scaling_forward(double *z, const struct scaling *s, const double *y, int n,
                            struct err *e)
{
    enum status st = s->kind == SCALING_LOG ? check_positive(y, n, e) : ST_OK;

    for (int i = 0; !st && i < n; i++) {
        double v = (value_of(s->kind, y[i]) - s->offset) / s->scale;

        if (!(fabs(v) <= FLT_MAX / 4))
            st = err_set(e, ST_INVALID,
                         "value %d is %g, too far from the values that the scaling was made for "
                         "(offset %g, scale %g); a scaling of \"standard\" fits any finite series",
                         i + 1, y[i], s->offset, s->scale);
        else
            z[i] = v;
    }
    return st;
}

double scaling_inverse(const struct scaling *s, double z)
{
    double v = z * s->scale + s->offset;

    return s->kind == SCALING_LOG ? exp(v) : s->kind == SCALING_COUNTS ? count_of(v) : v;
}

bool scaling_counts_suit(const double *y, int n)
{
    bool zeros = false;

    for (int i = 0; i < n; i++) {
        if (isnan(y[i]))
            continue;
        if (y[i] < 0 || y[i] > COUNT_MAX || y[i] != floor(y[i]))
            return false;
        zeros = zeros || y[i] < 1;
    }
    return zeros;
}

/* Slope and correlation of log(spread) on log(level) over blocks, by running sums. */
struct regression {
    int n;
    double x, y, xx, xy, yy;
};

static void regression_add(struct regression *r, double x, double y)
{
    r->n++;
    r->x += x;
    r->y += y;
    r->xx += x * x;
    r->xy += x * y;
    r->yy += y * y;
}

static bool regression_rises(const struct regression *r)
{
    double sxx = r->xx - r->x * r->x / r->n, sxy = r->xy - r->x * r->y / r->n;
    double syy = r->yy - r->y * r->y / r->n;

    /* A level that hardly moves (some 15 % either way) does not show how the spread depends on
     * it. */
    if (r->n < 4 || sxx / r->n < 0.01 || syy <= 0)
        return false;
    return sxy / sxx > 0.4 && sxy > 0.5 * sqrt(sxx * syy);
}

bool scaling_log_suits(const double *y, int n, int block)
{
    struct regression r = {0};
    double lo = n > 0 ? y[0] : 0, mean = 0;

    for (int i = 0; i < n; i++) {
        lo = fmin(lo, y[i]);
        mean += (y[i] - mean) / (i + 1);
    }
    /* A single value near zero would dominate all other logarithms. */
    if (n < 2 || lo <= 0 || lo < mean / 20)
        return false;
    for (int at = 0; at + block <= n; at += block) {
        double level = 0, spread = 0;

        for (int i = at; i < at + block; i++) {
            level += y[i] / block;
            spread += i > at ? fabs(y[i] - y[i - 1]) / block : 0;
        }
        if (spread > 0 && isfinite(level))
            regression_add(&r, log(level), log(spread));
    }
    return regression_rises(&r);
}
