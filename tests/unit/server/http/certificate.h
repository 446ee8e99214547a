/* certificate.h - certificates that a test makes for itself, as PEM files. */
#ifndef TESTS_UNIT_SERVER_HTTP_CERTIFICATE_H
#define TESTS_UNIT_SERVER_HTTP_CERTIFICATE_H

#include <stddef.h>

enum { CERTIFICATE_PATH = 128 };

struct certificate {
    char certificate[CERTIFICATE_PATH], key[CERTIFICATE_PATH]; /* the files */
};

/* Makes a new key (ECDSA, P-256) and a certificate for 127.0.0.1 with that name, in folder/name.crt
 * and folder/name.key. days: how long it is valid; negative: it has expired. issuer: the
 * certificate that signs it and follows it in the file; NULL: itself. */
void certificate_make(struct certificate *c, const char *folder, const char *name, int days,
                      const struct certificate *issuer);
/* Fails the test unless the file could be read or written. */
size_t certificate_read(char *out, size_t cap, const char *path);
void certificate_write(const char *path, const char *text, size_t n);

#endif
