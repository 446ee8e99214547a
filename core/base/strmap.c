/* strmap.c - the hash table of core/base/strmap.h. SipHash: Aumasson & Bernstein, 2012. */
#include "core/base/strmap.h"

#include <stdlib.h>
#include <string.h>

enum { STRMAP_FIRST = 16 };

static uint64_t rotl(uint64_t x, int b)
{
    return x << b | x >> (64 - b);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotl(v[1], 13) ^ v[0];
    v[0] = rotl(v[0], 32);
    v[2] += v[3];
    v[3] = rotl(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotl(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotl(v[1], 17) ^ v[2];
    v[2] = rotl(v[2], 32);
}

static uint64_t load_le(const unsigned char *p, size_t n)
{
    uint64_t w = 0;

    for (size_t i = 0; i < n; i++)
        w |= (uint64_t)p[i] << (8 * i);
    return w;
}

static uint64_t hash(const uint64_t key[2], const char *s)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t n = strlen(s);
    size_t left = n;
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                     key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    uint64_t w;

    for (; left >= 8; left -= 8, p += 8) {
        w = load_le(p, 8);
        v[3] ^= w;
        sip_round(v);
        v[0] ^= w;
    }
    w = load_le(p, left) | (uint64_t)n << 56;
    v[3] ^= w;
    sip_round(v);
    v[0] ^= w;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void strmap_release(struct strmap *m)
{
    free(m->slots);
    memset(m, 0, sizeof(*m));
}

/* Returns the slot of the key with hash h, or the free slot where it belongs. There is always a
 * free one. Two keys are compared only where the halves of their hashes in the slots are equal. */
static struct strmap_slot *find(const struct strmap *m, const char *key, uint64_t h)
{
    size_t i = (size_t)h & (m->capacity - 1);

    while (m->slots[i].key &&
           (m->slots[i].mark != (uint32_t)(h >> 32) || strcmp(m->slots[i].key, key) != 0))
        i = (i + 1) & (m->capacity - 1);
    return &m->slots[i];
}

int32_t strmap_get(const struct strmap *m, const char *key)
{
    const struct strmap_slot *s;

    if (!m->count)
        return -1;
    s = find(m, key, hash(m->salt, key));
    return s->key ? s->value : -1;
}

static enum status grow(struct strmap *m, struct err *e)
{
    struct strmap bigger = *m;

    if (m->capacity > SIZE_MAX / 2 / sizeof(*m->slots))
        return err_nomem(e, 0);
    bigger.capacity = m->capacity ? 2 * m->capacity : STRMAP_FIRST;
    bigger.slots = calloc(bigger.capacity, sizeof(*bigger.slots));
    if (!bigger.slots)
        return err_nomem(e, bigger.capacity * sizeof(*bigger.slots));
    if (!m->capacity) {
        bigger.salt[0] = (uint64_t)(uintptr_t)bigger.slots;
        bigger.salt[1] = (uint64_t)(uintptr_t)m;
    }
    for (size_t i = 0; i < m->capacity; i++) {
        const struct strmap_slot *s = &m->slots[i];

        if (s->key)
            *find(&bigger, s->key, hash(bigger.salt, s->key)) = *s;
    }
    free(m->slots);
    *m = bigger;
    return ST_OK;
}

enum status strmap_put(struct strmap *m, const char *key, int32_t value, struct err *e)
{
    struct strmap_slot *s;
    uint64_t h;

    if (m->count + 1 > m->capacity - m->capacity / 4) {
        enum status st = grow(m, e);

        if (st)
            return st;
    }
    h = hash(m->salt, key);
    s = find(m, key, h);
    if (!s->key)
        m->count++;
    s->key = key;
    s->mark = (uint32_t)(h >> 32);
    s->value = value;
    return ST_OK;
}
