/* siphash.h - a keyed hash of names that clients sent. formats/ and http/ use it.
 *
 * SipHash-1-3 (Aumasson & Bernstein, "SipHash: a fast short-input PRF", 2012), with a random key
 * for every table, so that nobody can send names that all have the same slot. */
#ifndef SERVER_BASE_SIPHASH_H
#define SERVER_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t k0, k1;
};

void hash_key_init(struct hash_key *k); /* cannot fail */
uint64_t hash_bytes(const struct hash_key *k, const void *p, size_t n);

#endif
