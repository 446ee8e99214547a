/* simulate.h - series of which the truth is known, for the situations that users bring. */
#ifndef TESTS_BENCH_SIMULATE_H
#define TESTS_BENCH_SIMULATE_H

#include <lstm/rng.h>

enum shape {
    SHAPE_SEASON,      /* level, weak trend, a season of two harmonics, noise */
    SHAPE_CLEAN,       /* the same without noise */
    SHAPE_GROWING,     /* a season that grows with its exponential trend */
    SHAPE_WALK,        /* a random walk */
    SHAPE_LINE,        /* a straight line with noise */
    SHAPE_JUMP,        /* constant, then constant at another level for the last `event` steps */
    SHAPE_NOISY_JUMP,  /* the same with noise */
    SHAPE_TWO_JUMPS,   /* with noise; one such step 3 `event` steps ago, one `event` steps ago */
    SHAPE_SEASON_JUMP, /* a season with noise; its level jumps `event` steps before the end */
    SHAPE_CLOSED,      /* a week; for the last `event` weeks its seventh day is 0 */
    SHAPE_TURN,        /* growth that turns into decline `event` steps before the end */
    SHAPE_DIP,         /* a season; a fall by half `event` steps before the end, that recovers */
    SHAPE_RUNS,        /* a cycle of demand and zeros, exactly repeated */
    SHAPE_DAY_AND_WEEK /* counts of a day within a week */
};

/* What a series is made by. */
struct simulation {
    enum shape shape;
    int n, h, season; /* steps of history and truth; of a season */
    int event;        /* steps (or weeks) before the end that something happened; of a cycle */
    double noise;     /* standard deviation, where the season's height is about 30 of 100 */
};

/* y (n + h): the history and what follows it, noise included. */
void simulate(double *y, const struct simulation *s, struct rng *rng);

#endif
