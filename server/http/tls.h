/* tls.h - certificate and key for encrypted connections, which can be replaced while the server
 * runs. Private to http/, where only tls.c and tls_receive.c use GnuTLS. */
#ifndef SERVER_HTTP_TLS_H
#define SERVER_HTTP_TLS_H

#include "server/http/http_types.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

/* TLS 1.2 and 1.3 as RFC 9325 recommends: forward secrecy and authenticated encryption, no
 * SHA-1. */
#define TLS_PRIORITIES                                                                             \
    "NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AEAD:+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM:"           \
    "+ECDHE-ECDSA:+ECDHE-RSA:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+COMP-NULL:"          \
    "+CTYPE-X509:+SIGN-ALL:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:-SIGN-DSA-SHA1:"                        \
    "%SERVER_PRECEDENCE:%SAFE_RENEGOTIATION"

struct tls;

/* Reads both PEM files: the server's certificate, followed by those that lead to its root, in any
 * order; and its private key. The paths are borrowed until tls_free(). ST_INVALID names the file
 * and the error in it; ST_IO: it cannot be read; ST_NOMEM. */
enum status tls_new(struct tls **out, const char *certificate, const char *key, struct err *e);
/* NULL does nothing. Called after the last connection. */
void tls_free(struct tls *t);
/* Reads the files again. New connections get the new certificate; open ones are not affected. On an
 * error, as above, the previous one stays in use. Any thread, one at a time. */
enum status tls_reload(struct tls *t, struct err *e);
/* When the certificate in use expires, in seconds since 1970. Any thread. */
int64_t tls_expires(struct tls *t);
/* The certificate in use, for GnuTLS, which borrows it until tls_free(). Any thread. */
void tls_current(struct tls *t, gnutls_pcert_st **chain, unsigned *length, gnutls_privkey_t *key);

/* Sends the last n bytes of a connection and announces its end (close_notify), as far as there is
 * room now. Only on the connection's own thread. */
void tls_send_last(gnutls_session_t session, const char *data, size_t n);

#endif
