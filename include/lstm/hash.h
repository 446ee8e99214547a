/* hash.h - FNV-1a, the 64-bit hash behind tables and fingerprints.
 *
 * h = (h ^ byte) * prime for each byte (Fowler, Noll, Vo: isthe.com/chongo/tech/comp/fnv). Start
 * with FNV1A_START and pass each result to the next call. Snapshots of trainings hold results, so
 * the function must never change. A client that chooses the bytes can cause collisions. Where this
 * matters, use SipHash. */
#ifndef LSTM_HASH_H
#define LSTM_HASH_H

#include <stddef.h>
#include <stdint.h>

#define FNV1A_START UINT64_C(14695981039346656037)

/* One step for a whole word, where a step for each of its bytes would be too slow. */
static inline uint64_t fnv1a_word(uint64_t h, uint64_t word)
{
    return (h ^ word) * UINT64_C(1099511628211);
}

static inline uint64_t fnv1a(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *p = (const unsigned char *)bytes;

    for (size_t i = 0; i < n; i++)
        h = fnv1a_word(h, p[i]);
    return h;
}

/* The characters of s without its NUL. */
static inline uint64_t fnv1a_text(uint64_t h, const char *s)
{
    for (; *s; s++)
        h = fnv1a_word(h, (unsigned char)*s);
    return h;
}

/* FNV-1a of 32 bits, for the names of event streams, which clients keep. */
static inline uint32_t fnv1a32_text(const char *s)
{
    uint32_t h = UINT32_C(2166136261);

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * UINT32_C(16777619);
    return h;
}

/* A hash for tables of any size below 2^32. The low bits of h depend only on the low bits of the
 * bytes; the multiplication by 2^64 / golden ratio (Knuth, 6.4) mixes all bits. */
static inline uint32_t fnv1a_fold(uint64_t h)
{
    return (uint32_t)((h ^ h >> 32) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

#endif
