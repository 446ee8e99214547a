/* siphash.c - see siphash.h. */
#include "server/base/siphash.h"

#include "server/base/clock.h"

#include <string.h>
#include <sys/random.h>

void hash_key_init(struct hash_key *k)
{
    uint64_t now;

    if (getrandom(k, sizeof(*k), GRND_NONBLOCK) == (ssize_t)sizeof(*k))
        return;
    /* The kernel's generator is not ready. It is enough that the key is hard to guess. */
    now = (uint64_t)clock_monotonic_ns();
    k->k0 = now % 1000000000 * 0x9E3779B97F4A7C15ULL ^ (uint64_t)(uintptr_t)k;
    k->k1 = now / 1000000000 ^ k->k0 >> 17;
}

static uint64_t rotate(uint64_t v, int by)
{
    return v << by | v >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32) + v[3];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

uint64_t hash_bytes(const struct hash_key *k, const void *p, size_t n)
{
    uint64_t v[4] = {k->k0 ^ 0x736f6d6570736575ULL, k->k1 ^ 0x646f72616e646f6dULL,
                     k->k0 ^ 0x6c7967656e657261ULL, k->k1 ^ 0x7465646279746573ULL};
    const unsigned char *s = p;
    uint64_t m, last = (uint64_t)n << 56;

    for (; n >= 8; n -= 8, s += 8) {
        memcpy(&m, s, 8);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    for (size_t i = 0; i < n; i++)
        last |= (uint64_t)s[i] << (8 * i);
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
