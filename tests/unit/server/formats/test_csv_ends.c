/* test_csv_ends.c - the bytes that may end a cell. */
#include "server/formats/csv_ends.h"
#include "tests/unit/suite.h"

#include <stdbool.h>

enum { TEXTS = 20000, LENGTH = 64 };

static bool is_end(char c)
{
    return c == ';' || c == '\n' || c == '\r' || c == '"';
}

/* The bits of a block as a list of its bytes: bit i belongs to byte i. */
static unsigned bytes_of(uint64_t bits, int each)
{
    unsigned out = 0;

    for (int i = 0; i < CSV_ENDS_WIDTH && i * each < 64; i++)
        if (bits >> (i * each) & ((UINT64_C(1) << each) - 1))
            out |= 1U << i;
    return out;
}

START_TEST(both_versions_find_the_same_bytes)
{
    static const char some[] = {';', '\n', '\r',   '"',    '0', 'a',
                                ',', '\0', '\xbb', '\x8a', ':', '!'};
    const struct csv_ends ends = csv_ends_of(';');
    uint32_t random = 7;

    for (int n = 0; n < TEXTS; n++) {
        char text[LENGTH];
        unsigned expected = 0;

        for (int i = 0; i < LENGTH; i++) {
            random = random * 1664525 + 1013904223;
            text[i] = n % 2 ? (char)(random >> 24) : some[(random >> 24) % sizeof(some)];
        }
        for (int i = 0; i < CSV_ENDS_WIDTH; i++)
            expected |= (unsigned)is_end(text[i]) << i;
        ck_assert_uint_eq(bytes_of(csv_ends_word(&ends, text), 8), expected & 0xff);
        ck_assert_uint_eq(bytes_of(csv_ends_block(&ends, text), CSV_BLOCK_BITS),
                          expected & ((1U << CSV_BLOCK) - 1));
    }
}
END_TEST

START_TEST(bytes_behind_the_text_are_not_read)
{
    const struct csv_ends ends = csv_ends_of(',');
    char *text = malloc(3); /* a read beyond it is found by AddressSanitizer */

    ck_assert_ptr_nonnull(text);
    memcpy(text, "1,\"", 3);
    ck_assert_uint_eq(bytes_of(csv_ends_at(&ends, text, 3), CSV_BLOCK_BITS), 6);
    ck_assert_uint_eq(csv_ends_at(&ends, text, 1), 0);
    ck_assert_uint_eq(csv_ends_at(&ends, text + 3, 0), 0);
    ck_assert_uint_eq(csv_ends_at(&ends, text, -1), 0);
    free(text);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("CSV ends");
    TCase *t = tcase_create("CSV ends");

    tcase_add_test(t, both_versions_find_the_same_bytes);
    tcase_add_test(t, bytes_behind_the_text_are_not_read);
    suite_add_tcase(s, t);
    return suite_run(s);
}
