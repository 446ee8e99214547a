/* regression.h - a ridge regression of a series on the present and past of its covariates.
 *
 * This is regression with time series errors (Hyndman and Athanasopoulos, "Forecasting: Principles
 * and Practice", 3rd ed., chapter 10). The effect of the covariates is subtracted from a series,
 * the rest is forecast as a series of its own, and the effect of the future covariates is added
 * back. The coefficients are estimated on differences of both sides, so that a common trend or
 * season does not look like an effect.
 *
 * A covariate that is known in advance enters by its present value, its values shortly before, and
 * its mean over a season. These terms may be piecewise linear ("bent") with knots at quantiles: a
 * load rises with heat and with cold. Any other covariate enters by values at least a horizon old,
 * which are known at every step of a forecast. K covariates lie as (K, rows), row by row. NaN is
 * missing: the last value before it takes its place. */
#ifndef CORE_FORECAST_COVARIATES_REGRESSION_H
#define CORE_FORECAST_COVARIATES_REGRESSION_H

#include <lstm/forecaster.h>

enum {
    REGRESSION_KNOTS = 6,
    REGRESSION_DETAIL_MAX = 3, /* 0: present values; 1: bent; 2: with past ones; 3: all bent */
    REGRESSION_FEATURES_MAX = 200
};

/* One covariate: its mean and spread over the training part, and the range it is clipped to. */
struct regressor {
    double mean, scale; /* scale 0: constant or always missing; the covariate is left out */
    double low, high;   /* the range, on the scale (x - mean) / scale */
    double knots[REGRESSION_KNOTS];
    bool known; /* known in advance */
    bool bent;  /* it has more than two values, so its terms may be bent */
};
struct regression {
    int count;                    /* covariates; 0: no regression */
    struct regressor *regressors; /* (count) owned */
    double *beta;                 /* (features) owned */
    int features;
    int detail;       /* 0..REGRESSION_DETAIL_MAX */
    int lag;          /* steps: the least lag of a covariate that is not known in advance */
    int season;       /* steps of the means; 1: no means */
    bool logarithm;   /* the effect multiplies */
    double centre;    /* subtracted from the sum of terms, so that the mean effect is 0 */
    double low, high; /* bounds of an effect: its range in training, widened */
};

/* Choices of one regression. */
struct regression_plan {
    int detail, lag, season;
    int difference; /* steps that both sides are differenced over; 0: none */
    double ridge;   /* relative to the variance of a feature */
    bool logarithm; /* of y, which is positive then */
};

/* The data to which a regression is fitted; all borrowed. */
struct regression_data {
    const double *y; /* (n), NaN = missing */
    int n;
    const double *x; /* (count, rows), rows >= n */
    int count, rows;
    const bool *known; /* (count): known in advance */
};

/* Fits *out to data. out->count is 0 when there are too few observations for the plan, or no
 * covariate varies. ST_NOMEM. */
enum status regression_fit(struct regression *out, const struct regression_plan *plan,
                           const struct regression_data *data, struct err *e);
void regression_release(struct regression *r);

/* effect (total): of x (r->count, rows) on steps 0 to total - 1; total may exceed rows. Of
 * covariates that are not known in advance only the first n rows are read. ST_NOMEM. */
enum status regression_effect(double *effect, const struct regression *r, const double *x, int rows,
                              int n, int total, struct err *e);
/* y without the effect, and with it again. NaN stays NaN. */
double regression_without(const struct regression *r, double y, double effect);
double regression_with(const struct regression *r, double y, double effect);

/* The number of features by r's detail and covariates, which is the length of beta. */
int regression_features(const struct regression *r);

#endif
