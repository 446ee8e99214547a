/* backtest_measure.c - see backtest_measure.h. */
#include "core/forecast/evaluation/backtest_measure.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static void add_mean(double *mean, int *count, double v)
{
    if (isfinite(v))
        *mean += (v - *mean) / ++*count;
}

static struct metrics mean_of(const struct backtest *b, size_t member)
{
    double mean[5] = {0}, *out[5];
    int count[5] = {0};
    struct metrics m = {0};

    out[0] = &m.mae, out[1] = &m.rmse, out[2] = &m.mape, out[3] = &m.smape, out[4] = &m.mase;
    for (int i = 0; i < b->count; i++) {
        struct metrics one;

        memcpy(&one, (const char *)&b->items[i] + member, sizeof(one));
        add_mean(&mean[0], &count[0], one.mae);
        add_mean(&mean[1], &count[1], one.rmse);
        add_mean(&mean[2], &count[2], one.mape);
        add_mean(&mean[3], &count[3], one.smape);
        add_mean(&mean[4], &count[4], one.mase);
    }
    for (int k = 0; k < 5; k++)
        *out[k] = count[k] ? mean[k] : NAN;
    return m;
}

/* Mean over the items of the k-th absolute error of one kind of forecast, divided by their
 * scales. */
static double step_error(const struct backtest *b, size_t member, const double *scale, int k)
{
    double mean = 0;
    int n = 0;

    for (int i = 0; i < b->count; i++) {
        const double *forecast;

        memcpy(&forecast, (const char *)&b->items[i] + member, sizeof(forecast));
        add_mean(&mean, &n, fabs(b->items[i].truth[k] - forecast[k]) / scale[i]);
    }
    return n ? mean : NAN;
}

static void measure_steps(struct backtest *b, const double *scale)
{
    for (int k = 0; k < b->plan.horizon; k++) {
        b->step_error[k] = step_error(b, offsetof(struct backtest_forecast, forecast), scale, k);
        b->step_error_seasonal[k] =
            step_error(b, offsetof(struct backtest_forecast, seasonal_naive), scale, k);
        b->step_error_ets[k] = step_error(b, offsetof(struct backtest_forecast, ets), scale, k);
    }
}

static void measure_coverage(struct backtest *b)
{
    int64_t inside80 = 0, inside95 = 0, count = 0;

    for (int i = 0; i < b->count; i++)
        for (int k = 0; k < b->items[i].length; k++) {
            const struct backtest_forecast *f = &b->items[i];

            count += !isnan(f->truth[k]) && !isnan(f->lower80[k]);
            inside80 += f->truth[k] >= f->lower80[k] && f->truth[k] <= f->upper80[k];
            inside95 += f->truth[k] >= f->lower95[k] && f->truth[k] <= f->upper95[k];
        }
    b->coverage80 = count ? (double)inside80 / (double)count : NAN;
    b->coverage95 = count ? (double)inside95 / (double)count : NAN;
}

/* Compares by MASE, or by MAE when no scale is known. */
static bool beats(const struct metrics *model, const struct metrics *baseline)
{
    if (isfinite(model->mase) && isfinite(baseline->mase))
        return model->mase < baseline->mase;
    return model->mae < baseline->mae;
}

void backtest_measure(struct backtest *b, const double *scale)
{
    for (int i = 0; i < b->count; i++) {
        struct backtest_forecast *f = &b->items[i];
        double squared;

        metrics_compute(&f->model, f->truth, f->mean, f->length, scale[i]);
        squared = f->model.rmse;
        metrics_compute(&f->model, f->truth, f->forecast, f->length, scale[i]);
        f->model.rmse = squared;
        metrics_compute(&f->last, f->truth, f->naive, f->length, scale[i]);
        metrics_compute(&f->seasonal, f->truth, f->seasonal_naive, f->length, scale[i]);
        metrics_compute(&f->smoothed, f->truth, f->ets, f->length, scale[i]);
    }
    b->model = mean_of(b, offsetof(struct backtest_forecast, model));
    b->last = mean_of(b, offsetof(struct backtest_forecast, last));
    b->seasonal = mean_of(b, offsetof(struct backtest_forecast, seasonal));
    b->smoothed = mean_of(b, offsetof(struct backtest_forecast, smoothed));
    measure_coverage(b);
    measure_steps(b, scale);
    b->beats_baseline = beats(&b->model, &b->seasonal);
}
