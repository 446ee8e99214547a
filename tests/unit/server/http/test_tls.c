/* test_tls.c - accepted certificates and keys, and replacing them. */
#include "server/http/tls.h"

#include "tests/unit/server/http/certificate.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/lstmd-tls-XXXXXX";
static struct certificate root, one, two;

static void setup(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/lstmd-tls-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    certificate_make(&root, folder, "root", 100, NULL);
    certificate_make(&one, folder, "one", 10, &root);
    certificate_make(&two, folder, "two", -3, NULL);
}

static void teardown(void)
{
    const struct certificate *all[] = {&root, &one, &two};

    for (int i = 0; i < 3; i++) {
        (void)unlink(all[i]->certificate);
        (void)unlink(all[i]->key);
    }
    (void)rmdir(folder);
}

/* Fails unless both files are refused with these words. */
static void refused(const char *certificate, const char *key, enum status st, const char *words)
{
    struct tls *t = NULL;
    struct err e = {0};

    ck_assert_int_eq(tls_new(&t, certificate, key, &e), st);
    ck_assert_ptr_null(t);
    ck_assert_msg(strstr(e.message, words) != NULL, "'%s' lacks '%s'", e.message, words);
}

START_TEST(a_chain_and_its_key_are_taken)
{
    gnutls_pcert_st *chain;
    gnutls_privkey_t key;
    unsigned length = 0;
    struct tls *t;
    struct err e = {0};
    int64_t now = time(NULL);

    ck_assert_msg(tls_new(&t, one.certificate, one.key, &e) == ST_OK, "%s", e.message);
    tls_current(t, &chain, &length, &key);
    ck_assert_uint_eq(length, 2);
    ck_assert_int_gt(tls_expires(t), now + (int64_t)9 * 86400);
    ck_assert_int_lt(tls_expires(t), now + (int64_t)11 * 86400);
    tls_free(t);
    tls_free(NULL);
}
END_TEST

/* The first certificate is the server's; its issuers may follow in any order. */
START_TEST(the_order_behind_the_first_does_not_matter)
{
    char text[65536], tail[16384];
    struct certificate last;
    gnutls_pcert_st *chain;
    gnutls_privkey_t key;
    unsigned length = 0;
    struct tls *t;
    struct err e = {0};
    size_t all, behind, end;

    certificate_make(&last, folder, "last", 5, &one);
    all = certificate_read(text, sizeof text, last.certificate); /* last, one, root */
    behind = certificate_read(tail, sizeof tail, one.certificate);
    end = certificate_read(tail, sizeof tail, root.certificate);
    memcpy(text + all - behind, tail, end);
    (void)certificate_read(tail, sizeof tail, one.certificate);
    memcpy(text + all - behind + end, tail, behind - end);
    certificate_write(last.certificate, text, all); /* last, root, one */
    ck_assert_msg(tls_new(&t, last.certificate, last.key, &e) == ST_OK, "%s", e.message);
    tls_current(t, &chain, &length, &key);
    ck_assert_uint_eq(length, 3);
    ck_assert_int_lt(tls_expires(t), time(NULL) + (int64_t)6 * 86400);
    tls_free(t);
    (void)unlink(last.certificate);
    (void)unlink(last.key);
}
END_TEST

START_TEST(what_is_wrong_with_a_file_is_told)
{
    static const char key[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                              "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh1r5AuZhNM3QICCAAw\n"
                              "-----END ENCRYPTED PRIVATE KEY-----\n";

    refused("/nowhere/a.crt", one.key, ST_IO, "/nowhere/a.crt");
    refused(one.certificate, "/nowhere/a.key", ST_IO, "/nowhere/a.key");
    refused(one.key, one.key, ST_INVALID, "no certificate in PEM form");
    refused(one.certificate, one.certificate, ST_INVALID, "no private key in PEM form");
    refused(one.certificate, two.key, ST_INVALID, "does not belong to");
    certificate_write(two.key, key, strlen(key));
    refused(two.certificate, two.key, ST_INVALID, two.key);
    certificate_write(two.certificate, "", 0);
    refused(two.certificate, two.key, ST_INVALID, "no certificate");
}
END_TEST

START_TEST(too_long_a_chain_and_strangers_are_refused)
{
    char text[65536], leaf[16384];
    size_t n = certificate_read(leaf, sizeof leaf, root.certificate), used = 0;

    for (int i = 0; i < 17; i++) {
        memcpy(text + used, leaf, n);
        used += n;
    }
    certificate_write(two.certificate, text, used);
    refused(two.certificate, two.key, ST_INVALID, "at most 16");
}
END_TEST

START_TEST(a_new_certificate_takes_the_place_of_the_old_one)
{
    gnutls_pcert_st *before, *after;
    gnutls_privkey_t key;
    unsigned length;
    char text[16384];
    struct tls *t;
    struct err e = {0};
    size_t n;

    ck_assert_int_eq(tls_new(&t, one.certificate, one.key, &e), ST_OK);
    tls_current(t, &before, &length, &key);
    n = certificate_read(text, sizeof text, two.certificate);
    certificate_write(one.certificate, text, n);
    ck_assert_int_eq(tls_reload(t, &e), ST_INVALID); /* its key is not there yet */
    tls_current(t, &after, &length, &key);
    ck_assert_ptr_eq(before, after);
    n = certificate_read(text, sizeof text, two.key);
    certificate_write(one.key, text, n);
    ck_assert_msg(tls_reload(t, &e) == ST_OK, "%s", e.message);
    tls_current(t, &after, &length, &key);
    ck_assert_ptr_ne(before, after);
    ck_assert_int_lt(tls_expires(t), time(NULL));
    ck_assert_int_eq(before->type, GNUTLS_CRT_X509); /* a handshake may still be using it */
    tls_free(t);
}
END_TEST

START_TEST(the_priorities_are_known_to_gnutls)
{
    gnutls_priority_t p;
    const char *at = NULL;

    ck_assert_msg(gnutls_priority_init(&p, TLS_PRIORITIES, &at) == 0, "at %s", at ? at : "?");
    gnutls_priority_deinit(p);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("http tls");
    TCase *t = tcase_create("http tls");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, a_chain_and_its_key_are_taken);
    tcase_add_test(t, the_order_behind_the_first_does_not_matter);
    tcase_add_test(t, what_is_wrong_with_a_file_is_told);
    tcase_add_test(t, too_long_a_chain_and_strangers_are_refused);
    tcase_add_test(t, a_new_certificate_takes_the_place_of_the_old_one);
    tcase_add_test(t, the_priorities_are_known_to_gnutls);
    suite_add_tcase(s, t);
    return suite_run(s);
}
