/* digest.h - SHA-256 in pieces. Private to store/. */
#ifndef SERVER_STORE_DIGEST_H
#define SERVER_STORE_DIGEST_H

#include "server/store/store.h"

struct sha256 {
    uint32_t h[8];
    uint64_t bytes;
    uint8_t rest[64];
    size_t len;
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);  /* n 0 with any p is fine */
void sha256_hex(char out[DIGEST_LEN + 1], struct sha256 *s); /* ends s */

#endif
