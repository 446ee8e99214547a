/* simulate.c - see simulate.h. */
#include "tests/bench/simulate.h"

#include <math.h>

static const double turn = 6.283185307179586;

/* A season of two harmonics whose height is about `height`. */
struct wave {
    double a1, b1, a2, b2;
    int season;
};

static double normal(struct rng *rng)
{
    return (double)rng_normal(rng);
}

static double uniform(struct rng *rng, double lo, double hi)
{
    return lo + (hi - lo) * (double)rng_uniform(rng, 0, 1);
}

static struct wave make_wave(struct rng *rng, int season, double height)
{
    double phase1 = uniform(rng, 0, turn), phase2 = uniform(rng, 0, turn);
    double second = height * uniform(rng, 0.2, 0.5);

    return (struct wave){height * cos(phase1), height * sin(phase1), second * cos(phase2),
                         second * sin(phase2), season};
}

static double wave_at(const struct wave *w, int t)
{
    double x = turn * t / w->season;

    return w->a1 * cos(x) + w->b1 * sin(x) + w->a2 * cos(2 * x) + w->b2 * sin(2 * x);
}

static void seasonal(double *y, const struct simulation *s, struct rng *rng)
{
    struct wave w = make_wave(rng, s->season, uniform(rng, 20, 35));
    double level = uniform(rng, 100, 250), slope = uniform(rng, 0, 12) / s->season;
    double growth = uniform(rng, 0.05, 0.15) / s->season;
    double noise = s->shape == SHAPE_CLEAN ? 0 : s->noise;

    for (int t = 0; t < s->n + s->h; t++) {
        double v = level + slope * t + wave_at(&w, t) + noise * normal(rng);

        if (s->shape == SHAPE_GROWING)
            v = exp(growth * t) * (level + wave_at(&w, t)) * exp(noise * normal(rng) / 100);
        y[t] = v;
    }
}

/* A fall by half; in each step the season recovers by a twentieth of what is still missing. */
static void dip(double *y, const struct simulation *s, struct rng *rng)
{
    struct wave w = make_wave(rng, s->season, uniform(rng, 20, 35));
    double level = uniform(rng, 150, 250), rate = uniform(rng, 0.04, 0.08);

    for (int t = 0; t < s->n + s->h; t++) {
        int since = t - (s->n - s->event);
        double lost = since < 0 ? 0 : 0.5 * exp(-rate * since);

        y[t] = (1 - lost) * (level + wave_at(&w, t)) * exp(s->noise * normal(rng) / 100);
    }
}

static void closed(double *y, const struct simulation *s, struct rng *rng)
{
    struct wave w = make_wave(rng, 7, uniform(rng, 20, 35));
    double level = uniform(rng, 100, 200);

    for (int t = 0; t < s->n + s->h; t++) {
        y[t] = level + wave_at(&w, t) + s->noise * normal(rng);
        if (t % 7 == 6 && t >= s->n - 7 * s->event)
            y[t] = 0;
    }
}

static void turning(double *y, const struct simulation *s, struct rng *rng)
{
    double level = uniform(rng, 100, 200), up = uniform(rng, 1, 3), down = uniform(rng, 0.5, 2);

    for (int t = 0; t < s->n + s->h; t++) {
        int since = t - (s->n - s->event);

        level += since < 0 ? up : -down;
        y[t] = level + s->noise * normal(rng);
    }
}

static void jump(double *y, const struct simulation *s, struct rng *rng)
{
    double noise = s->shape == SHAPE_JUMP ? 0 : s->noise, before = uniform(rng, 10, 100);
    double after = before * (rng_below(rng, 2) ? uniform(rng, 1.5, 2.5) : uniform(rng, 0.3, 0.7));

    for (int t = 0; t < s->n + s->h; t++)
        y[t] = (t < s->n - s->event ? before : after) + noise * normal(rng);
}

/* Two jumps of the level; the first is three times as long ago as the second. */
static void two_jumps(double *y, const struct simulation *s, struct rng *rng)
{
    double level[3] = {uniform(rng, 10, 100)};

    for (int k = 1; k < 3; k++)
        level[k] =
            level[k - 1] * (rng_below(rng, 2) ? uniform(rng, 1.5, 2.5) : uniform(rng, 0.3, 0.7));
    for (int t = 0; t < s->n + s->h; t++)
        y[t] = level[(t >= s->n - 3 * s->event) + (t >= s->n - s->event)] + s->noise * normal(rng);
}

static void seasonal_jump(double *y, const struct simulation *s, struct rng *rng)
{
    struct wave w = make_wave(rng, s->season, uniform(rng, 20, 35));
    double before = uniform(rng, 100, 250), after = before + uniform(rng, 40, 80);

    if (rng_below(rng, 2))
        after = 2 * before - after;
    for (int t = 0; t < s->n + s->h; t++)
        y[t] = (t < s->n - s->event ? before : after) + wave_at(&w, t) + s->noise * normal(rng);
}

static void walk(double *y, const struct simulation *s, struct rng *rng)
{
    double level = uniform(rng, 100, 200);
    double slope = s->shape == SHAPE_LINE ? uniform(rng, 1, 3) : 0;

    for (int t = 0; t < s->n + s->h; t++) {
        if (s->shape == SHAPE_WALK)
            level += s->noise * normal(rng);
        y[t] = level + slope * t + (s->shape == SHAPE_LINE ? s->noise * normal(rng) : 0);
    }
}

static void runs(double *y, const struct simulation *s, struct rng *rng)
{
    double height = uniform(rng, 300, 700);
    int shift = (int)rng_below(rng, (uint32_t)s->event);

    for (int t = 0; t < s->n + s->h; t++) {
        double x = (t + shift) % s->event / (double)s->event;

        y[t] = x < 0.65 ? floor(height * sin(turn / 2 * x / 0.65)) : 0;
    }
}

static void day_and_week(double *y, const struct simulation *s, struct rng *rng)
{
    double level = uniform(rng, 4, 12);

    for (int t = 0; t < s->n + s->h; t++) {
        int hour = t % 24, day = t / 24 % 7;
        double mean = level * (1 + 0.7 * sin(turn * (hour - 8) / 24)) * (day > 4 ? 0.6 : 1);

        y[t] = floor(fmax(0, mean + sqrt(mean) * normal(rng) + 0.5));
    }
}

void simulate(double *y, const struct simulation *s, struct rng *rng)
{
    switch (s->shape) {
    case SHAPE_SEASON:
    case SHAPE_CLEAN:
    case SHAPE_GROWING:
        seasonal(y, s, rng);
        break;
    case SHAPE_WALK:
    case SHAPE_LINE:
        walk(y, s, rng);
        break;
    case SHAPE_JUMP:
    case SHAPE_NOISY_JUMP:
        jump(y, s, rng);
        break;
    case SHAPE_TWO_JUMPS:
        two_jumps(y, s, rng);
        break;
    case SHAPE_SEASON_JUMP:
        seasonal_jump(y, s, rng);
        break;
    case SHAPE_CLOSED:
        closed(y, s, rng);
        break;
    case SHAPE_TURN:
        turning(y, s, rng);
        break;
    case SHAPE_DIP:
        dip(y, s, rng);
        break;
    case SHAPE_RUNS:
        runs(y, s, rng);
        break;
    case SHAPE_DAY_AND_WEEK:
        day_and_week(y, s, rng);
        break;
    }
}
