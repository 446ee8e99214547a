/* scaling.h - the pointwise, invertible map between a raw series and numbers near 1. */
#ifndef CORE_FORECAST_SERIES_SCALING_H
#define CORE_FORECAST_SERIES_SCALING_H

#include <lstm/params.h>
#include <lstm/status.h>

/* A scaling that only an ensemble chooses, and that has no name in the API: the square root of
 * small counts, which makes their spread independent of the level (Anscombe 1948, "The
 * transformation of Poisson, binomial and negative-binomial data"). */
enum { SCALING_COUNTS = SCALING_LOG + 1 };

/* z = (v - offset) / scale, where v = log(y) for SCALING_LOG, sqrt(y + 3/8) for SCALING_COUNTS (its
 * tangent below 0), and y otherwise. scale > 0. */
struct scaling {
    int kind; /* enum scaling_kind, never SCALING_AUTO */
    double offset, scale;
};

/* Fits to y (n, no NaN). Min-max maps to [-1, 1], standard and log to mean 0 and standard
 * deviation 1 (divided by n, as in sklearn's StandardScaler). A constant series gets scale 1.
 * ST_INVALID when y cannot be scaled so: a value <= 0 for the logarithm, or a range that
 * overflows. */
enum status scaling_fit(struct scaling *out, int kind, const double *y, int n, struct err *e);

/* z may be y. ST_INVALID when a value has no finite float32 image; the message counts from 1. */
enum status scaling_forward(double *z, const struct scaling *s, const double *y, int n,
                            struct err *e);
double scaling_inverse(const struct scaling *s, double z); /* may be infinite */

/* Whether y (n, NaN or finite) are counts with zeros among them. */
bool scaling_counts_suit(const double *y, int n);

/* Whether the logarithm suits y (n, no NaN): all values are positive, none is far below the mean,
 * and the changes grow with the level. block: steps over which level and spread are computed. */
bool scaling_log_suits(const double *y, int n, int block);

#endif
