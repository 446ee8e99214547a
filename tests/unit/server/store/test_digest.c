/* test_digest.c - SHA-256 against the examples of FIPS 180-4 and NIST's short messages. */
#include "server/store/digest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text, *hex;
} rows[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnop"
     "qrs"
     "mnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

START_TEST(known_answers)
{
    char hex[DIGEST_LEN + 1];

    digest_hex(hex, rows[_i].text, strlen(rows[_i].text));
    ck_assert_str_eq(hex, rows[_i].hex);
}
END_TEST

START_TEST(a_million_times_a)
{
    char hex[DIGEST_LEN + 1], block[1000];
    struct sha256_ctx h;

    memset(block, 'a', sizeof(block));
    sha256_init(&h);
    for (int i = 0; i < 1000; i++)
        digest_add(&h, block, sizeof(block));
    digest_end(hex, &h);
    ck_assert_str_eq(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

/* Every length around the block and the padding, in one piece and byte by byte. */
START_TEST(pieces_are_the_whole)
{
    char whole[DIGEST_LEN + 1], pieces[DIGEST_LEN + 1], before[DIGEST_LEN + 1] = "";
    uint8_t data[200];
    struct sha256_ctx h;

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t n = 0; n <= sizeof(data); n++) {
        digest_hex(whole, data, n);
        sha256_init(&h);
        for (size_t i = 0; i < n; i++)
            digest_add(&h, data + i, 1);
        digest_add(&h, NULL, 0);
        digest_end(pieces, &h);
        ck_assert_str_eq(whole, pieces);
        ck_assert_str_ne(whole, before);
        memcpy(before, whole, sizeof(before));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("digest");
    TCase *t = tcase_create("sha256");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_loop_test(t, known_answers, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    tcase_add_test(t, a_million_times_a);
    tcase_add_test(t, pieces_are_the_whole);
    suite_add_tcase(s, t);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
