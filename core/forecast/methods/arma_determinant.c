/* arma_determinant.c - see arma_determinant.h.
 *
 *     log determinant = sum over k of k c_k^2
 *
 * where c_k is the k-th coefficient of the logarithm of the spectrum, a sum of k-th powers of roots
 * over k. The theorem holds for infinite series; here the sum ends after n terms. Once the powers
 * of the short lags' roots are negligible, only every season-th term is left. */
#include "core/forecast/methods/arma_determinant.h"

#include <math.h>

enum { POWERS_CHECKED = 16 /* terms from one check to the next */ };

static const double power_min = 1e-12; /* a term is about the square */

/* The k-th powers of the inverse roots of 1 - sign (c_1 B + ... + c_n B^n), summed by Newton's
 * identities. sum: the sums for smaller k, the last one first. */
struct powers {
    const lanes *c;
    int n;
    double sign;
    lanes sum[POLYNOMIAL_ORDER_MAX];
};

static inline void next_power(struct powers *p, int k)
{
    lanes v = {0};

    if (k <= p->n)
        v = k * p->c[k - 1];
    for (int i = 0; i < p->n; i++)
        v += p->c[i] * p->sum[i];
    for (int i = POLYNOMIAL_ORDER_MAX - 1; i > 0; i--)
        p->sum[i] = p->sum[i - 1];
    p->sum[0] = p->sign * v;
}

/* Whether the sums still count. Each further one is a sum of multiples of the last ones. */
static bool has_power(const struct powers *p)
{
    bool any = false;

    for (int i = 0; i < p->n; i++) {
        for (int lane = 0; lane < MINIMISE_AT_ONCE; lane++)
            any = any || fabs(p->sum[i][lane]) > power_min;
    }
    return any;
}

LANES_FUNCTION
static void log_determinant(lanes *out, const struct arma *m, int n)
{
    struct powers ar = {m->ar, m->p, 1, {{0}}}, ma = {m->ma, m->q, -1, {{0}}};
    struct powers sar = {&m->sar, m->P, 1, {{0}}}, sma = {&m->sma, m->Q, -1, {{0}}};
    int due = m->season > 1 ? m->season : n + 1, cycle = 0; /* due: the next step of a season */
    bool counts = m->p + m->q > 0;
    lanes sum = {0};

    for (int k = counts ? 1 : due; k <= n; k = counts ? k + 1 : due) {
        lanes v = {0};

        if (counts) {
            next_power(&ar, k);
            next_power(&ma, k);
            v = ar.sum[0] - ma.sum[0];
            counts = k % POWERS_CHECKED > 0 || has_power(&ar) || has_power(&ma);
        }
        if (k == due) {
            due += m->season;
            cycle++;
            next_power(&sar, cycle);
            next_power(&sma, cycle);
            v += m->season * (sar.sum[0] - sma.sum[0]);
        }
        sum += v * v / k;
    }
    *out = sum;
}

void arma_log_determinant(lanes *out, const struct arma *m, int n)
{
    log_determinant(out, m, n);
}
