/* simulate.h - series with a known truth, for situations that users' data have. */
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
    SHAPE_TWO_JUMPS,   /* with noise; jumps 3 `event` steps and `event` steps before the end */
    SHAPE_SEASON_JUMP, /* a season with noise; its level jumps `event` steps before the end */
    SHAPE_CLOSED,      /* days of weeks; the seventh day is 0 in the last `event` weeks */
    SHAPE_TURN,        /* growth that turns into decline `event` steps before the end */
    SHAPE_DIP,         /* a season; `event` steps before the end it falls by half, and recovers */
    SHAPE_RUNS,        /* a cycle of demand and zeros that repeats exactly */
    SHAPE_DAY_AND_WEEK /* hourly counts with the pattern of a day and of a week */
};

/* The parameters of a series. */
struct simulation {
    enum shape shape;
    int n, h, season; /* steps of the history, of the truth, and of a season */
    int event; /* when something happened: steps (or weeks) before the end; or steps of a cycle */
    double noise; /* standard deviation; the season's height is about 30 at a level of 100 */
};

/* y (n + h): the history and the truth after it, noise included. */
void simulate(double *y, const struct simulation *s, struct rng *rng);

#endif
