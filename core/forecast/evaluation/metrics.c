/* metrics.c - error measures of forecasts: see <lstm/metrics.h>.
 *
 * Sums run over values divided by the largest magnitude, so that RMSE is finite even for values of
 * 1e300. */
#include <lstm/metrics.h>

#include <math.h>

static double finite_or_nan(double v)
{
    return isfinite(v) ? v : NAN;
}

static double max_abs_error(const double *truth, const double *forecast, int n)
{
    double m = 0;

    for (int i = 0; i < n; i++) {
        double e = fabs(truth[i] - forecast[i]);

        if (e > m)
            m = e;
    }
    return m;
}

void metrics_compute(struct metrics *out, const double *truth, const double *forecast, int n,
                     double scale)
{
    double top = max_abs_error(truth, forecast, n), divisor = top > 0 ? top : 1;
    double abs_sum = 0, square_sum = 0, ratio_sum = 0, symmetric_sum = 0;
    int count = 0, nonzero = 0;

    for (int i = 0; i < n; i++) {
        double y = truth[i], f = forecast[i], e;

        if (isnan(y))
            continue;
        e = fabs(y - f);
        count++;
        abs_sum += e / divisor;
        square_sum += (e / divisor) * (e / divisor);
        if (y != 0) {
            ratio_sum += e / fabs(y);
            nonzero++;
        }
        if (y != 0 || f != 0)
            symmetric_sum += e / (fabs(y) / 2 + fabs(f) / 2);
    }
    out->mae = count ? finite_or_nan(abs_sum / count * divisor) : NAN;
    out->rmse = count ? finite_or_nan(sqrt(square_sum / count) * divisor) : NAN;
    out->mape = nonzero ? finite_or_nan(100 * (ratio_sum / nonzero)) : NAN;
    out->smape = count ? finite_or_nan(100 * (symmetric_sum / count)) : NAN;
    out->mase = scale > 0 ? finite_or_nan(out->mae / scale) : NAN;
}

double mase_scale(const double *y, int n, int m)
{
    double sum = 0, top = 0;
    int count = 0;

    if (m < 1)
        return NAN;
    for (int i = m; i < n; i++) {
        if (!isnan(y[i]) && !isnan(y[i - m]))
            count++;
    }
    for (int i = m; i < n; i++) {
        if (!isnan(y[i]) && !isnan(y[i - m]))
            sum += fabs(y[i] - y[i - m]) / count;
        if (fabs(y[i]) > top)
            top = fabs(y[i]);
    }
    /* If the seasonal differences are only rounding errors, there is no scale. */
    if (sum < top * 1e-13)
        sum = 0;
    return count ? finite_or_nan(sum) : NAN;
}
