/* test_visible.c - invisible characters, and one form of a word. */
#include "core/text/pretoken.h"
#include "core/text/visible.h"
#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

START_TEST(invisible_characters_are_told)
{
    static const uint32_t unseen[] = {0xAD,   0x200B, 0x200E, 0x202A, 0x2060,
                                      0xFEFF, 0xFE0F, 0x34F,  0xE0020};
    static const uint32_t seen[] = {'a', 0xE9, 0x301, 0x4E00, 0x1F600, 0x2028, 0xA0};

    for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
        ck_assert_msg(!visible_point(unseen[i], 'a'), "U+%04X", unseen[i]);
    for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++)
        ck_assert_msg(visible_point(seen[i], 'a'), "U+%04X", seen[i]);
}
END_TEST

/* RFC 5892, appendix A.1 and A.2. */
START_TEST(joiners_are_spelling_where_they_shape)
{
    ck_assert(visible_point(0x200C, 0x6CC)); /* behind a Persian letter */
    ck_assert(visible_point(0x200D, 0x94D)); /* behind a virama */
    ck_assert(!visible_point(0x200C, 'n'));
    ck_assert(!visible_point(0x200D, 0x1F469)); /* inside an emoji */
    ck_assert(!visible_point(0x200C, 0));
}
END_TEST

START_TEST(ascii_is_told)
{
    ck_assert(visible_is_ascii(""));
    ck_assert(visible_is_ascii("plain ~\x7f"));
    ck_assert(!visible_is_ascii("caf\u00e9"));
    ck_assert(!visible_is_ascii("\u200bx"));
}
END_TEST

START_TEST(text_has_one_form)
{
    static const char *const rows[][2] = {
        {"plain", "plain"},
        {"", ""},
        {"in\u00advisible", "invisible"},
        {"\u200b\u2060", ""},
        {"cafe\u0301", "caf\u00e9"},
        {"e\u00ad\u0301", "\u00e9"}, /* the soft hyphen is invisible */
        {"\u212b", "\u00c5"},
        {"\u1112\u1161\u11ab", "\ud55c"},
        {"\u4e2d\u6587", "\u4e2d\u6587"},
    };
    char out[64];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t n = visible_text(out, sizeof(out), rows[i][0], strlen(rows[i][0]));

        ck_assert_str_eq(out, rows[i][1]);
        ck_assert_uint_eq(n, strlen(rows[i][1]));
    }
}
END_TEST

/* No character is missed that NFC would change. */
START_TEST(every_character_is_in_normal_form)
{
    for (uint32_t c = 0x80; c < 0x30000; c++) {
        uint8_t s[8], *nfc;
        char out[64];
        size_t n, length = 0;
        int width = u8_uctomb(s, c, 8);

        if (width < 0 || !visible_point(c, 0))
            continue;
        n = visible_text(out, sizeof(out), (const char *)s, (size_t)width);
        nfc = u8_normalize(UNINORM_NFC, s, (size_t)width, NULL, &length);
        ck_assert_ptr_nonnull(nfc);
        ck_assert_msg(n == length && memcmp(out, nfc, n) == 0, "U+%04X", c);
        free(nfc);
    }
}
END_TEST

/* Where the composed form has no room the text stays as it is. */
START_TEST(there_may_be_no_room)
{
    char out[4];

    ck_assert_uint_eq(visible_text(out, sizeof(out), "\u0958", 3), 3); /* NFC is longer */
    ck_assert_str_eq(out, "\u0958");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("visible");
    TCase *t = tcase_create("visible");

    tcase_add_test(t, invisible_characters_are_told);
    tcase_add_test(t, joiners_are_spelling_where_they_shape);
    tcase_add_test(t, ascii_is_told);
    tcase_add_test(t, text_has_one_form);
    tcase_add_test(t, every_character_is_in_normal_form);
    tcase_add_test(t, there_may_be_no_room);
    suite_add_tcase(s, t);
    return suite_run(s);
}
