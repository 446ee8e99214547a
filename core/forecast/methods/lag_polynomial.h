/* lag_polynomial.h - polynomials of the lag operator B, B y_t = y_(t-1), as lists of their terms.
 *
 * The product of a polynomial of short lags and one of seasonal lags has few terms. So a step of a
 * model costs as many operations as it has terms, however long the season is. */
#ifndef CORE_FORECAST_METHODS_LAG_POLYNOMIAL_H
#define CORE_FORECAST_METHODS_LAG_POLYNOMIAL_H

enum { POLYNOMIAL_ORDER_MAX = 3, POLYNOMIAL_TERMS_MAX = 16 };

struct lag {
    int steps;
    double weight;
};
/* Sum of weight B^steps, without the leading 1. */
struct polynomial {
    struct lag term[POLYNOMIAL_TERMS_MAX];
    int count;
};

/* out = sign ((1 + sign sum a_i B^i)(1 + sign sum b_j B^(jm)) - 1) with na values of a and nb of b.
 * The lags of the terms depend on na, nb and m alone. */
void polynomial_multiply(struct polynomial *out, const double *a, int na, const double *b, int nb,
                         int m, double sign);

/* Bound of the absolute partial autocorrelations, which keeps the autoregression stationary. */
extern const double polynomial_partial_max;

/* a (n <= POLYNOMIAL_ORDER_MAX): coefficients of the stationary autoregression whose partial
 * autocorrelations are polynomial_partial_max tanh(x[k]), by the Durbin-Levinson recursion. */
void polynomial_stationary(double *a, const double *x, int n);

#endif
