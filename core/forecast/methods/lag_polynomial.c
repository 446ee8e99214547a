/* lag_polynomial.c - see lag_polynomial.h. */
#include "core/forecast/methods/lag_polynomial.h"

#include <math.h>
#include <string.h>

const double polynomial_partial_max = 0.985;

static void add_term(struct polynomial *p, int steps, double weight)
{
    if (p->count < POLYNOMIAL_TERMS_MAX)
        p->term[p->count++] = (struct lag){steps, weight};
}

void polynomial_multiply(struct polynomial *out, const double *a, int na, const double *b, int nb,
                         int m, double sign)
{
    out->count = 0;
    for (int i = 1; i <= na; i++)
        add_term(out, i, a[i - 1]);
    for (int j = 1; j <= nb; j++) {
        add_term(out, j * m, b[j - 1]);
        for (int i = 1; i <= na; i++)
            add_term(out, j * m + i, sign * a[i - 1] * b[j - 1]);
    }
}

void polynomial_stationary(double *a, const double *x, int n)
{
    double last[POLYNOMIAL_ORDER_MAX];

    for (int k = 0; k < n; k++) {
        double r = polynomial_partial_max * tanh(x[k]);

        memcpy(last, a, (size_t)k * sizeof(*a));
        for (int i = 0; i < k; i++)
            a[i] = last[i] - r * last[k - 1 - i];
        a[k] = r;
    }
}
