/* test_base64.c - the vectors of RFC 4648, section 10, and lengths around a piece. */
#include "server/protocols/base64.h"

#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static void expect(const char *bytes, size_t n, const char *text)
{
    struct buf b;

    buf_init(&b, 1 << 20);
    base64_put(&b, bytes, n);
    ck_assert_str_eq(b.data ? b.data : "", text);
    buf_release(&b);
}

START_TEST(the_vectors_of_the_standard)
{
    expect("", 0, "");
    expect("f", 1, "Zg==");
    expect("fo", 2, "Zm8=");
    expect("foo", 3, "Zm9v");
    expect("foob", 4, "Zm9vYg==");
    expect("fooba", 5, "Zm9vYmE=");
    expect("foobar", 6, "Zm9vYmFy");
    expect("\xFF\xFE\x00", 3, "//4A");
}
END_TEST

/* "AAAA" for each three zero bytes, and padding at the end only. */
START_TEST(long_bytes_have_no_padding_inside)
{
    static const size_t lengths[] = {3071, 3072, 3073, 6144, 10000};
    char *zeros = calloc(1, 10000);

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        size_t n = lengths[i], whole = n / 3 * 4;
        struct buf b;

        buf_init(&b, 1 << 20);
        base64_put(&b, zeros, n);
        ck_assert_uint_eq(b.len, (n + 2) / 3 * 4);
        ck_assert_uint_eq(strspn(b.data, "A"), whole + (n % 3 ? n % 3 + 1 : 0));
        buf_release(&b);
    }
    free(zeros);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("base64");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, the_vectors_of_the_standard);
    tcase_add_test(tc, long_bytes_have_no_padding_inside);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
