/* arma_determinant.h - the determinant of the covariance matrix of an ARMA process.
 *
 * The strong limit theorem gives its value: Szego (1952), "On certain Hermitian forms associated
 * with the Fourier series of a positive function". */
#ifndef CORE_FORECAST_METHODS_ARMA_DETERMINANT_H
#define CORE_FORECAST_METHODS_ARMA_DETERMINANT_H

#include "core/forecast/methods/lag_polynomial.h"
#include "core/forecast/methods/lanes.h"

/* The models of all lanes, which have the same orders:
 *     (1 - ar B - ...)(1 - sar B^m) w_t = (1 + ma B + ...)(1 + sma B^m) e_t */
struct arma {
    int p, q, P, Q, season; /* P and Q are 0 or 1; season: m, 0 or 1 for none */
    lanes ar[POLYNOMIAL_ORDER_MAX], ma[POLYNOMIAL_ORDER_MAX], sar, sma;
};

/* *out: for each lane the logarithm of the determinant of the covariance matrix of n steps, divided
 * by the n-th power of the innovations' variance. */
void arma_log_determinant(lanes *out, const struct arma *m, int n);

#endif
