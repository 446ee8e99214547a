/* dropout.h - inverted dropout. For core/nn alone.
 *
 *     mask_i = 0 with probability p, else 1 / (1 - p)        y_i = x_i * mask_i
 *
 * The expectation of y is x, so nothing is scaled when the net is evaluated. The masks of a model
 * follow from its seed, and a training that is resumed or repeated must draw the same ones. That is
 * why there are two functions. Dropout between layers was written first and spends one draw on each
 * value. Dropout of inputs and outputs handles far more values, and takes four from one draw. */
#ifndef CORE_NN_DROPOUT_H
#define CORE_NN_DROPOUT_H

#include <lstm/rng.h>
#include <lstm/stop.h>
#include <stddef.h>

/* Between LSTM layers: p has the precision of a float; one draw for each of the n values. y may be
 * x. Stops early when the meter reports that the caller stopped it; so does the next function. */
void dropout_draw(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
                  struct stop_meter *meter);
/* Of inputs and outputs: p is rounded down to a multiple of 2^-16; one draw for four values. */
void dropout_draw_16bit(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
                        struct stop_meter *meter);

#endif
