/* loss_heads.c - several softmaxes side by side, one for each kind of label: see <lstm/loss.h>. */
#include "core/nn/kernels.h"

#include <lstm/loss.h>
#include <math.h>
#include <string.h>

enum { CHUNK = 128, ROW_WORK = 8 /* operations for one output, about */ };

/* Returns log(sum of exp(y)). out (n): the softmax; may be NULL. */
static double soft_max(float *out, const struct kernels *k, const float *y, int n)
{
    float top = y[0], part[CHUNK];
    double sum = 0;

    for (int o = 1; o < n; o++)
        top = y[o] > top ? y[o] : top;
    for (int from = 0; from < n; from += CHUNK) {
        int m = n - from < CHUNK ? n - from : CHUNK;
        float *p = out ? out + from : part, s = 0;

        for (int o = 0; o < m; o++)
            p[o] = y[from + o] - top;
        k->exp(p, p, (size_t)m);
        for (int o = 0; o < m; o++)
            s += p[o];
        sum += (double)s;
    }
    if (out)
        k->scale(out, (float)(1.0 / sum), (size_t)n);
    return (double)top + log(sum);
}

/* With p = softmax(y) and s = smoothing, returns - (1 - s) log p_class - s mean(log p). dy, unless
 * NULL: its gradient, p minus the smoothed target. */
static double one_head(float *dy, const struct kernels *k, const float *y, int n, int32_t class,
                       float smoothing)
{
    double lse = soft_max(dy, k, y, n), mean = 0;

    if (dy)
        dy[class] -= 1.0f - smoothing;
    if (smoothing > 0.0f) {
        for (int o = 0; o < n; o++)
            mean += (double)y[o] / n;
        for (int o = 0; dy && o < n; o++)
            dy[o] -= smoothing / (float)n;
    }
    return lse - (1.0 - (double)smoothing) * (double)y[class] - (double)smoothing * mean;
}

/* The loss of one step's outputs y. classes: the class of the first head; those of the others
 * follow, stride apart. */
static double one_step(float *dy, bool *known, const struct loss_target *t, const struct kernels *k,
                       const float *y, const int32_t *classes, size_t stride)
{
    double sum = 0;

    for (int h = 0, at = 0; h < t->heads; at += t->head_size[h], h++) {
        int32_t class = classes[h * stride];

        if (class < 0 || class >= t->head_size[h])
            continue;
        sum += one_head(dy ? dy + at : NULL, k, y + at, t->head_size[h], class, t->smoothing);
        *known = true;
    }
    return sum;
}

double loss_heads(float *dy, int64_t *count, const struct loss_target *t, const float *y,
                  const int *lengths, int T, int B, int O)
{
    const struct kernels *k = kernels_get();
    size_t rows = (size_t)T * B, all = rows * O;
    double sum = 0;
    int64_t n = 0;
    struct stop_meter m = {.stop = t->stop};

    if (dy)
        memset(dy, 0, all * sizeof(*dy));
    for (int s = 0; s < T; s++)
        for (int b = 0; b < B && !stop_meter_take(&m, ROW_WORK * (size_t)O); b++) {
            size_t row = (size_t)s * B + b;
            bool known = false;

            if (lengths && s >= lengths[b])
                continue;
            sum += one_step(dy ? dy + row * O : NULL, &known, t, k, y + row * O, t->classes + row,
                            rows);
            n += known;
        }
    if (count)
        *count = n;
    if (dy && n > 1)
        k->scale(dy, (float)(1.0 / (double)n), all);
    return n ? sum / (double)n : 0.0;
}

static int wrong_heads(int64_t *known, const struct loss_target *t, const float *y,
                       const int32_t *classes, size_t stride)
{
    int wrong = 0;

    for (int h = 0; h < t->heads; y += t->head_size[h], h++) {
        int32_t class = classes[h * stride];
        int best = 0;

        if (class < 0 || class >= t->head_size[h])
            continue;
        for (int o = 1; o < t->head_size[h]; o++)
            best = y[o] > y[best] ? o : best;
        wrong += best != class;
        ++*known;
    }
    return wrong;
}

int64_t loss_heads_wrong(int64_t *known, const struct loss_target *t, const float *y,
                         const int *lengths, int T, int B, int O)
{
    size_t rows = (size_t)T * B;
    int64_t wrong = 0;

    *known = 0;
    for (int s = 0; s < T; s++)
        for (int b = 0; b < B; b++)
            if (!lengths || s < lengths[b]) {
                size_t row = (size_t)s * B + b;

                wrong += wrong_heads(known, t, y + row * O, t->classes + row, rows);
            }
    return wrong;
}
