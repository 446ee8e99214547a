/* certificate.c - see certificate.h. */
#include "tests/unit/server/http/certificate.h"

#include <check.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PEM_MAX = 16384, DAY = 86400 };

size_t certificate_read(char *out, size_t cap, const char *path)
{
    FILE *f = fopen(path, "r");
    size_t n;

    ck_assert_msg(f != NULL, "cannot read %s", path);
    n = fread(out, 1, cap - 1, f);
    out[n] = '\0';
    ck_assert_int_eq(fclose(f), 0);
    return n;
}

void certificate_write(const char *path, const char *text, size_t n)
{
    FILE *f = fopen(path, "w");

    ck_assert_msg(f != NULL, "cannot write %s", path);
    ck_assert_uint_eq(fwrite(text, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

static void ok(int r)
{
    ck_assert_msg(r == 0, "GnuTLS: %s", gnutls_strerror(r));
}

static void describe(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const char *name, int days)
{
    static const unsigned char address[] = {127, 0, 0, 1};
    static unsigned char serial = 1;
    time_t now = time(NULL);

    serial++;
    ok(gnutls_x509_crt_set_version(crt, 3));
    ok(gnutls_x509_crt_set_serial(crt, &serial, 1));
    ok(gnutls_x509_crt_set_activation_time(crt, now - 90 * DAY));
    ok(gnutls_x509_crt_set_expiration_time(crt, now + days * (time_t)DAY + 60));
    ok(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                     (unsigned)strlen(name)));
    ok(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address, sizeof address,
                                            GNUTLS_FSAN_SET));
    ok(gnutls_x509_crt_set_basic_constraints(crt, 1, -1));
    ok(gnutls_x509_crt_set_key(crt, key));
}

static void sign(gnutls_x509_crt_t crt, const struct certificate *issuer)
{
    char pem[PEM_MAX];
    gnutls_datum_t text = {(unsigned char *)pem, 0};
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t by;

    ok(gnutls_x509_crt_init(&by));
    ok(gnutls_x509_privkey_init(&key));
    text.size = (unsigned)certificate_read(pem, sizeof pem, issuer->certificate);
    ok(gnutls_x509_crt_import(by, &text, GNUTLS_X509_FMT_PEM));
    text.size = (unsigned)certificate_read(pem, sizeof pem, issuer->key);
    ok(gnutls_x509_privkey_import(key, &text, GNUTLS_X509_FMT_PEM));
    ok(gnutls_x509_crt_sign2(crt, by, key, GNUTLS_DIG_SHA256, 0));
    gnutls_x509_privkey_deinit(key);
    gnutls_x509_crt_deinit(by);
}

void certificate_make(struct certificate *c, const char *folder, const char *name, int days,
                      const struct certificate *issuer)
{
    char pem[2 * PEM_MAX];
    size_t n = PEM_MAX;
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;

    (void)snprintf(c->certificate, sizeof c->certificate, "%s/%s.crt", folder, name);
    (void)snprintf(c->key, sizeof c->key, "%s/%s.key", folder, name);
    ok(gnutls_x509_privkey_init(&key));
    ok(gnutls_x509_crt_init(&crt));
    ok(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    ok(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pem, &n));
    certificate_write(c->key, pem, n);
    describe(crt, key, name, days);
    if (issuer)
        sign(crt, issuer);
    else
        ok(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0));
    n = PEM_MAX;
    ok(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, pem, &n));
    if (issuer)
        n += certificate_read(pem + n, PEM_MAX, issuer->certificate);
    certificate_write(c->certificate, pem, n);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
}
