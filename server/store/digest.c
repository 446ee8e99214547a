/* digest.c - see digest.h. SHA-256 comes from nettle, which libmicrohttpd needs for TLS anyway. */
#include "server/store/digest.h"

void digest_add(struct sha256_ctx *s, const void *p, size_t n)
{
    if (n > 0)
        sha256_update(s, n, p);
}

void digest_end(char out[DIGEST_LEN + 1], struct sha256_ctx *s)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[SHA256_DIGEST_SIZE];

    sha256_digest(s, sizeof(bytes), bytes);
    for (int i = 0; i < DIGEST_LEN; i++)
        out[i] = digits[bytes[i / 2] >> (i % 2 ? 0 : 4) & 15];
    out[DIGEST_LEN] = '\0';
}

bool digest_same(const char a[DIGEST_LEN + 1], const char b[DIGEST_LEN + 1])
{
    volatile unsigned char differs = 0;

    for (int i = 0; i < DIGEST_LEN; i++)
        differs = (unsigned char)(differs | (unsigned char)(a[i] ^ b[i]));
    return differs == 0;
}

void digest_hex(char out[DIGEST_LEN + 1], const void *p, size_t n)
{
    struct sha256_ctx s;

    sha256_init(&s);
    digest_add(&s, p, n);
    digest_end(out, &s);
}
