/* digest.h - SHA-256 of data in pieces, for ETags, idempotency keys, and digests of models and API
 * keys. Private to store/.
 *
 * Begin with nettle's sha256_init(). digest_hex() of store.h hashes data that are in one piece. */
#ifndef SERVER_STORE_DIGEST_H
#define SERVER_STORE_DIGEST_H

#include "server/store/store.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>

void digest_add(struct sha256_ctx *s, const void *p, size_t n); /* n 0: p may be NULL */
/* Writes the digest of all that was added, in hexadecimal. Afterwards s is as after
 * sha256_init(). */
void digest_end(char out[DIGEST_LEN + 1], struct sha256_ctx *s);

/* Whether both are equal, in a time that does not depend on where they differ. */
bool digest_same(const char a[DIGEST_LEN + 1], const char b[DIGEST_LEN + 1]);

#endif
