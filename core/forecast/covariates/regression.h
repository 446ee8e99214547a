/* regression.h - a ridge regression of a series on the present and past of its covariates.
 *
 * Regression with time series errors (Hyndman and Athanasopoulos, "Forecasting: Principles and
 * Practice", 3rd ed., chapter 10): the effect of the covariates is taken off a series, what is left
 * is forecast as a series of its own, and the effect of the coming covariates is put back. The
 * coefficients are estimated on differences of both sides, so that a common trend or season is not
 * taken for an effect.
 *
 * A covariate that is known in advance enters by its values now, shortly before, and its mean over
 * a season, bent at quantiles of its own (a load rises with heat and with cold); one that is not,
 * by its values a horizon and more earlier, which is known at every step of a forecast. K
 * covariates lie as (K, rows), row by row; NaN is missing: the last value before stands in for
 * it. */
#ifndef CORE_FORECAST_COVARIATES_REGRESSION_H
#define CORE_FORECAST_COVARIATES_REGRESSION_H

#include <lstm/forecaster.h>

enum {
    REGRESSION_KNOTS = 6,
    REGRESSION_DETAIL_MAX = 3, /* present values, 1: bent; 2: and their past, 3: bent */
    REGRESSION_FEATURES_MAX = 200
};

/* One covariate: mean and spread over the training part, and what values are kept in. */
struct regressor {
    double mean, scale; /* scale 0: constant or never there, left out */
    double low, high;   /* on the scale (x - mean) / scale */
    double knots[REGRESSION_KNOTS];
    bool known; /* in advance */
    bool bent;  /* more than two values */
};
struct regression {
    int count;                    /* covariates; 0: no regression */
    struct regressor *regressors; /* (count) owned */
    double *beta;                 /* (features) owned */
    int features;
    int detail;       /* 0..REGRESSION_DETAIL_MAX */
    int lag;          /* steps: the least lag of a covariate that is not known in advance */
    int season;       /* steps that means are taken over; 1: none */
    bool logarithm;   /* the effect multiplies */
    double centre;    /* taken off the sum, so that the mean effect is nothing */
    double low, high; /* what an effect is kept in: the range in training, widened */
};

/* How a regression is to be made. */
struct regression_plan {
    int detail, lag, season;
    int difference; /* steps between what is subtracted; 0: none */
    double ridge;   /* relative to the variance of a feature */
    bool logarithm; /* of y, which is positive then */
};

/* What a regression is fitted to; all borrowed. */
struct regression_data {
    const double *y; /* (n), NaN = missing */
    int n;
    const double *x; /* (count, rows), rows >= n */
    int count, rows;
    const bool *known; /* (count): known in advance */
};

/* Fits *out to data. out->count is 0 when the plan suits too few observations or no covariate
 * varies. ST_NOMEM. */
enum status regression_fit(struct regression *out, const struct regression_plan *plan,
                           const struct regression_data *data, struct err *e);
void regression_release(struct regression *r);

/* effect (total): of x (r->count, rows) on all steps from the first on; total may be more than
 * rows. Of covariates that are not known in advance only the first n rows are looked at.
 * ST_NOMEM. */
enum status regression_effect(double *effect, const struct regression *r, const double *x, int rows,
                              int n, int total, struct err *e);
/* y without the effect, and back. NaN stays NaN. */
double regression_without(const struct regression *r, double y, double effect);
double regression_with(const struct regression *r, double y, double effect);

/* As many features as r has of its detail and covariates: what beta must have. */
int regression_features(const struct regression *r);

#endif
