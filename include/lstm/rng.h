/* rng.h - the seeded generator behind every random choice: initial weights, shuffling, dropout.
 *
 * Source: xoshiro256** of Blackman and Vigna (2018), seeded through splitmix64. The same seed gives
 * the same numbers on every machine; the state is part of a training snapshot. */
#ifndef LSTM_RNG_H
#define LSTM_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
float rng_uniform(struct rng *r, float lo, float hi); /* [lo, hi), 24 random bits */
float rng_normal(struct rng *r);                      /* N(0, 1), Box-Muller, one per two draws */
uint32_t rng_below(struct rng *r, uint32_t n);        /* 0..n-1 without bias; n > 0 */
void rng_shuffle(struct rng *r, int32_t *v, int n);   /* Fisher-Yates, in place */

#endif
