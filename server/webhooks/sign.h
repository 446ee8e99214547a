/* sign.h - signatures of webhooks.
 *
 * Source: the Standard Webhooks specification 1.0, "Signature scheme": "v1," and the base64 of
 * HMAC-SHA256 over ID.TIMESTAMP.BODY, with the decoded secret as key. A receiver gets the secret as
 * "whsec_" and base64. */
#ifndef SERVER_WEBHOOKS_SIGN_H
#define SERVER_WEBHOOKS_SIGN_H

#include <lstm/status.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SIGNATURE_TEXT_MAX = 64, /* with its NUL */
    SECRET_TEXT_MAX = 128,   /* with its NUL; of at most 64 bytes */
    SECRET_BYTES_MAX = 64
};

/* timestamp: of the attempt, seconds since 1970. ST_NOMEM, ST_INTERNAL. */
enum status webhook_sign(char out[SIGNATURE_TEXT_MAX], const void *secret, size_t secret_len,
                         const char *id, int64_t timestamp, const char *body, struct err *e);
/* Writes the secret (n bytes, at most SECRET_BYTES_MAX) as receivers get it. */
enum status webhook_secret_text(char out[SECRET_TEXT_MAX], const void *secret, size_t n,
                                struct err *e);

#endif
