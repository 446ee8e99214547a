/* loss.c - losses and their gradients: see <lstm/loss.h>. */
#include "core/base/row.h"

#include <lstm/loss.h>

#include <math.h>
#include <string.h>

enum { ROW_WORK = 16 }; /* operations for one output, estimated, for the meter of the stop flag */

/* Loss of one element; *d: its derivative by y. */
static double element_loss(double *d, enum loss_kind kind, double y, double t)
{
    double x = y - t;

    switch (kind) {
    case LOSS_HUBER:
        if (fabs(x) <= 1.0) {
            *d = x;
            return 0.5 * x * x;
        }
        *d = x > 0 ? 1.0 : -1.0;
        return fabs(x) - 0.5;
    case LOSS_MAE:
        *d = x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0;
        return fabs(x);
    case LOSS_MSE:
    case LOSS_NLL:
        break;
    }
    *d = 2.0 * x;
    return x * x;
}

static double row_log_sum_exp(const float *y, int O)
{
    float top = y[0];
    double sum = 0;

    for (int o = 1; o < O; o++)
        top = y[o] > top ? y[o] : top;
    for (int o = 0; o < O; o++)
        sum += exp((double)y[o] - (double)top);
    return (double)top + log(sum);
}

void log_softmax(float *out, const float *y, int n, int O)
{
    for (int i = 0; i < n; i++) {
        double lse = row_log_sum_exp(row(y, i, O), O);

        for (int o = 0; o < O; o++)
            out[(size_t)i * O + o] = (float)((double)y[(size_t)i * O + o] - lse);
    }
}

/* Sum of the losses of one row of O outputs; n counts its elements, d (O, may be NULL) gets the
 * gradient of that sum. at: the row's index in the targets. */
static double row_loss(float *d, int64_t *n, const struct loss_target *t, const float *y, size_t at,
                       int O)
{
    double sum = 0;

    if (t->kind == LOSS_NLL) {
        int32_t k = t->classes[at];
        double lse;

        if (k < 0 || k >= O)
            return 0;
        lse = row_log_sum_exp(y, O);
        for (int o = 0; d && o < O; o++)
            d[o] = (float)(exp((double)y[o] - lse) - (o == k));
        ++*n;
        return lse - (double)y[k];
    }
    for (int o = 0; o < O; o++) {
        float v = t->values[at * (size_t)O + o];
        double slope;

        if (isnan(v))
            continue;
        sum += element_loss(&slope, t->kind, (double)y[o], (double)v);
        if (d)
            d[o] = (float)slope;
        ++*n;
    }
    return sum;
}

double loss_eval(float *dy, int64_t *count, const struct loss_target *t, const float *y,
                 const int *lengths, int T, int B, int O)
{
    size_t all = (size_t)T * B * O;
    double sum = 0;
    int64_t n = 0;
    struct stop_meter m = {.stop = t->stop};

    if (t->kind == LOSS_NLL && t->heads > 0)
        return loss_heads(dy, count, t, y, lengths, T, B, O);
    if (dy)
        memset(dy, 0, all * sizeof(*dy));
    for (int s = 0; s < T; s++)
        for (int b = 0; b < B && !stop_meter_take(&m, ROW_WORK * (size_t)O); b++) {
            int length = lengths ? lengths[b] : T;
            size_t row = (size_t)s * B + b;

            if (s >= length || (t->last_only && s != length - 1))
                continue;
            sum += row_loss(dy ? dy + row * O : NULL, &n, t, y + row * O,
                            t->last_only ? (size_t)b : row, O);
        }
    if (count)
        *count = n;
    if (dy && n > 1) {
        float inv = (float)(1.0 / (double)n);

        for (size_t i = 0; i < all; i++)
            dy[i] *= inv;
    }
    return n ? sum / (double)n : 0.0;
}
