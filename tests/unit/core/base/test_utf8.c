/* test_utf8.c - well-formed UTF-8, at every limit in RFC 3629. */
#include <check.h>
#include <lstm/utf8.h>
#include <stdlib.h>
#include <string.h>

START_TEST(borders_of_every_length)
{
    static const struct {
        const char *s;
        size_t length;
    } cases[] = {
        {"\x7f", 1},
        {"\x80", 0},
        {"\xc0\x80", 0},
        {"\xc1\xbf", 0},
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\x9f\xbf", 0}, /* overlong */
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xed\xa0\x80", 0}, /* the first surrogate */
        {"\xed\xbf\xbf", 0}, /* the last one */
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4}, /* U+10FFFF */
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"\xe2\x82", 0}, /* cut off */
        {"\xe2\x28\xa1", 0},
        {"\xf0\x90\x80", 0},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t n = strlen(cases[i].s);

        ck_assert_msg(utf8_length(cases[i].s, n) == cases[i].length, "case %zu", i);
        ck_assert_msg(utf8_valid(cases[i].s, n) == (cases[i].length > 0), "case %zu", i);
    }
    ck_assert_uint_eq(utf8_length("", 1), 1); /* NUL */
    ck_assert(utf8_valid("", 0));
    ck_assert(utf8_valid("a\0b", 3));
}
END_TEST

/* The fault stands at every place of a text that is longer than a step over ASCII. */
START_TEST(the_prefix_ends_where_the_fault_is)
{
    char s[40];

    for (size_t at = 0; at < sizeof(s); at++) {
        memset(s, 'a', sizeof(s));
        ck_assert_uint_eq(utf8_valid_prefix(s, at), at);
        s[at] = '\xff';
        ck_assert_uint_eq(utf8_valid_prefix(s, sizeof(s)), at);
        if (at + 2 > sizeof(s))
            continue;
        memcpy(s + at, "\xc3\xa9", 2);
        ck_assert_uint_eq(utf8_valid_prefix(s, sizeof(s)), sizeof(s));
        ck_assert_uint_eq(utf8_valid_prefix(s, at + 1), at);
    }
}
END_TEST

START_TEST(control_characters_are_not_printable)
{
    static const char *const controls[] = {"\x1f", "\t", "a\n", "\x7f", "\xc2\x80", "\xc2\x9f"};
    static const char *const printable[] = {
        "", " ", "~", "\xc2\xa0", "gr\xc3\xbc\xc3\x9f", "\xf0\x9f\x98\x80"};

    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++)
        ck_assert_msg(!utf8_printable(controls[i], strlen(controls[i])), "case %zu", i);
    for (size_t i = 0; i < sizeof(printable) / sizeof(printable[0]); i++)
        ck_assert_msg(utf8_printable(printable[i], strlen(printable[i])), "case %zu", i);
    ck_assert(!utf8_printable("", 1)); /* NUL */
    ck_assert(!utf8_printable("a\xff", 2));
}
END_TEST

START_TEST(scrubbing_replaces_faults_alone)
{
    static const struct {
        const char *s, *want;
    } cases[] = {
        {"", ""},
        {"fine: \xc3\xbc", "fine: \xc3\xbc"},
        {"\xff\xfe", "??"},
        {"long enough \xe2\x82 and on \xc3\xbc\xc3", "long enough ?? and on \xc3\xbc?"},
        {"\xed\xa0\x80", "???"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char s[64];

        memcpy(s, cases[i].s, strlen(cases[i].s) + 1);
        utf8_scrub(s);
        ck_assert_str_eq(s, cases[i].want);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("utf8");
    TCase *c = tcase_create("utf8");
    SRunner *r;
    int failed;

    tcase_add_test(c, borders_of_every_length);
    tcase_add_test(c, the_prefix_ends_where_the_fault_is);
    tcase_add_test(c, control_characters_are_not_printable);
    tcase_add_test(c, scrubbing_replaces_faults_alone);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
