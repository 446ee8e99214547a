/* annual.c - see annual.h.
 *
 * The course of the year is a Fourier series: sum over k of a_k cos(k x) + b_k sin(k x), where x is
 * the angle of a day in the year. Orders 1, 2, ... are tried, and the one with the largest odds is
 * taken, if these exceed odds_min. */
#include "core/forecast/calendar/annual.h"

#include "core/base/row.h"
#include "core/forecast/calendar/bayes_regression.h"

#include <math.h>
#include <string.h>

_Static_assert((int)ANNUAL_WAVES <= (int)BAYES_REGRESSION_MAX, "one regression takes all waves");

static const double year = 365.2425;
/* odds_min: logarithm of the odds that an order must exceed. spread: prior standard deviation of
 * the coefficients of order 1; that of order k is spread / k. clip: errors of more standard
 * deviations than this are set to it. */
static const double odds_min = 1, spread = 0.2, clip = 2.5;

static double angle_of(int64_t days, int order)
{
    return 2 * M_PI * order * fmod((double)days, year) / year;
}

void annual_waves(double *wave, int64_t first, int n)
{
    for (int k = 0; k < ANNUAL_WAVES; k += 2)
        for (int t = 0; t < n; t++) {
            double angle = angle_of(first + t, k / 2 + 1);

            row(wave, k, n)[t] = cos(angle);
            row(wave, k + 1, n)[t] = sin(angle);
        }
}

void annual_add(double *v, const struct annual *a, const double *wave, int n, double times)
{
    for (int k = 0; k < 2 * a->order; k++)
        for (int t = 0; t < n; t++)
            v[t] += times * a->beta[k] * row(wave, k, n)[t];
}

/* The sine and cosine of each order are rotated from day to day, which saves computing them
 * anew. */
void annual_add_days(double *v, const struct annual *a, int64_t first, int n)
{
    for (int k = 0; k < a->order; k++) {
        double angle = angle_of(first, k + 1), c = cos(angle), s = sin(angle);
        double turn = angle_of(1, k + 1), turn_c = cos(turn), turn_s = sin(turn);

        for (int t = 0; t < n; t++) {
            double next = c * turn_c - s * turn_s;

            v[t] += a->beta[2 * k] * c + a->beta[2 * k + 1] * s;
            s = s * turn_c + c * turn_s;
            c = next;
        }
    }
}

static void set_up(struct bayes_regression *q, const double *errors, const double *wave, int lost,
                   int n, double variance)
{
    *q = (struct bayes_regression){.count = ANNUAL_WAVES};
    for (int i = 0; i < ANNUAL_WAVES; i++) {
        const double *x = row(wave, i, n);
        int order = i / 2 + 1;

        q->spread[i] = spread / order;
        for (int t = lost; t < n; t++)
            q->xy[i] += x[t] * errors[t] / variance;
        for (int k = 0; k <= i; k++) {
            const double *z = row(wave, k, n);

            for (int t = lost; t < n; t++)
                q->xx[i][k] += x[t] * z[t] / variance;
            q->xx[k][i] = q->xx[i][k];
        }
    }
}

void annual_fit(struct annual *out, const double *errors, const double *wave, int lost, int n,
                double variance, double *space)
{
    double best = odds_min, most = clip * sqrt(variance), b[BAYES_REGRESSION_MAX];
    struct bayes_regression q;

    for (int t = 0; t < n; t++)
        space[t] = fmin(fmax(errors[t], -most), most);
    set_up(&q, space, wave, lost, n, variance);
    *out = (struct annual){.order = 0};
    for (int order = 1; order <= ANNUAL_ORDER_MAX; order++) {
        double odds;

        q.count = 2 * order;
        odds = bayes_regression_solve(b, &q);
        if (!(odds > best))
            continue;
        best = odds;
        out->order = order;
        memcpy(out->beta, b, 2 * (size_t)order * sizeof(*b));
    }
}
