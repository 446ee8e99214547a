/* samples.c - see samples.h. */
#include "tests/unit/core/nn/samples.h"

#include <math.h>
#include <string.h>

void random_samples_init(struct samples *s, uint64_t seed)
{
    struct rng r;

    rng_seed(&r, seed);
    memset(s, 0, sizeof(*s));
    for (int i = 0; i < SAMPLES_MAX; i++) {
        float sum = 0;

        s->length[i] = 1 + (int)rng_below(&r, SAMPLE_T);
        for (int t = 0; t < SAMPLE_T; t++) {
            for (int k = 0; k < SAMPLE_I; k++)
                s->x[i][t][k] = rng_uniform(&r, -1, 1);
            sum += s->x[i][t][0];
            s->y[i][t][0] = rng_below(&r, 10) ? 0.3f * sum : NAN;
            s->y[i][t][1] = s->x[i][t][1];
            s->ids[i][t] = (int32_t)rng_below(&r, SAMPLE_V);
            s->classes[i][t] = rng_below(&r, 10) ? s->ids[i][t] % SAMPLE_O : -1;
        }
    }
}

static void fill(void *ctx, struct batch *b, const int32_t *index, int n, struct rng *rng)
{
    struct samples *s = ctx;

    b->B = n;
    b->T = 0;
    for (int k = 0; k < n; k++) {
        b->lengths[k] = s->length[index[k]];
        b->T = b->lengths[k] > b->T ? b->lengths[k] : b->T;
        s->seen[index[k]] += rng != NULL;
    }
    s->sum_of_longest += rng ? b->T : 0;
    for (int k = 0; k < n; k++)
        for (int t = 0; t < b->T; t++) {
            int i = index[k], at = t * n + k, to = s->last_only ? k : at;

            if (s->last_only && t != s->length[i] - 1)
                to = -1;
            for (int c = 0; b->x && c < SAMPLE_I; c++)
                b->x[at * SAMPLE_I + c] =
                    s->x[i][t][c] + (rng && s->noise ? rng_uniform(rng, -0.1f, 0.1f) : 0);
            if (b->ids)
                b->ids[at] = s->ids[i][t];
            for (int c = 0; b->values && to >= 0 && c < SAMPLE_O; c++)
                b->values[to * SAMPLE_O + c] = s->y[i][t][c];
            if (b->classes && to >= 0)
                b->classes[to] = s->classes[i][t];
        }
}

static int length(void *ctx, int32_t index)
{
    const struct samples *s = ctx;

    return s->length[index];
}

struct sample_source random_samples_source(struct samples *s, int n, bool with_length)
{
    return (struct sample_source){.ctx = s,
                                  .num_samples = n,
                                  .T_max = SAMPLE_T,
                                  .fill = fill,
                                  .length = with_length ? length : NULL};
}
