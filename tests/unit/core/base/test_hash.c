/* test_hash.c - FNV-1a by the values that its authors publish; files hold its results. */
#include <check.h>
#include <lstm/hash.h>
#include <stdlib.h>
#include <string.h>

START_TEST(published_values)
{
    static const struct {
        const char *s;
        uint64_t wide;
        uint32_t narrow;
    } cases[] = {
        {"", UINT64_C(0xcbf29ce484222325), UINT32_C(0x811c9dc5)},
        {"a", UINT64_C(0xaf63dc4c8601ec8c), UINT32_C(0xe40c292c)},
        {"foobar", UINT64_C(0x85944171f73967e8), UINT32_C(0xbf9cf968)},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert(fnv1a_text(FNV1A_START, cases[i].s) == cases[i].wide);
        ck_assert(fnv1a(FNV1A_START, cases[i].s, strlen(cases[i].s)) == cases[i].wide);
        ck_assert_uint_eq(fnv1a32_text(cases[i].s), cases[i].narrow);
    }
}
END_TEST

START_TEST(parts_give_what_the_whole_gives)
{
    uint64_t whole = fnv1a(FNV1A_START, "foo\0bar", 7);

    ck_assert(fnv1a(fnv1a(FNV1A_START, "foo", 4), "bar", 3) == whole);
    ck_assert(whole != fnv1a(FNV1A_START, "foobar", 6));
    ck_assert(fnv1a_word(FNV1A_START, 'a') == fnv1a_text(FNV1A_START, "a"));
    ck_assert(fnv1a_word(FNV1A_START, 1) != fnv1a_word(FNV1A_START, UINT64_C(1) << 40));
}
END_TEST

/* Bytes that differ in their high bits alone must not share a place in a small table. */
START_TEST(folding_brings_the_high_bits_down)
{
    ck_assert((fnv1a_text(FNV1A_START, "\x10") & 15) == (fnv1a_text(FNV1A_START, "\x20") & 15));
    ck_assert((fnv1a_fold(fnv1a_text(FNV1A_START, "\x10")) & 15) !=
              (fnv1a_fold(fnv1a_text(FNV1A_START, "\x20")) & 15));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("hash");
    TCase *c = tcase_create("hash");
    SRunner *r;
    int failed;

    tcase_add_test(c, published_values);
    tcase_add_test(c, parts_give_what_the_whole_gives);
    tcase_add_test(c, folding_brings_the_high_bits_down);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
