/* rng.c - xoshiro256**, and the distributions drawn from it: see <lstm/rng.h>. */
#include <lstm/rng.h>

#include <math.h>

static uint64_t splitmix64(uint64_t *x)
{
    uint64_t z = *x += 0x9E3779B97F4A7C15u;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix64(&seed);
}

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t out = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return out;
}

float rng_uniform(struct rng *r, float lo, float hi)
{
    float u = (float)(rng_next(r) >> 40) * 0x1p-24f;
    float x = lo + (hi - lo) * u;

    /* The product may round up to the open end. */
    return x < hi ? x : nextafterf(hi, lo);
}

float rng_normal(struct rng *r)
{
    double u = (double)((rng_next(r) >> 11) + 1) * 0x1p-53; /* (0, 1]: its logarithm is finite */
    double v = (double)(rng_next(r) >> 11) * 0x1p-53;

    return (float)(sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v));
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
    uint64_t m = (rng_next(r) >> 32) * n;
    uint32_t low = (uint32_t)m;

    /* Lemire 2019: reject the few low words that would favour some results. */
    if (low < n) {
        uint32_t least = (uint32_t)(0u - n) % n;

        while (low < least) {
            m = (rng_next(r) >> 32) * n;
            low = (uint32_t)m;
        }
    }
    return (uint32_t)(m >> 32);
}

void rng_shuffle(struct rng *r, int32_t *v, int n)
{
    for (int i = n - 1; i > 0; i--) {
        uint32_t j = rng_below(r, (uint32_t)i + 1);
        int32_t keep = v[i];

        v[i] = v[j];
        v[j] = keep;
    }
}
