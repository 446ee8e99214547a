/* test_pattern.c - regular expressions of selectors. */
#include "server/protocols/prometheus/pattern.h"

#include "tests/unit/suite.h"

#include <stdlib.h>
#include <string.h>

static bool matches(const char *pattern, const char *text)
{
    struct pattern *p = NULL;
    struct err e = {0};
    bool yes = false;

    ck_assert_msg(pattern_compile(&p, pattern, &e) == ST_OK, "%s", e.message);
    ck_assert_msg(pattern_match(&yes, p, text, &e) == ST_OK, "%s", e.message);
    pattern_free(p);
    return yes;
}

START_TEST(a_pattern_matches_the_whole_text)
{
    ck_assert(matches("a.*", "abc"));
    ck_assert(matches("a|b", "b"));
    ck_assert(!matches("a", "ab"));
    ck_assert(!matches("a|b", "ab"));
    ck_assert(!matches("b", "ab"));
    ck_assert(matches("", ""));
    ck_assert(!matches("", "a"));
    ck_assert(matches("a.b", "a\nb"));
    ck_assert(!matches("a$", "a\n"));
    ck_assert(matches(".", "\xc5\x99"));
    ck_assert(matches("(?i)A[[:digit:]]+\\d", "a12"));
}
END_TEST

START_TEST(what_is_no_pattern_is_refused)
{
    static const char *const wrong[] = {"(", "[a", "a{2,1}", "*", "\\", "\\C"};
    struct pattern *p = NULL;
    struct err e = {0};
    char *longest = malloc(PATTERN_BYTES_MAX + 2);
    char nested[200];

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        ck_assert_int_eq(pattern_compile(&p, wrong[i], &e), ST_INVALID);
        ck_assert_ptr_nonnull(strstr(e.message, "no regular expression"));
    }
    ck_assert_ptr_nonnull(longest);
    memset(longest, 'a', PATTERN_BYTES_MAX + 1);
    longest[PATTERN_BYTES_MAX + 1] = '\0';
    ck_assert_int_eq(pattern_compile(&p, longest, &e), ST_INVALID);
    free(longest);
    memset(nested, '(', 60);
    memset(nested + 60, ')', 60);
    nested[120] = '\0';
    ck_assert_int_eq(pattern_compile(&p, nested, &e), ST_INVALID);
    ck_assert_int_eq(pattern_compile(&p, "((a{1000}){1000}){1000}", &e), ST_INVALID);
}
END_TEST

START_TEST(a_match_that_never_ends_is_refused)
{
    static const char *const evil[] = {"(a+)+b", "(a|aa)+$b", "(a*)*b",
                                       "(.*)(.*)(.*)(.*)(.*)(.*)b"};
    char text[5001];
    struct err e = {0};
    bool yes;

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (size_t i = 0; i < sizeof(evil) / sizeof(evil[0]); i++) {
        struct pattern *p = NULL;

        ck_assert_int_eq(pattern_compile(&p, evil[i], &e), ST_OK);
        ck_assert_int_eq(pattern_match(&yes, p, text, &e), ST_INVALID);
        ck_assert_ptr_nonnull(strstr(e.message, "too many steps"));
        pattern_free(p);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("pattern");
    TCase *tc = tcase_create("core");

    tcase_add_test(tc, a_pattern_matches_the_whole_text);
    tcase_add_test(tc, what_is_no_pattern_is_refused);
    tcase_add_test(tc, a_match_that_never_ends_is_refused);
    suite_add_tcase(s, tc);
    return suite_run(s);
}
