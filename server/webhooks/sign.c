/* sign.c - see sign.h. */
#include "server/webhooks/sign.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>

enum { SHA256_BYTES = 32 };

/* Writes prefix and the base64 of n bytes to out (cap bytes). */
static enum status put_base64(char *out, size_t cap, const char *prefix, const void *bytes,
                              size_t n, struct err *e)
{
    unsigned char copy[SECRET_BYTES_MAX];
    const gnutls_datum_t in = {copy, (unsigned)n};
    gnutls_datum_t coded = {0};
    int rc;

    if (n > sizeof(copy))
        return err_set(e, ST_INTERNAL, "%zu bytes are too many for a base64 here", n);
    memcpy(copy, bytes, n);
    rc = gnutls_base64_encode2(&in, &coded);
    gnutls_memset(copy, 0, sizeof(copy));
    if (rc < 0)
        return err_nomem(e, n);
    rc = snprintf(out, cap, "%s%.*s", prefix, (int)coded.size, (const char *)coded.data);
    gnutls_memset(coded.data, 0, coded.size);
    gnutls_free(coded.data);
    return rc > 0 && (size_t)rc < cap
               ? ST_OK
               : err_set(e, ST_INTERNAL, "the base64 of %zu bytes does not fit", n);
}

enum status webhook_secret_text(char out[SECRET_TEXT_MAX], const void *secret, size_t n,
                                struct err *e)
{
    return put_base64(out, SECRET_TEXT_MAX, "whsec_", secret, n, e);
}

enum status webhook_sign(char out[SIGNATURE_TEXT_MAX], const void *secret, size_t secret_len,
                         const char *id, int64_t timestamp, const char *body, struct err *e)
{
    unsigned char mac[SHA256_BYTES];
    gnutls_hmac_hd_t h;
    char time[24];
    int n = snprintf(time, sizeof(time), ".%lld.", (long long)timestamp);
    int rc = gnutls_hmac_init(&h, GNUTLS_MAC_SHA256, secret, secret_len);

    if (rc < 0)
        return err_set(e, rc == GNUTLS_E_MEMORY_ERROR ? ST_NOMEM : ST_INTERNAL,
                       "HMAC-SHA256 cannot be computed: %s", gnutls_strerror(rc));
    rc = gnutls_hmac(h, id, strlen(id));
    if (!rc)
        rc = gnutls_hmac(h, time, (size_t)n);
    if (!rc)
        rc = gnutls_hmac(h, body, strlen(body));
    gnutls_hmac_deinit(h, mac);
    if (rc < 0)
        return err_set(e, ST_INTERNAL, "HMAC-SHA256 cannot be computed: %s", gnutls_strerror(rc));
    return put_base64(out, SIGNATURE_TEXT_MAX, "v1,", mac, sizeof(mac), e);
}
