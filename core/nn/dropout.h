/* dropout.h - inverted dropout. For core/nn alone.
 *
 *     mask_i = 0 with probability p, else 1 / (1 - p)        y_i = x_i * mask_i
 *
 * The expectation of y is x, so that nothing is scaled when the net is evaluated. There are two
 * functions because the masks of a model follow from its seed: a training that is resumed, or done
 * again, must draw them as before. Dropout between layers came first and spends a draw on each
 * value; dropout of inputs and outputs touches far more values and gets four out of a draw. */
#ifndef CORE_NN_DROPOUT_H
#define CORE_NN_DROPOUT_H

#include <lstm/rng.h>
#include <lstm/stop.h>
#include <stddef.h>

/* Between LSTM layers: p is kept to the bits of a float; one draw for each of the n values. y may
 * be x. Leaves the rest undone when the meter reports that the caller gave up; likewise below. */
void dropout_draw(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
                  struct stop_meter *meter);
/* Of inputs and outputs: p is rounded down to a multiple of 2^-16; one draw for four values. */
void dropout_draw_16bit(float *y, float *mask, const float *x, size_t n, float p, struct rng *r,
                        struct stop_meter *meter);

#endif
