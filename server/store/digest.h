/* digest.h - SHA-256 in pieces: ETags, idempotency keys, digests of models and of API keys. Private
 * to store/.
 *
 * Begin with nettle's sha256_init(). The whole at once: digest_hex() of store.h. */
#ifndef SERVER_STORE_DIGEST_H
#define SERVER_STORE_DIGEST_H

#include "server/store/store.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>

void digest_add(struct sha256_ctx *s, const void *p, size_t n); /* n 0: p may be NULL */
/* The digest of all that was added, in hexadecimal; s is as new afterwards. */
void digest_end(char out[DIGEST_LEN + 1], struct sha256_ctx *s);

/* Whether both are the same, in a time that does not depend on where they differ. */
bool digest_same(const char a[DIGEST_LEN + 1], const char b[DIGEST_LEN + 1]);

#endif
