/* test_access.c - scopes, patterns of names, and what the holder of a key may do. */
#include "server/base/access.h"
#include "tests/unit/suite.h"

#include <string.h>

static const struct {
    const char *text;
    unsigned scopes; /* 0: refused */
    const char *words;
} lists[] = {
    {"read", SCOPE_READ, "read"},
    {"predict,read", SCOPE_READ | SCOPE_PREDICT, "read,predict"},
    {" read , train ", SCOPE_READ | SCOPE_TRAIN, "read,train"},
    {"read,predict,train", SCOPE_READ | SCOPE_PREDICT | SCOPE_TRAIN, "read,predict,train"},
    {"admin", SCOPE_ADMIN, "admin"},
    {"read,admin", SCOPE_READ | SCOPE_ADMIN, "admin"},
    {"", 0, NULL},
    {" ,", 0, NULL},
    {"reads", 0, NULL},
    {"rea", 0, NULL},
    {"READ", 0, NULL},
    {"read,read", 0, NULL},
    {"read;train", 0, NULL},
};

START_TEST(lists_of_scopes_are_read_and_written)
{
    char words[SCOPE_TEXT_MAX];
    struct err e = {0};
    unsigned scopes = 0;
    enum status st = scope_read_list(&scopes, lists[_i].text, &e);

    ck_assert_int_eq(st, lists[_i].scopes ? ST_OK : ST_INVALID);
    if (st)
        return;
    ck_assert_uint_eq(scopes, lists[_i].scopes);
    ck_assert_str_eq(scope_list(words, scopes), lists[_i].words);
}
END_TEST

START_TEST(admin_has_every_scope_and_the_others_their_own)
{
    for (unsigned has = 1; has <= SCOPE_ALL; has++)
        for (unsigned scope = 1; scope <= SCOPE_ADMIN; scope <<= 1)
            ck_assert_int_eq(access_has(&(struct access){.scopes = has}, scope),
                             (has & scope) || (has & SCOPE_ADMIN));
}
END_TEST

static const struct {
    const char *pattern, *name;
    bool matches;
} patterns[] = {
    {"sales", "sales", true},
    {"sales", "sale", false},
    {"sales", "sales1", false},
    {"sales-*", "sales-", true},
    {"sales-*", "sales-x", true},
    {"sales-*", "sales", false},
    {"sales-*", "xsales-1", false},
    {"*", "anything", true},
    {"*-eu", "sales-eu", true},
    {"*-eu", "sales-eu-2", false},
    {"s?", "s1", true},
    {"s?", "s", false},
    {"s?", "s12", false},
    {"*a*b*c*", "xxaxbxcx", true},
    {"*a*b*c*", "xxaxcxbx", false},
    {"a*b*b", "abbb", true},
    {"a*b*b", "ab", false},
    {"**", "x", true},
    {"a*?", "a", false},
    {"a*?", "ab", true},
    {"?*?", "ab", true},
};

START_TEST(patterns_match_whole_names)
{
    ck_assert_msg(pattern_matches(patterns[_i].pattern, patterns[_i].name) == patterns[_i].matches,
                  "%s and %s", patterns[_i].pattern, patterns[_i].name);
}
END_TEST

/* A matcher that tries every star anew would take years for this one. */
START_TEST(many_stars_cost_little)
{
    ck_assert(!pattern_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
                               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}
END_TEST

START_TEST(patterns_are_checked)
{
    static const char *const good[] = {"a", "*", "sales-*", "a.b_c-1?", NULL};
    static const char *const bad[] = {"", "A", "a b", "[ab]", "a/b", "\xc3\xa4", "a%", NULL};
    char longest[PATTERN_MAX + 2];
    struct err e = {0};

    for (int i = 0; good[i]; i++)
        ck_assert_int_eq(pattern_check(good[i], &e), ST_OK);
    for (int i = 0; bad[i]; i++)
        ck_assert_int_eq(pattern_check(bad[i], &e), ST_INVALID);
    memset(longest, 'a', sizeof(longest));
    longest[PATTERN_MAX + 1] = '\0';
    ck_assert_int_eq(pattern_check(longest, &e), ST_INVALID);
    longest[PATTERN_MAX] = '\0';
    ck_assert_int_eq(pattern_check(longest, &e), ST_OK);
}
END_TEST

START_TEST(a_pattern_bounds_what_is_covered)
{
    struct access a = {.scopes = SCOPE_READ, .names = "sales-*"};

    ck_assert(access_covers(&a, "sales-1"));
    ck_assert(!access_covers(&a, "stock"));
    a.names[0] = '\0';
    ck_assert(access_covers(&a, "stock"));
    ck_assert(access_covers(NULL, "stock"));
}
END_TEST

static const struct {
    const char *outer, *inner;
    bool within;
} within[] = {
    {"sales-*", "sales-*", true},
    {"sales-*", "sales-eu-*", true},
    {"sales-*", "sales-a?c", true},
    {"sales-*", "sales-1", true},
    {"sales-*", "*", false},
    {"sales-*", "sale*", false},
    {"sales-*", "?ales-1", false},
    {"*-eu-*", "sales-eu-?", true},
    {"*", "?", true},
    {"a?", "a?", true},
    {"a?", "ab", false}, /* may be false where it is true */
    {"a?", "a*", false},
    {"ab", "a?", false},
    {"ab", "a*", false},
};

START_TEST(a_pattern_lies_within_another)
{
    ck_assert_msg(pattern_within(within[_i].outer, within[_i].inner) == within[_i].within,
                  "%s in %s", within[_i].inner, within[_i].outer);
}
END_TEST

static const struct {
    enum access_limit limit;
    const char *text;
    int64_t want; /* 0: refused */
} limit_rows[] = {
    {LIMIT_REQUESTS, "1", 1},
    {LIMIT_REQUESTS, "1000000", 1000000},
    {LIMIT_REQUESTS, "0", 0},
    {LIMIT_REQUESTS, "1000001", 0},
    {LIMIT_REQUESTS, "", 0},
    {LIMIT_REQUESTS, "-1", 0},
    {LIMIT_REQUESTS, "1.5", 0},
    {LIMIT_REQUESTS, "5K", 0},
    {LIMIT_REQUESTS, " 5", 0},
    {LIMIT_BYTES, "5", 5},
    {LIMIT_BYTES, "5K", 5120},
    {LIMIT_BYTES, "500M", (int64_t)500 << 20},
    {LIMIT_BYTES, "2G", 2LL << 30},
    {LIMIT_BYTES, "5T", 0},
    {LIMIT_BYTES, "5KB", 0},
    {LIMIT_BYTES, "K", 0},
    {LIMIT_BYTES, "1048576G", 1LL << 50},
    {LIMIT_BYTES, "1048577G", 0},
    {LIMIT_BYTES, "99999999999999999999", 0},
};

START_TEST(limits_are_whole_numbers_within_bounds)
{
    struct err e = {0};
    int64_t n = 0;
    bool ok = !access_read_limit(&n, limit_rows[_i].limit, limit_rows[_i].text, &e);

    ck_assert_msg(ok == (limit_rows[_i].want != 0), "%s", limit_rows[_i].text);
    ck_assert_int_eq(n, limit_rows[_i].want);
    ck_assert(ok || strstr(e.message, access_limit_name(limit_rows[_i].limit)));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("access");
    TCase *t = tcase_create("access");

    tcase_add_loop_test(t, lists_of_scopes_are_read_and_written, 0,
                        sizeof(lists) / sizeof(lists[0]));
    tcase_add_test(t, admin_has_every_scope_and_the_others_their_own);
    tcase_add_loop_test(t, patterns_match_whole_names, 0, sizeof(patterns) / sizeof(patterns[0]));
    tcase_add_loop_test(t, a_pattern_lies_within_another, 0, sizeof(within) / sizeof(within[0]));
    tcase_add_test(t, many_stars_cost_little);
    tcase_add_test(t, patterns_are_checked);
    tcase_add_loop_test(t, limits_are_whole_numbers_within_bounds, 0,
                        sizeof(limit_rows) / sizeof(limit_rows[0]));
    tcase_add_test(t, a_pattern_bounds_what_is_covered);
    suite_add_tcase(s, t);
    return suite_run(s);
}
