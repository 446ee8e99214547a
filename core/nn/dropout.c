/* dropout.c - see core/nn/dropout.h. */
#include "core/nn/dropout.h"

#include <stdint.h>

void dropout_draw(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
                  struct stop_meter *meter)
{
    float keep = 1.0f / (1.0f - p);

    for (size_t i = 0; i < n && !stop_meter_take(meter, 1); i++) {
        mask[i] = rng_uniform(r, 0.0f, 1.0f) < p ? 0.0f : keep;
        y[i] = x[i] * mask[i];
    }
}

/* A draw is used from its lowest bits upwards. The bits of RUN values are drawn before they are
 * used, so that the loops that use them run in vectors. */
void dropout_draw_16bit(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
                        struct stop_meter *meter)
{
    enum { RUN = 256 };
    int32_t below = (int32_t)(p * 65536.0f), bits[RUN];
    float keep = 1.0f / (1.0f - (float)below / 65536.0f);

    for (size_t from = 0; from < n && !stop_meter_take(meter, RUN); from += RUN) {
        size_t m = n - from < RUN ? n - from : RUN;

        for (size_t i = 0; i < m; i += 4) {
            uint64_t draw = rng_next(r);

            for (int j = 0; j < 4; j++)
                bits[i + (size_t)j] = (int32_t)(draw >> 16 * j & 0xFFFF);
        }
        for (size_t i = 0; i < m; i++)
            mask[from + i] = bits[i] < below ? 0.0f : keep;
        for (size_t i = 0; i < m; i++)
            y[from + i] = x[from + i] * mask[from + i];
    }
}
