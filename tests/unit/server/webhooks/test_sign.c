/* test_sign.c - signatures against the vectors of the Standard Webhooks project. */
#include "server/webhooks/sign.h"

#include "tests/unit/suite.h"

#include <nettle/base64.h>
#include <stdio.h>
#include <string.h>

/* The first row is that of the specification's own libraries ("sign function works"). The others
 * were computed by openssl dgst -sha256 -mac HMAC. */
static const struct {
    const char *secret; /* as receivers get it */
    const char *id;
    int64_t timestamp;
    const char *body, *signature;
} vectors[] = {
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
     "{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    {"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "msg_0123456789abcdef", 1, "",
     "v1,k0byrjPt1laT9n77yBRHSET6IRBh8F1+5rDfXTVch5g="},
    {"whsec_////////////////////////////////", "msg_a", 1764500000,
     "{\"type\":\"job.succeeded\",\"data\":{\"name\":\"žluťoučký\"}}",
     "v1,Syce8PdmPmZoF2z5fyA2bkxyT2jjAS1DVcKD6guGhk4="},
    {"whsec_AAcOFRwjKjE4P0ZNVFtiaXB3foWMk5qhqK+2vcTL0tng5+71/"
     "AMKERgfJi00O0JJUFdeZWxzeoGIj5adpKuyuQ==",
     "msg_b", 253402300799, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
     "v1,6n0KfM00zKD29Sa9qfviZNKX8dQVt8WAZkmpaxPoDRw="},
};

static size_t decode(uint8_t *out, size_t cap, const char *secret)
{
    struct base64_decode_ctx c;
    const char *coded = secret + strlen("whsec_");
    size_t n = cap;

    ck_assert_int_eq(strncmp(secret, "whsec_", 6), 0);
    ck_assert_uint_le(BASE64_DECODE_LENGTH(strlen(coded)), cap);
    base64_decode_init(&c);
    ck_assert(base64_decode_update(&c, &n, out, strlen(coded), coded));
    ck_assert(base64_decode_final(&c));
    return n;
}

START_TEST(signatures_are_those_of_the_specification)
{
    uint8_t secret[SECRET_BYTES_MAX + 8];
    size_t n = decode(secret, sizeof(secret), vectors[_i].secret);
    char out[SIGNATURE_TEXT_MAX];
    struct err e = {0};

    ck_assert_int_eq(
        webhook_sign(out, secret, n, vectors[_i].id, vectors[_i].timestamp, vectors[_i].body, &e),
        ST_OK);
    ck_assert_str_eq(out, vectors[_i].signature);
}
END_TEST

START_TEST(secrets_are_read_back)
{
    uint8_t secret[SECRET_BYTES_MAX], back[SECRET_BYTES_MAX + 8];
    char text[SECRET_TEXT_MAX];
    struct err e = {0};

    for (size_t i = 0; i < sizeof(secret); i++)
        secret[i] = (uint8_t)(i * 37 + 11);
    for (size_t n = 1; n <= sizeof(secret); n++) {
        ck_assert_int_eq(webhook_secret_text(text, secret, n, &e), ST_OK);
        ck_assert_uint_eq(decode(back, sizeof(back), text), n);
        ck_assert_mem_eq(back, secret, n);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("sign");
    TCase *t = tcase_create("sign");

    tcase_add_loop_test(t, signatures_are_those_of_the_specification, 0,
                        (int)(sizeof(vectors) / sizeof(vectors[0])));
    tcase_add_test(t, secrets_are_read_back);
    suite_add_tcase(s, t);
    return suite_run(s);
}
